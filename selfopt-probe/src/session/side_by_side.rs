//! The texts in which both versions of functions stand side by side.

use std::collections::BTreeMap;

use selfopt_core::Unseen;

use super::sources::{Sources, Version};
use crate::instrument::Refusal;

/// The files in which both versions stand side by side.
pub(super) struct Written {
    /// By path.
    pub(super) texts: BTreeMap<String, String>,
    /// Functions that cannot run so, and why.
    pub(super) refused: Vec<(u32, Unseen)>,
}

impl Written {
    /// Of these functions; a file that is refused takes only its own with it.
    pub(super) fn of(sources: &Sources, wanted: &[u32], against: Version) -> Self {
        let mut written = Self { texts: BTreeMap::new(), refused: Vec::new() };
        for file in sources.files.iter().filter(|file| file.holds(wanted)) {
            let failed = |refusal: Refusal| Unseen::RunFailed {
                reason: format!("`{}`: {refusal}", file.path),
            };
            let its_own = || file.ids.iter().copied().filter(|id| wanted.contains(id));
            match file.side_by_side(wanted, against) {
                Err(refusal) => written.refused.extend(its_own().map(|id| (id, failed(refusal)))),
                Ok(made) => {
                    let refused = made.refused.into_iter().filter(|(id, _)| wanted.contains(id));
                    written.refused.extend(refused.map(|(id, refusal)| (id, failed(refusal))));
                    written.texts.insert(file.path.clone(), made.text);
                }
            }
        }
        written
    }

    /// Those of these functions that both versions run of.
    pub(super) fn can_run(&self, wanted: &[u32]) -> Vec<u32> {
        let is_refused = |id: u32| self.refused.iter().any(|(refused, _)| *refused == id);
        wanted.iter().copied().filter(|id| !is_refused(*id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::{touched, whole};

    const CONSTRUCTED: &str = "export class Cycle extends Error {\n  constructor() { super(); this.name = 'Cycle'; }\n}\nexport function sort(graph) { if (!graph) throw new Cycle(); return []; }\n";

    fn numbers(sources: &Sources) -> Vec<u32> {
        sources.touches.functions.iter().map(|one| one.id).collect()
    }

    #[test]
    fn a_refused_file_takes_only_its_own_functions_with_it() {
        let mut sources = Sources::default();
        let mut add = |path: &str, before: &str, after: &str| {
            sources.add(path.into(), touched(path, before, after).unwrap())
        };
        let refused = add(
            "src/a.js",
            "class A { constructor() { this.n = 1; } m() { return this.n; } }\n",
            "class A { constructor() { this.n = 2; } m() { return this.n - 1; } }\n",
        );
        let fine = add(
            "src/b.js",
            "export function g(x) { return x + 1; }\n",
            "export function g(x) { return 1 + x; }\n",
        );
        assert_eq!((refused.len(), fine.len()), (2, 1));
        // The constructor cannot have both versions, and the method needs them.
        let wanted = [refused[1], fine[0]];
        let written = Written::of(&sources, &wanted, Version::Candidate);
        assert_eq!(written.can_run(&wanted), fine);
        assert_eq!(written.texts.keys().collect::<Vec<_>>(), ["src/b.js"]);
        let reason = "`src/a.js`: changes-outside-the-function".to_owned();
        assert_eq!(written.refused, [(refused[1], Unseen::RunFailed { reason })]);
    }

    #[test]
    fn what_is_the_same_in_both_versions_refuses_no_file() {
        let mut sources = Sources::default();
        sources.add("src/a.js".into(), whole("src/a.js", CONSTRUCTED).unwrap().touched);
        let sort = sources.touches.functions.iter().find(|one| one.name == "sort").unwrap().id;
        assert_eq!(numbers(&sources).len(), 2, "the constructor is one");
        let written = Written::of(&sources, &[sort], Version::Candidate);
        assert_eq!(written.refused, []);
        assert!(written.texts["src/a.js"].contains(".pair("), "{:?}", written.texts);
    }

    #[test]
    fn a_function_that_cannot_run_so_leaves_the_others() {
        let mut sources = Sources::default();
        let ids = sources.add("src/a.js".into(), whole("src/a.js", CONSTRUCTED).unwrap().touched);
        let written = Written::of(&sources, &ids, Version::Candidate);
        let reason = "`src/a.js`: constructor".to_owned();
        assert_eq!(written.refused, [(ids[0], Unseen::RunFailed { reason })]);
        assert_eq!(written.can_run(&ids), ids[1..]);
    }
}
