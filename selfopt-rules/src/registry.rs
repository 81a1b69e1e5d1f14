//! The built-in rules by pack, and all of them.
//!
//! A pack that is built as WebAssembly names its own list alone, so that the
//! others' rules are not in it.

use std::sync::LazyLock;

pub use crate::async_io::RULES as ASYNC_IO;
pub use crate::collections::RULES as COLLECTIONS;
pub use crate::core::RULES as CORE;
pub use crate::dead_code::RULES as DEAD_CODE;
pub use crate::react::RULES as REACT;
use crate::rule::Rule;
pub use crate::server::RULES as SERVER;
pub use crate::strings::RULES as STRINGS;

/// Every built-in rule, sorted by id.
pub fn all() -> &'static [&'static dyn Rule] {
    static ALL: LazyLock<Vec<&dyn Rule>> = LazyLock::new(|| {
        let packs = [ASYNC_IO, COLLECTIONS, CORE, DEAD_CODE, REACT, SERVER, STRINGS];
        let mut rules = packs.concat();
        rules.sort_unstable_by_key(|rule| rule.meta().id);
        rules
    });
    &ALL
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    all().iter().copied().find(|rule| rule.meta().id == id)
}
