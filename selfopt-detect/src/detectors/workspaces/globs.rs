//! The globs that name a workspace's packages.

use globset::{GlobBuilder, GlobMatcher};
use selfopt_core::PackageManagerName;

/// Globs that are read; real workspaces have some dozen.
const MAX_GLOBS: usize = 200;
/// The longest glob that is read.
const MAX_GLOB_BYTES: usize = 256;

/// Globs of folders, some of them negated.
pub(super) struct Globs {
    /// Whether it takes folders out, and what it matches; in the order written.
    patterns: Vec<(bool, GlobMatcher)>,
    /// Whether a later glob can bring back what an earlier one took out.
    last_wins: bool,
}

impl Globs {
    /// Globs as this manager reads them: for pnpm what is negated stays out,
    /// for the others the last glob that matches decides.
    pub(super) fn new(globs: &[String], manager: PackageManagerName) -> Self {
        let patterns = globs
            .iter()
            .filter(|glob| glob.len() <= MAX_GLOB_BYTES)
            .take(MAX_GLOBS)
            .filter_map(|glob| {
                let bare = glob.trim_start_matches('!');
                let is_negated = (glob.len() - bare.len()) % 2 == 1;
                let bare = bare.trim_start_matches("./").trim_matches('/');
                let glob = GlobBuilder::new(bare).literal_separator(true).build().ok()?;
                Some((is_negated, glob.compile_matcher()))
            })
            .collect();
        Self { patterns, last_wins: manager != PackageManagerName::Pnpm }
    }

    /// Whether the folder of a package is meant.
    pub(super) fn matches(&self, folder: &str) -> bool {
        let mut hits = self.patterns.iter().filter(|(_, glob)| glob.is_match(folder)).peekable();
        if hits.peek().is_none() || folder.split('/').any(|part| part == "node_modules") {
            return false;
        }
        if self.last_wins {
            hits.last().is_some_and(|(is_negated, _)| !is_negated)
        } else {
            hits.all(|(is_negated, _)| !is_negated)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_stand_for_folders() {
        let cases = [
            ("packages/*", "packages/a", true),
            ("packages/*", "packages/a/b", false),
            ("packages/**", "packages/a/b", true),
            ("packages/**", "packages/a", true),
            ("packages/**/plugins/*", "packages/plugins/x", true),
            ("./apps/web/", "apps/web", true),
            ("packages/plugin-*", "packages/plugin-x", true),
            ("packages/plugin-*", "packages/core", false),
            ("{apps,libs}/*", "libs/a", true),
            ("**", "a/b/c", true),
            ("**", "a/node_modules/c", false),
            ("packages/*", "packages/my_node_modules", true),
            (".", "a", false),
            ("packages/[", "packages/[", false),
        ];
        for (glob, folder, expected) in cases {
            let globs = Globs::new(&[glob.to_owned()], PackageManagerName::Npm);
            assert_eq!(globs.matches(folder), expected, "{glob} {folder}");
        }
    }

    #[test]
    fn negated_globs_take_out_as_each_manager_reads_them() {
        let lists: [(&[&str], bool, bool); 4] = [
            (&["packages/*", "!packages/old"], false, false),
            (&["!packages/old", "packages/*"], true, false),
            (&["packages/*", "!packages/*", "packages/old"], true, false),
            (&["!packages/new", "packages/*"], true, true),
        ];
        for (globs, npm, pnpm) in lists {
            let globs: Vec<_> = globs.iter().map(|&glob| glob.to_owned()).collect();
            let by = |manager| Globs::new(&globs, manager).matches("packages/old");
            assert_eq!(by(PackageManagerName::Npm), npm, "{globs:?}");
            assert_eq!(by(PackageManagerName::Pnpm), pnpm, "{globs:?}");
        }
    }

    #[test]
    fn hostile_globs_end() {
        let many = vec!["**/".repeat(80) + "x", "{a,".repeat(80), "*".repeat(100_000)];
        let globs = Globs::new(&many, PackageManagerName::Npm);
        assert!(!globs.matches(&"a/".repeat(40)));
    }
}
