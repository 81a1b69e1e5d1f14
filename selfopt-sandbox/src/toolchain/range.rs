//! npm's version ranges, as `engines`, workflows and pins write them.

use std::fmt;

use nodejs_semver::{Range, Version};

/// Real ranges have some ten characters.
const MAX_CHARS: usize = 200;

/// A range of versions. Tags, aliases, paths and addresses are none: they
/// would name another package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionRange {
    text: String,
    range: Range,
}

impl VersionRange {
    /// The range that a text writes, if it is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " .*^~<>=|+-".contains(c);
        let says_something = text.contains(|c: char| c.is_ascii_digit() || c == '*');
        if text.len() > MAX_CHARS || !says_something || !text.chars().all(is_plain) {
            return None;
        }
        // A version with a `v` in front is one to npm.
        let range = Range::parse(text).ok()?;
        Some(Self { text: text.to_owned(), range })
    }

    /// All versions of a major.
    pub(crate) fn major(major: u64) -> Option<Self> {
        Self::parse(&major.to_string())
    }

    /// Whether a version is in it; one that cannot be read is not.
    pub(crate) fn contains(&self, version: &str) -> bool {
        parse(version).is_some_and(|version| self.range.satisfies(&version))
    }

    /// Whether any version is in both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.range.allows_any(&other.range)
    }

    /// The major of the lowest version in it.
    pub(crate) fn lowest_major(&self) -> Option<u64> {
        self.range.min_version().map(|version| version.major())
    }

    /// The one version that it is, if it is one.
    pub(crate) fn exact(&self) -> Option<String> {
        let text = self.text.trim_start_matches(['=', 'v']);
        Some(parse(text)?.to_string())
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A version of npm's kind, without build metadata.
pub(crate) fn parse(version: &str) -> Option<Version> {
    (version.len() <= MAX_CHARS).then(|| Version::parse(version.trim()).ok()).flatten()
}

/// The major of a version.
pub(crate) fn major_of(version: &str) -> Option<u64> {
    Some(parse(version)?.major())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, inside: &[&str], outside: &[&str]) {
        let parsed = VersionRange::parse(range).expect(range);
        for version in inside {
            assert!(parsed.contains(version), "{version} is in {range}");
        }
        for version in outside {
            assert!(!parsed.contains(version), "{version} is not in {range}");
        }
    }

    #[test]
    fn ranges_are_read_as_npm_reads_them() {
        check("^18 || >=20.3", &["18.0.0", "20.3.0", "24.1.0"], &["19.0.0", "20.2.9"]);
        check("18.x || 20.X", &["18.19.1", "20.0.0"], &["19.1.0", "21.0.0"]);
        check("16 - 18", &["16.0.0", "18.20.4"], &["15.9.9", "19.0.0"]);
        check("4.0 - 4.13", &["4.0.0", "4.13.9"], &["4.14.0", "3.9.0"]);
        check("2 - 3.0", &["2.0.0", "3.0.2"], &["3.1.0"]);
        check("16.1 - 18.2.0", &["16.1.0", "18.2.0"], &["18.2.1"]);
        check(">= 20.0.0 < 23", &["20.0.0", "22.11.0"], &["23.0.0", "23.0.0-nightly"]);
        check(">=22.11.0||^24", &["22.11.0", "25.0.0"], &["22.10.0"]);
        check("*", &["20.0.0"], &[]);
        check("20", &["20.9.1"], &["21.0.0"]);
        check("v20.1.0", &["20.1.0"], &["20.1.1"]);
        check("~20.1", &["20.1.9"], &["20.2.0"]);
        check(">=0.3.1", &["20.0.0"], &["0.3.0"]);
    }

    #[test]
    fn what_names_something_else_is_no_range() {
        for text in [
            "",
            "latest",
            "lts",
            "npm:evil@1",
            "file:../x",
            "https://x.example/1.tgz",
            "-g 1;",
            "1@2",
        ] {
            assert_eq!(VersionRange::parse(text), None, "{text}");
        }
        assert_eq!(VersionRange::parse(&"1 ".repeat(1000)), None);
    }

    #[test]
    fn one_version_is_told_from_a_range() {
        let exact = |text: &str| VersionRange::parse(text).expect(text).exact();
        assert_eq!(exact("9.15.0").as_deref(), Some("9.15.0"));
        assert_eq!(exact("=v9.15.0").as_deref(), Some("9.15.0"));
        assert_eq!(exact("9.15"), None);
        assert_eq!(exact("^9.15.0"), None);
    }
}
