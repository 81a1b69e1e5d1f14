//! The order in which packages build, whom a path belongs to, and which
//! packages a change reaches. The order in which the packages are given does
//! not matter.

use std::collections::BTreeSet;

use super::graph::{Graph, reached};
use crate::domain::WorkspacePackage;

/// Packages in the order in which they build.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildOrder<'a> {
    /// Every package once, after all that it depends on; the packages of a
    /// cycle stand together, by path.
    pub packages: Vec<&'a WorkspacePackage>,
    /// The names of packages that depend on each other in a circle, one list
    /// for each circle.
    pub cycles: Vec<Vec<String>>,
}

/// Dependencies first. Names that no package has are ignored; of two packages
/// with one name the first by path is meant.
pub fn topological_order(packages: &[WorkspacePackage]) -> BuildOrder<'_> {
    let graph = Graph::new(packages);
    let groups = graph.components();
    let cycles = groups.iter().filter(|group| group.len() > 1);
    BuildOrder {
        cycles: cycles
            .map(|group| group.iter().map(|&idx| graph.packages[idx].name.clone()).collect())
            .collect(),
        packages: groups.iter().flatten().map(|&idx| graph.packages[idx]).collect(),
    }
}

/// The package and all that it depends on, in the order in which they build;
/// empty when there is no such package.
pub fn with_dependencies<'a>(
    packages: &'a [WorkspacePackage],
    name: &str,
) -> Vec<&'a WorkspacePackage> {
    let graph = Graph::new(packages);
    let Some(start) = graph.by_name(name) else {
        return Vec::new();
    };
    let needed: BTreeSet<&str> = reached([start], &graph.dependencies)
        .into_iter()
        .map(|idx| graph.packages[idx].path.as_str())
        .collect();
    let order = topological_order(packages).packages.into_iter();
    order.filter(|package| needed.contains(package.path.as_str())).collect()
}

/// The package that a path belongs to: the one with the longest folder around
/// it. `None` for the files of the root.
pub fn owner_of<'a>(packages: &'a [WorkspacePackage], path: &str) -> Option<&'a WorkspacePackage> {
    packages
        .iter()
        .filter(|package| is_below(path, &package.path))
        .max_by_key(|package| package.path.len())
}

/// The names of the packages that a change may reach: those that own a changed
/// path, and all that depend on them. A path outside of every package, such as
/// a lock file or a shared `tsconfig.json`, reaches them all.
pub fn affected<'p>(
    packages: &[WorkspacePackage],
    changed_paths: impl IntoIterator<Item = &'p str>,
) -> BTreeSet<String> {
    let graph = Graph::new(packages);
    let mut owners = BTreeSet::new();
    for path in changed_paths {
        let owner = owner_of(packages, path);
        match owner.and_then(|owner| graph.by_path(&owner.path)) {
            Some(idx) => owners.insert(idx),
            None => return packages.iter().map(|package| package.name.clone()).collect(),
        };
    }
    reached(owners, &graph.dependents)
        .into_iter()
        .map(|idx| graph.packages[idx].name.clone())
        .collect()
}

/// Whether a path lies in a folder. The root's own package owns nothing by its
/// folder: what lies at the root concerns everybody.
fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    !matches!(folder, "" | ".")
        && path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::properties::package;

    fn names(packages: &[&WorkspacePackage]) -> Vec<String> {
        packages.iter().map(|package| package.name.clone()).collect()
    }

    /// `app` needs `ui` and `core`, `ui` needs `core`; `docs` stands alone.
    fn shop() -> Vec<WorkspacePackage> {
        vec![
            package("app", "apps/app", &["core", "ui", "react"]),
            package("ui", "packages/ui", &["core"]),
            package("core", "packages/core", &[]),
            package("docs", "docs", &[]),
        ]
    }

    #[test]
    fn dependencies_come_first_whatever_the_order_given() {
        let mut packages = shop();
        let forwards = names(&topological_order(&packages).packages);
        assert_eq!(forwards, ["core", "ui", "app", "docs"]);
        packages.reverse();
        assert_eq!(names(&topological_order(&packages).packages), forwards);
        assert!(topological_order(&packages).cycles.is_empty());
    }

    #[test]
    fn a_circle_is_reported_and_stays_in_the_order() {
        let packages = [
            package("a", "p/a", &["b"]),
            package("b", "p/b", &["c"]),
            package("c", "p/c", &["b", "d", "c"]),
            package("d", "p/d", &[]),
        ];
        let order = topological_order(&packages);
        assert_eq!(names(&order.packages), ["d", "b", "c", "a"]);
        assert_eq!(order.cycles, [["b", "c"]]);
    }

    #[test]
    fn a_package_brings_what_it_depends_on() {
        let packages = shop();
        assert_eq!(names(&with_dependencies(&packages, "ui")), ["core", "ui"]);
        assert_eq!(names(&with_dependencies(&packages, "docs")), ["docs"]);
        assert!(with_dependencies(&packages, "nobody").is_empty());
    }

    #[test]
    fn the_longest_folder_owns_a_path() {
        let packages = [
            package("root", ".", &[]),
            package("outer", "packages/a", &[]),
            package("inner", "packages/a/plugins/b", &[]),
        ];
        let owner = |path| owner_of(&packages, path).map(|package| package.name.as_str());
        assert_eq!(owner("packages/a/index.js"), Some("outer"));
        assert_eq!(owner("packages/a/plugins/b/x.js"), Some("inner"));
        assert_eq!(owner("packages/ab/index.js"), None);
        assert_eq!(owner("package-lock.json"), None);
    }

    #[test]
    fn a_change_reaches_dependents_and_a_root_file_everybody() {
        let packages = shop();
        let reach = |paths: &[&str]| -> Vec<String> {
            affected(&packages, paths.iter().copied()).into_iter().collect()
        };
        assert_eq!(reach(&["packages/core/src/a.ts"]), ["app", "core", "ui"]);
        assert_eq!(reach(&["apps/app/a.ts", "docs/a.md"]), ["app", "docs"]);
        assert_eq!(reach(&["docs/a.md", "tsconfig.json"]), ["app", "core", "docs", "ui"]);
        assert!(reach(&[]).is_empty());
    }

    #[test]
    fn a_chain_of_any_length_is_walked() {
        let name = |n: usize| format!("p{n:06}");
        let packages: Vec<_> = (0..20_000)
            .map(|n| package(&name(n), &format!("packages/{}", name(n)), &[&name(n + 1)]))
            .collect();
        let order = topological_order(&packages).packages;
        assert_eq!(order.first().map(|package| package.name.as_str()), Some("p019999"));
        assert_eq!(affected(&packages, ["packages/p019999/a.js"]).len(), 20_000);
    }
}
