//! What `cargo metadata` tells about the dependency graph.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::shell::CommandLine;

/// The part of the metadata that the checks need.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

/// One package of the graph.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: Option<String>,
    /// Dependencies as declared.
    pub(super) dependencies: Vec<Dependency>,
}

/// One declared dependency.
#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    /// `None` for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

impl Metadata {
    /// Asks cargo, with all features, so that optional dependencies are seen too.
    pub(super) fn read() -> Result<Self> {
        let line = CommandLine::new("cargo metadata --format-version 1 --all-features");
        let json = line.output().with_context(|| format!("`{line}` failed; run it to see why"))?;
        serde_json::from_str(&json).context("failed to read the output of `cargo metadata`")
    }

    /// Our own packages.
    pub(super) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// Everybody else's packages.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| !self.workspace_members.contains(&package.id))
    }

    /// The packages that `name` needs to be built and run, tests excluded, each with the shortest chain
    /// of names that leads to it.
    pub(super) fn needed_by(&self, name: &str) -> BTreeMap<&str, Vec<&str>> {
        let names: BTreeMap<&str, &str> = self
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package.name.as_str()))
            .collect();
        let nodes: BTreeMap<&str, &Node> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let start = self.packages.iter().find(|package| package.name == name);
        let mut chains = BTreeMap::new();
        let mut queue: VecDeque<(&str, Vec<&str>)> = start
            .map(|package| (package.id.as_str(), vec![package.name.as_str()]))
            .into_iter()
            .collect();
        let mut seen = BTreeSet::new();
        while let Some((id, chain)) = queue.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            for edge in nodes.get(id).map_or(&[][..], |node| &node.deps) {
                let only_tests =
                    edge.dep_kinds.iter().all(|edge_kind| edge_kind.kind.as_deref() == Some("dev"));
                let Some(&dependency) = names.get(edge.pkg.as_str()) else {
                    continue;
                };
                if !only_tests {
                    let mut longer = chain.clone();
                    longer.push(dependency);
                    chains.entry(dependency).or_insert_with(|| longer.clone());
                    queue.push_back((edge.pkg.as_str(), longer));
                }
            }
        }
        chains
    }
}
