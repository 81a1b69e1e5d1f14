//! Workspaces: the order in which their packages build, which package a path
//! belongs to, which packages a change reaches, and a project narrowed to one
//! of them. Pure functions over the packages that detection found.

mod graph;
mod narrow;
mod order;
#[cfg(test)]
mod properties;
mod view;

pub use narrow::{UnknownPackage, focused};
pub use order::{BuildOrder, affected, owner_of, topological_order, with_dependencies};
pub use view::FolderView;
