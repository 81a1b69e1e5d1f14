//! What holds for every graph of packages.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::{affected, topological_order, with_dependencies};
use crate::domain::WorkspacePackage;

/// A package without commands.
pub(super) fn package(name: &str, path: &str, depends_on: &[&str]) -> WorkspacePackage {
    WorkspacePackage {
        name: name.to_owned(),
        path: path.to_owned(),
        depends_on: depends_on.iter().map(|&name| name.to_owned()).collect(),
        build_cmd: None,
        build_all: None,
        typecheck_cmd: None,
        test_cmd: None,
        bench: None,
    }
}

/// Up to a dozen packages with any edges, circles included.
fn packages() -> impl Strategy<Value = Vec<WorkspacePackage>> {
    (1..12_usize).prop_flat_map(|n| {
        vec((0..n, 0..n), 0..3 * n).prop_map(move |edges| {
            let name = |idx: usize| format!("p{idx}");
            (0..n)
                .map(|idx| {
                    let needed: BTreeSet<String> = edges
                        .iter()
                        .filter(|(from, _)| *from == idx)
                        .map(|(_, to)| name(*to))
                        .collect();
                    let needed: Vec<&str> = needed.iter().map(String::as_str).collect();
                    package(&name(idx), &format!("packages/{}", name(idx)), &needed)
                })
                .collect()
        })
    })
}

proptest! {
    #[test]
    fn affected_packages_are_closed_under_their_dependents(
        packages in packages(),
        changed in vec(0..12_usize, 0..4),
    ) {
        let paths: Vec<String> = changed
            .iter()
            .filter_map(|idx| packages.get(*idx))
            .map(|package| format!("{}/src/index.ts", package.path))
            .collect();
        let reached = affected(&packages, paths.iter().map(String::as_str));
        for package in &packages {
            let is_changed = paths.iter().any(|path| path.starts_with(&format!("{}/", package.path)));
            let depends = package.depends_on.iter().any(|name| reached.contains(name));
            // Closed, and nothing in it without a reason.
            prop_assert_eq!(reached.contains(&package.name), is_changed || depends, "{}", package.name);
        }
    }

    #[test]
    fn every_package_stands_once_and_after_its_dependencies(packages in packages()) {
        let order = topological_order(&packages);
        let place: BTreeMap<&str, usize> =
            order.packages.iter().enumerate().map(|(at, package)| (package.name.as_str(), at)).collect();
        prop_assert_eq!(place.len(), packages.len());
        prop_assert_eq!(order.packages.len(), packages.len());
        let together = |a: &String, b: &String| {
            order.cycles.iter().any(|cycle| cycle.contains(a) && cycle.contains(b))
        };
        for package in &packages {
            for needed in package.depends_on.iter().filter(|needed| **needed != package.name) {
                let comes_first = place[needed.as_str()] < place[package.name.as_str()];
                prop_assert!(comes_first || together(&package.name, needed));
            }
        }
        for cycle in &order.cycles {
            for name in cycle {
                let all: BTreeSet<_> =
                    with_dependencies(&packages, name).iter().map(|package| &package.name).collect();
                prop_assert!(cycle.iter().all(|other| all.contains(other)), "{:?}", cycle);
            }
        }
    }

    #[test]
    fn the_order_given_does_not_matter(packages in packages(), by in 0..12_usize) {
        let mut turned = packages.clone();
        turned.rotate_left(by % packages.len());
        let names = |packages: &[WorkspacePackage]| -> Vec<String> {
            topological_order(packages).packages.iter().map(|package| package.name.clone()).collect()
        };
        prop_assert_eq!(names(&turned), names(&packages));
    }
}
