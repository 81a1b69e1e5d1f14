//! `bun.lock`, the text format: a package a line.

use super::{Locked, MAX_PACKAGES, split_locator};

/// What it locks.
pub(super) fn packages(text: &str) -> Vec<Locked<'_>> {
    text.lines()
        .enumerate()
        .skip_while(|(_, line)| line.trim() != "\"packages\": {")
        .skip(1)
        .take_while(|(_, line)| !line.starts_with("  }"))
        .filter_map(|(line_idx, line)| {
            let (_, list) = line.trim().split_once(": [\"")?;
            let mut parts = list.split('"');
            let (name, version) = split_locator(parts.next()?)?;
            let is_address = version.contains(':') && !version.starts_with("workspace:");
            // `, ` stands between this and the address of a registry of its own.
            let registry = parts.nth(1).filter(|part| part.starts_with("http"));
            let address = if is_address { version } else { registry.unwrap_or_default() };
            Some(Locked { name, version, address, line_idx, ..Locked::default() })
        })
        .take(MAX_PACKAGES)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_a_line() {
        let text = "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\n    \"\": {\n      \"dependencies\": {\n        \"a\": \"^1\",\n      },\n    },\n  },\n  \"packages\": {\n    \"@s/a\": [\"@s/a@1.0.0\", \"\", {}, \"sha512-x\"],\n\n    \"b\": [\"b@github:s/b#c\", {}, \"s-b-c\"],\n\n    \"c\": [\"c@2.0.0\", \"https://npm.corp.example/c/-/c-2.0.0.tgz\", {}, \"sha512-y\"],\n\n    \"d\": [\"d@workspace:packages/d\"],\n  }\n}\n";
        let found = packages(text);
        let all: Vec<_> =
            found.iter().map(|package| (package.name, package.version, package.address)).collect();
        assert_eq!(all[0], ("@s/a", "1.0.0", ""));
        assert_eq!(all[1], ("b", "github:s/b#c", "github:s/b#c"));
        assert_eq!(all[2].2, "https://npm.corp.example/c/-/c-2.0.0.tgz");
        assert_eq!(all[3], ("d", "workspace:packages/d", ""));
    }
}
