//! Where React Compiler is configured, it keeps values over renders by itself:
//! what rules find that keep them by hand counts for nothing there.

use std::collections::BTreeMap;

use super::found::Found;
use crate::domain::Declined;
use crate::paths::{PathClass, classify};
use crate::ports::SourceTree;

/// The rules that write what the compiler writes.
const MEMO_RULES: [&str; 3] = ["context-value", "stable-props-to-memo", "usememo-expensive"];

/// Beginnings of the names of files that can configure it, extension and all
/// left out.
const CONFIGURATIONS: [&str; 6] =
    ["babel.config.", ".babelrc", "next.config.", "vite.config.", "package.json", "app.json"];

/// What the report calls the reason.
const OBLIGATION: &str = "react-compiler";

/// Leaves out what these rules found in folders that the compiler is configured
/// for. Of each rule and folder the first place stays, and says so.
pub(super) fn silence(tree: &dyn SourceTree, found: &mut Vec<Found>) {
    let is_memo = |one: &Found| MEMO_RULES.contains(&one.opportunity.finding.rule.as_str());
    if !found.iter().any(is_memo) {
        return;
    }
    let configured = configured(tree);
    let folder_of = |one: &Found| {
        let path = one.opportunity.path.as_str();
        configured.keys().find(|folder| is_in(folder, path)).filter(|_| is_memo(one)).cloned()
    };
    let mut n_by_place: BTreeMap<(String, String), usize> = BTreeMap::new();
    let key = |one: &Found, folder| (one.opportunity.finding.rule.as_str().to_owned(), folder);
    found.retain(|one| {
        let Some(folder) = folder_of(one) else {
            return true;
        };
        let n = n_by_place.entry(key(one, folder)).or_default();
        *n += 1;
        *n == 1
    });
    for one in found.iter_mut() {
        let Some(folder) = folder_of(one) else {
            continue;
        };
        let file = &configured[&folder];
        let n = n_by_place[&key(one, folder)];
        let others = match n - 1 {
            0 => String::new(),
            1 => "; so with 1 place more".to_owned(),
            more => format!("; so with {more} places more"),
        };
        let reason =
            format!("React Compiler, configured in `{file}`, keeps such values by itself{others}");
        let declined = Declined { obligation: OBLIGATION.to_owned(), reason, line: None };
        one.opportunity.finding.declined = Some(declined.clone());
        one.report.declined = Some(declined);
        one.report.patch = None;
        one.report.patch_title = None;
        one.candidate = None;
    }
}

