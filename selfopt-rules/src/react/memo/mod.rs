//! What rules need that keep a value from one render to the next: the component
//! and a place for the hook, what the value depends on, and React's name.

mod changes;
mod component;
mod dependencies;
mod imported;
mod kept;
mod reads;
mod traceless;
mod writing;

pub(super) use changes::change_of_value;
pub(super) use component::{Component, HOOK_AT_TOP};
pub(super) use dependencies::{
    DEPENDENCIES_ARE_COMPLETE, DEPENDENCIES_ARE_KEPT, NOTHING_CHANGES_IN_PLACE, dependencies,
};
pub(super) use imported::{Hooks, REACT_IS_IMPORTED, imports_react, is_reacts};
pub(super) use kept::is_kept;
pub(super) use traceless::{MAKING_LEAVES_NO_TRACE, traceless};
pub(super) use writing::{Memo, Statements, together};
