//! What the backends share that run commands in containers of the runner image:
//! where things are inside, what process 1 says, and asking a server from
//! threads that are not asynchronous.

mod causes;
mod files;
mod inside;
mod output;
mod places;
mod report;
mod requests;

pub(super) use causes::with_causes;
pub(super) use files::Files;
pub(super) use inside::Inside;
pub(super) use output::output;
pub(super) use places::{HOME, INIT, NPM_CACHE, WORKSPACE, directory, variables_inside};
pub(super) use report::ended;
pub(super) use requests::Requests;
