//! The user's own tree: reading one git commit of it, reading a plain folder,
//! and writing accepted patches back. Nothing here touches a sandbox's tree.

mod dir_tree;
mod dirty;
mod error;
mod git_tree;
mod open;
mod patch;
mod range;

pub use dir_tree::DirTree;
pub use error::CheckoutError;
pub use git_tree::GitTree;
pub use open::{Checkout, CheckoutOptions, DirtyPolicy, open};
pub use patch::{Conflict, PatchError, PatchFile, apply_patch};
pub use range::{Range, open_range};
