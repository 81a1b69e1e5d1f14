//! Packages as numbers: who depends on whom, and which depend on each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::WorkspacePackage;

/// The packages by path, with both directions of their dependencies.
pub(super) struct Graph<'a> {
    pub(super) packages: Vec<&'a WorkspacePackage>,
    /// What each depends on, ascending.
    pub(super) dependencies: Vec<Vec<usize>>,
    /// What depends on each, ascending.
    pub(super) dependents: Vec<Vec<usize>>,
    by_name: BTreeMap<&'a str, usize>,
    by_path: BTreeMap<&'a str, usize>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(packages: &'a [WorkspacePackage]) -> Self {
        let mut packages: Vec<_> = packages.iter().collect();
        packages.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
        let mut by_name = BTreeMap::new();
        let mut by_path = BTreeMap::new();
        for (idx, package) in packages.iter().enumerate() {
            by_name.entry(package.name.as_str()).or_insert(idx);
            by_path.entry(package.path.as_str()).or_insert(idx);
        }
        let mut dependencies = vec![Vec::new(); packages.len()];
        let mut dependents = vec![Vec::new(); packages.len()];
        for (idx, package) in packages.iter().enumerate() {
            let named = package.depends_on.iter();
            let unique: BTreeSet<usize> =
                named.filter_map(|name| by_name.get(name.as_str()).copied()).collect();
            for other in unique.into_iter().filter(|other| *other != idx) {
                dependencies[idx].push(other);
                dependents[other].push(idx);
            }
        }
        Self { packages, dependencies, dependents, by_name, by_path }
    }

    pub(super) fn by_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(super) fn by_path(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// Groups of packages that depend on each other, dependencies first: the
    /// strongly connected components in Tarjan's order ("Depth-first search
    /// and linear graph algorithms", 1972). Without recursion, because a
    /// repository chooses how long its chains are.
    pub(super) fn components(&self) -> Vec<Vec<usize>> {
        const NEW: usize = usize::MAX;
        let n = self.packages.len();
        let mut number = vec![NEW; n];
        let mut lowest = vec![NEW; n];
        let mut is_open = vec![false; n];
        let mut open = Vec::new();
        let mut groups = Vec::new();
        let mut n_seen = 0;
        for root in 0..n {
            if number[root] != NEW {
                continue;
            }
            // Each entry: a package and how many of its edges were followed.
            let mut path = vec![(root, 0)];
            while let Some((idx, followed)) = path.last_mut() {
                let idx = *idx;
                if number[idx] == NEW {
                    (number[idx], lowest[idx]) = (n_seen, n_seen);
                    n_seen += 1;
                    open.push(idx);
                    is_open[idx] = true;
                }
                if let Some(&next) = self.dependencies[idx].get(*followed) {
                    *followed += 1;
                    if number[next] == NEW {
                        path.push((next, 0));
                    } else if is_open[next] {
                        lowest[idx] = lowest[idx].min(number[next]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&(parent, _)) = path.last() {
                    lowest[parent] = lowest[parent].min(lowest[idx]);
                }
                if lowest[idx] == number[idx] {
                    let at = open.iter().rposition(|&other| other == idx).unwrap_or_default();
                    let mut group = open.split_off(at);
                    for &member in &group {
                        is_open[member] = false;
                    }
                    group.sort_unstable();
                    groups.push(group);
                }
            }
        }
        groups
    }
}

/// Everything that is reached from these along the edges, with themselves.
pub(super) fn reached(
    starts: impl IntoIterator<Item = usize>,
    edges: &[Vec<usize>],
) -> BTreeSet<usize> {
    let mut open: Vec<usize> = starts.into_iter().collect();
    let mut seen: BTreeSet<usize> = open.iter().copied().collect();
    while let Some(idx) = open.pop() {
        for &next in edges.get(idx).into_iter().flatten() {
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen
}
