//! Which packages of a workspace depend on which others.

use std::collections::{BTreeMap, BTreeSet};

use super::members::Member;

/// For each package the names of those that it depends on, sorted.
pub(super) fn dependencies(members: &[Member<'_>]) -> Vec<Vec<String>> {
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_folder: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_nx: BTreeMap<&str, usize> = BTreeMap::new();
    for (idx, member) in members.iter().enumerate() {
        if let Some(name) = &member.manifest.name {
            by_name.entry(&name.value).or_insert(idx);
        }
        if let Some(project) = &member.nx {
            by_nx.entry(&project.name).or_insert(idx);
        }
        by_folder.insert(member.folder, idx);
    }
    let needs = |member: &Member<'_>| {
        let by_npm = member.manifest.dependencies.iter().filter_map(|(name, field)| {
            match Spec::of(&field.value) {
                Spec::Named(other) => by_name.get(other).copied(),
                Spec::Folder(path) => by_folder.get(joined(member.folder, path)?.as_str()).copied(),
                Spec::Other => None,
            }
            .or_else(|| by_name.get(name.as_str()).copied())
        });
        let implicit = member.nx.iter().flat_map(|project| &project.implicit);
        let by_nx = implicit.filter_map(|name| by_nx.get(name.as_str()).copied());
        let found: BTreeSet<usize> = by_npm.chain(by_nx).collect();
        found
    };
    members
        .iter()
        .enumerate()
        .map(|(own, member)| {
            let others = needs(member).into_iter().filter(|idx| *idx != own);
            let names: BTreeSet<_> = others.map(|idx| members[idx].name.clone()).collect();
            names.into_iter().collect()
        })
        .collect()
}

/// What a dependency's version says about where it comes from.
#[derive(Debug, PartialEq, Eq)]
enum Spec<'a> {
    /// The package of this name: `workspace:other@^1`.
    Named(&'a str),
    /// The package in this folder: `file:../other`, `workspace:../other`.
    Folder(&'a str),
    /// Whatever has the dependency's name.
    Other,
}

impl<'a> Spec<'a> {
    fn of(version: &'a str) -> Self {
        let Some((protocol, rest)) = version.split_once(':') else {
            return Self::Other;
        };
        match protocol {
            "file" | "link" | "portal" => Self::Folder(rest),
            "workspace"
                if rest.starts_with('.') || rest.contains('/') && !rest.starts_with('@') =>
            {
                Self::Folder(rest)
            }
            // An alias; the first character may be the `@` of a scope.
            "workspace" => match rest.rfind('@').filter(|at| *at > 0) {
                Some(at) => Self::Named(&rest[..at]),
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// A path relative to a folder, from the root; `None` when it leads outside.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_say_where_a_dependency_comes_from() {
        let cases = [
            ("workspace:*", Spec::Other),
            ("workspace:^1.0.0", Spec::Other),
            ("workspace:other@*", Spec::Named("other")),
            ("workspace:@x/other@^1", Spec::Named("@x/other")),
            ("workspace:../other", Spec::Folder("../other")),
            ("workspace:packages/other", Spec::Folder("packages/other")),
            ("file:../other", Spec::Folder("../other")),
            ("link:./nested", Spec::Folder("./nested")),
            ("^1.2.3", Spec::Other),
            ("npm:other@1", Spec::Other),
            ("workspace:", Spec::Other),
            ("workspace:@", Spec::Other),
        ];
        for (version, expected) in cases {
            assert_eq!(Spec::of(version), expected, "{version}");
        }
    }

    #[test]
    fn paths_are_joined_inside_of_the_root() {
        assert_eq!(joined("packages/a", "../b/").as_deref(), Some("packages/b"));
        assert_eq!(joined("packages/a", "./nested").as_deref(), Some("packages/a/nested"));
        assert_eq!(joined("a", "../../b"), None);
    }
}
