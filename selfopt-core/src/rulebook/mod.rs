//! A rule's page as its test: every fenced block of source code says what the
//! rule must do with it.
//!
//! | block | what must happen |
//! |---|---|
//! | `ts invalid` | at least one patch |
//! | `ts valid` | no patch |
//! | `ts report` | a finding, and no patch |
//! | `ts declined <condition>` | a finding, no patch, declined for that condition |
//! | `ts before`, `ts after` | patching the first until nothing is left gives the second |
//!
//! `tsx`, `js` and `jsx` likewise. Blocks of other languages, and those marked
//! `equivalent`, `bench` or `text`, are not looked at here. Findings are named
//! *found*, *missed* (none where one is due), *noisy* (one where none is due)
//! and *wrong*.

mod page;
mod run;

pub use page::{Block, BlockKind, Page};
pub use run::{Fault, FaultKind, PageResult, check_page};
