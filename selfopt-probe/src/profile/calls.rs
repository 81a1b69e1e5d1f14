//! The calls of the project's functions among each other, summed over all
//! slices: what a flame graph shows.

use std::collections::BTreeMap;

/// Deeper calls count as their caller's.
const MAX_DEPTH: usize = 120;
/// When there are as many nodes, further ones count as their caller's.
const MAX_NODES: usize = 200_000;

/// A forest of calls. A function that another function's code calls in between
/// (a callback of a package) hangs under the nearest function of the project.
#[derive(Debug, Default)]
pub struct CallTree {
    /// The root, which stands for no function, is the first.
    nodes: Vec<CallNode>,
    /// Paths and names, by function.
    names: Vec<(String, String)>,
}

/// A function in the place from which it was called.
#[derive(Debug, Default)]
pub struct CallNode {
    pub(super) function: usize,
    pub(super) line: u32,
    pub(super) depth: usize,
    caller: usize,
    /// Microseconds in it and in what it called.
    pub(super) total_us: u64,
    pub(super) children: BTreeMap<usize, usize>,
}

impl CallTree {
    /// The node that stands for the root.
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        Self { nodes: vec![CallNode::default()], names: Vec::new() }
    }

    /// The node of a function that is called at another node. A function that
    /// calls itself stays where it is.
    pub(super) fn enter(&mut self, caller: usize, function: usize, line: u32) -> usize {
        let node = &self.nodes[caller];
        let is_recursion = caller != Self::ROOT && node.function == function;
        if is_recursion || node.depth >= MAX_DEPTH {
            return caller;
        }
        if let Some(child) = node.children.get(&function) {
            return *child;
        }
        if self.nodes.len() >= MAX_NODES {
            return caller;
        }
        let depth = node.depth + 1;
        let child = self.nodes.len();
        self.nodes.push(CallNode { function, line, depth, caller, ..CallNode::default() });
        self.nodes[caller].children.insert(function, child);
        child
    }

    /// Adds time on top of a node.
    pub(super) fn add(&mut self, node: usize, us: u64) {
        let total = &mut self.nodes[node].total_us;
        *total = total.saturating_add(us);
    }

    /// The time of each node becomes its callers' time too; names are given by
    /// function.
    pub(super) fn finish(&mut self, names: Vec<(String, String)>) {
        self.names = names;
        // Callers were entered before what they call.
        for idx in (1..self.nodes.len()).rev() {
            let CallNode { caller, total_us, .. } = self.nodes[idx];
            self.add(caller, total_us);
        }
    }

    /// Microseconds in all calls.
    pub fn total_us(&self) -> u64 {
        self.nodes.first().map_or(0, |root| root.total_us)
    }

    pub(super) fn node(&self, node: usize) -> &CallNode {
        &self.nodes[node]
    }

    /// Path and name of a function.
    pub(super) fn function(&self, function: usize) -> (&str, &str) {
        self.names.get(function).map_or(("", ""), |(path, name)| (path, name))
    }
}
