//! What the backends share that run commands in containers of the runner image:
//! where things are inside, what process 1 says, and asking a server from
//! threads that are not asynchronous.

mod files;
mod places;
mod report;
mod requests;

pub(super) use files::Files;
pub(super) use places::{HOME, INIT, NPM_CACHE, WORKSPACE, directory, user, variables_inside};
pub(super) use report::Report;
pub(super) use requests::Requests;