fn is_in(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Folders that it is configured for, with the file that says so.
fn configured(tree: &dyn SourceTree) -> BTreeMap<String, String> {
    let mut folders = BTreeMap::new();
    for entry in tree.entries().iter().filter(|entry| entry.symlink.is_none()) {
        let (folder, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
        if !CONFIGURATIONS.iter().any(|start| name.starts_with(start))
            || folder.split('/').any(|part| part == "node_modules")
            || classify(&entry.path) == PathClass::Vendored
        {
            continue;
        }
        if tree.text(&entry.path).is_some_and(|text| configures(&text)) {
            folders.entry(folder.to_owned()).or_insert_with(|| entry.path.clone());
        }
    }
    folders
}

/// `babel-plugin-react-compiler`, or `reactCompiler: true` and an object of
/// settings in its place; not on a line of comment.
fn configures(text: &str) -> bool {
    let is_code = |line: &&str| !["//", "*", "/*"].iter().any(|mark| line.starts_with(mark));
    let code: Vec<&str> = text.lines().map(str::trim).filter(is_code).collect();
    let code = code.join("\n");
    let is_on = |rest: &str| {
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        rest.strip_prefix(':')
            .map(str::trim_start)
            .is_some_and(|value| value.starts_with("true") || value.starts_with('{'))
    };
    code.contains("babel-plugin-react-compiler") || code.split("reactCompiler").skip(1).any(is_on)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use selfopt_syntax::{Edit, SourceFile, Span};

    use super::*;
    use crate::config::Config;
    use crate::domain::{CommitId, Finding, Patch, RuleId};
    use crate::pipeline::opportunities_and_candidates;
    use crate::ports::{MemoryTree, PatchTemplate, Scanner};

    #[test]
    fn the_compiler_is_on_where_a_configuration_says_so() {
        let check = |text: &str, expected| assert_eq!(configures(text), expected, "{text}");
        check("module.exports = { plugins: ['babel-plugin-react-compiler'] };", true);
        check("plugins: [\n  // 'babel-plugin-react-compiler',\n]", false);
        check("export default { reactCompiler: true };", true);
        check("{ \"experiments\": { \"reactCompiler\" : true } }", true);
        check("experimental: { reactCompiler: { compilationMode: 'infer' } }", true);
        check("export default { reactCompiler: false };", false);
        check("export default { reactStrictMode: true };", false);
        check("{ \"devDependencies\": { \"eslint-plugin-react-compiler\": \"19\" } }", false);
    }

    #[test]
    fn a_configuration_counts_for_its_folder() {
        let tree = MemoryTree::new([
            ("apps/new/next.config.mjs", "export default { reactCompiler: true };"),
            ("apps/old/next.config.mjs", "export default {};"),
            ("apps/old/notes.config.mjs", "export default { reactCompiler: true };"),
            ("node_modules/a/package.json", "{ \"x\": \"babel-plugin-react-compiler\" }"),
        ]);
        let folders = configured(&tree);
        let expected = ("apps/new".to_owned(), "apps/new/next.config.mjs".to_owned());
        assert_eq!(folders, BTreeMap::from([expected]));
        assert!(is_in("apps/new", "apps/new/src/a.tsx") && !is_in("apps/new", "apps/newer/a.tsx"));
        assert!(is_in("", "src/a.tsx"));
    }

    /// Finds each rule of `FOUND` in the first byte of each file.
    struct Finder;

    const FOUND: [&str; 2] = ["context-value", "lazy-init"];

    impl Scanner for Finder {
        fn scan(&self, file: &SourceFile) -> Vec<Finding> {
            let finding = |rule: &&str| Finding {
                rule: RuleId::new(*rule),
                rule_version: "1.0.0".to_owned(),
                span: Span::new(0, 1),
                message: "it is slow".to_owned(),
                why: format!("{} says so", file.path),
                typical_speedup: 2.0,
                rule_risk: 0,
                declined: None,
            };
            FOUND.iter().map(finding).collect()
        }
    }

    impl PatchTemplate for Finder {
        fn propose(&self, _: &SourceFile, _: &Finding) -> Option<Patch> {
            let edits = vec![Edit::insert(0, "0;")];
            Some(Patch { title: "Do less".to_owned(), edits, obligations: Vec::new() })
        }
    }

    #[test]
    fn one_place_speaks_for_all_of_its_rule_and_folder() {
        let tree = MemoryTree::new([
            (
                "new/babel.config.js",
                "module.exports = { plugins: ['babel-plugin-react-compiler'] };",
            ),
            ("new/src/a.jsx", "1;"),
            ("new/src/b.jsx", "1;"),
            ("new/src/c.jsx", "1;"),
            ("old/src/a.jsx", "1;"),
        ]);
        let scan = opportunities_and_candidates(
            &tree,
            &CommitId::new("0"),
            &Config::default(),
            &[Box::new(Finder)],
            &[Box::new(Finder)],
            NonZeroUsize::MIN,
        )
        .expect("a valid configuration");
        let places = |rule: &str| -> Vec<String> {
            let of_rule = scan.reports.iter().filter(|report| report.rule.as_str() == rule);
            let patched = of_rule.filter(|report| report.patch.is_some());
            patched.map(|report| report.path.clone()).collect()
        };
        assert_eq!(places("context-value"), ["old/src/a.jsx"]);
        assert_eq!(places("lazy-init").len(), 4);
        assert_eq!((scan.reports.len(), scan.candidates.len()), (6, 5));
        let left_alone: Vec<_> = scan
            .reports
            .iter()
            .filter_map(|report| Some((report.path.as_str(), report.declined.as_ref()?)))
            .collect();
        let [(path, declined)] = left_alone[..] else {
            panic!("{left_alone:?}");
        };
        assert_eq!((path, declined.obligation.as_str()), ("new/src/a.jsx", "react-compiler"));
        assert_eq!(
            declined.reason,
            "React Compiler, configured in `new/babel.config.js`, keeps such values by itself; \
             so with 2 places more"
        );
    }
}
