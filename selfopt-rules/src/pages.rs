//! The pages of the rulebook, as they were when the crate was built.

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a built-in rule, in Markdown.
pub fn page(id: &str) -> Option<&'static str> {
    PAGES.iter().find(|(name, _)| *name == id).map(|(_, page)| *page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    #[test]
    fn every_rule_has_its_page() {
        for rule in registry::all() {
            let page = page(rule.meta().id);
            assert!(
                page.is_some_and(|page| page.contains("## What it finds")),
                "{:?}",
                rule.meta()
            );
        }
        assert_eq!(page("no-such-rule"), None);
    }
}
