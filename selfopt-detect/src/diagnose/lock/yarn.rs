//! `yarn.lock`: the first format, and that of Yarn 2 and later.

use super::{Locked, MAX_PACKAGES, indent, split_locator, unquoted};

/// What stands before the version of a package that comes from no address.
const LOCAL: [&str; 8] =
    ["npm:", "workspace:", "patch:", "virtual:", "link:", "portal:", "file:", "exec:"];

/// The patterns that each package answers, with the line's number:
/// `a@^1, a@^1.2`.
pub(in crate::diagnose) fn headers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(line_idx, line)| {
        let is_header = !line.starts_with([' ', '#', '\t']) && line.ends_with(':');
        is_header.then(|| (line_idx, line.trim_end_matches(':')))
    })
}

/// The patterns of a header, without quotes.
pub(in crate::diagnose) fn patterns(header: &str) -> impl Iterator<Item = &str> {
    // Berry puts quotes around all of them, Yarn 1 around each.
    header.trim_matches('"').split(", ").map(|pattern| pattern.trim_matches('"'))
}

/// What Yarn 1 locks.
pub(super) fn packages(text: &str) -> Vec<Locked<'_>> {
    collect(text, |package, line, line_idx| {
        if let Some(version) = line.strip_prefix("version ") {
            package.version = unquoted(version);
        } else if let Some(address) = line.strip_prefix("resolved ") {
            (package.address, package.line_idx) = (unquoted(address), line_idx);
        }
    })
}

/// What later ones lock.
pub(super) fn packages_of_berry(text: &str) -> Vec<Locked<'_>> {
    collect(text, |package, line, line_idx| {
        if let Some(version) = line.strip_prefix("version: ") {
            package.version = unquoted(version);
        } else if let Some(resolution) = line.strip_prefix("resolution: ")
            && let Some((_, from)) = split_locator(unquoted(resolution))
            && !LOCAL.iter().any(|start| from.starts_with(start))
        {
            (package.address, package.line_idx) = (from, line_idx);
        }
    })
}

fn collect<'a>(text: &'a str, read: impl Fn(&mut Locked<'a>, &'a str, usize)) -> Vec<Locked<'a>> {
    let mut found: Vec<Locked<'a>> = Vec::new();
    for (line_idx, line) in text.lines().enumerate() {
        if indent(line) == 0 {
            let name = line
                .strip_suffix(':')
                .and_then(|header| patterns(header).next())
                .and_then(split_locator);
            if found.len() >= MAX_PACKAGES {
                break;
            }
            found.extend(name.map(|(name, _)| Locked { name, line_idx, ..Locked::default() }));
        } else if let Some(package) = found.last_mut()
            && indent(line) == 2
        {
            read(package, line.trim(), line_idx);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_format() {
        let text = "# yarn lockfile v1\n\n\n\"@s/a@^1\", \"@s/a@^1.2\":\n  version \"1.2.0\"\n  resolved \"https://registry.example/@s/a/-/a-1.2.0.tgz#x\"\n  dependencies:\n    version \"^9\"\n\nb@s/b:\n  version \"0.1.0\"\n  resolved \"https://codeload.github.com/s/b/tar.gz/c\"\n";
        let found = packages(text);
        assert_eq!((found[0].name, found[0].version), ("@s/a", "1.2.0"));
        assert_eq!(found[1].address, "https://codeload.github.com/s/b/tar.gz/c");
        assert_eq!(found[1].line_idx, 11);
        let all: Vec<_> = headers(text).flat_map(|(_, header)| patterns(header)).collect();
        assert_eq!(all, ["@s/a@^1", "@s/a@^1.2", "b@s/b"]);
    }

    #[test]
    fn the_later_format() {
        let text = "__metadata:\n  version: 8\n\n\"@s/a@npm:^1, @s/a@npm:^1.2\":\n  version: 1.2.0\n  resolution: \"@s/a@npm:1.2.0\"\n\n\"b@s/b\":\n  version: 0.1.0\n  resolution: \"b@https://github.com/s/b.git#commit=c\"\n\n\"x@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"x@workspace:.\"\n";
        let found = packages_of_berry(text);
        let all: Vec<_> = found.iter().map(|package| (package.name, package.address)).collect();
        assert_eq!(all, [("@s/a", ""), ("b", "https://github.com/s/b.git#commit=c"), ("x", "")]);
    }
}
