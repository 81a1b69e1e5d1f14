//! A rule's page as its test: every fenced block of source code says what the
//! rule must do with it.
//!
//! | block | what must happen |
//! |---|---|
//! | `ts invalid` | at least one patch |
//! | `ts nothing` | no finding at all |
//! | `ts valid` | no patch |
//! | `ts report` | a finding, and no patch |
//! | `ts declined <condition>` | a finding, no patch, declined for that condition |
//! | `ts before`, `ts after` | patching the first until nothing is left gives the second |
//! | `js equivalent` | at least one patch; that both behave alike is for whoever can run Node |
//!
//! `tsx`, `js` and `jsx` likewise. Blocks of other languages, and those marked
//! `bench` or `text`, are not looked at. Findings are named
//! *found*, *missed* (none where one is due), *noisy* (one where none is due)
//! and *wrong*.

mod page;
mod run;

pub use page::{Block, BlockKind, Page};
pub use run::{Fault, FaultKind, PageResult, block_name, check_page};
