//! Many slices become one profile: time on top of the project's functions,
//! time beneath them, and what was elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use selfopt_core::paths::classify;
use serde::Deserialize;

use super::calls::CallTree;
use super::place::{Place, place_of};
use super::shares::{FunctionShare, Profile, ratio};
use super::slice::{Node, Slice, SliceError, Step};
use super::source_maps::SourceMaps;

/// More functions than this count as the rest of their file.
const MAX_FUNCTIONS: usize = 50_000;
/// Lines of one function that are kept.
const MAX_LINES: usize = 32;
/// The name of what does not fit.
const REST: &str = "(more)";

/// What was recorded of a command.
#[derive(Debug)]
pub struct Recording {
    /// The table.
    pub profile: Profile,
    /// The calls, for a flame graph.
    pub calls: CallTree,
}

/// Adds slices up. The result depends on the slices, and on their order only
/// where a limit is met.
#[derive(Debug, Default)]
pub struct Merger {
    places: HashMap<(String, String), Place>,
    maps: SourceMaps,
    ids: HashMap<Key, usize>,
    functions: Vec<Tally>,
    calls: CallTree,
    processes: BTreeSet<(u64, u64)>,
    profile: Profile,
}

/// A function: its file, its name, and its line if it has no name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    path: String,
    name: String,
    line: Option<u32>,
}

#[derive(Debug)]
struct Tally {
    key: Key,
    self_us: u64,
    total_us: u64,
    samples: u64,
    /// Time on top, by line.
    lines: BTreeMap<u32, u64>,
    /// How often it is on the stack that is walked.
    open: u32,
}

/// Whose time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Function(usize, u32),
    Dependency,
    Node,
    Engine,
    Collector,
    /// Waiting, or our own runtime: nobody's.
    Nobody,
}

/// A node on the stack that is walked.
struct Frame {
    owner: Owner,
    /// The function that this node opened.
    opened: Option<usize>,
    call: usize,
    /// Microseconds beneath it.
    us: u64,
}

impl Merger {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { calls: CallTree::new(), ..Self::default() }
    }

    /// The same, where a build left source maps.
    #[must_use]
    pub fn with_maps(mut self, maps: SourceMaps) -> Self {
        self.maps = maps;
        self
    }

    /// Adds a slice. One that cannot be read is counted as lost.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), SliceError> {
        let slice = Slice::parse(bytes).inspect_err(|_| self.profile.lost.unreadable += 1)?;
        self.processes.insert((slice.pid, slice.thread));
        let mut stack: Vec<Frame> = Vec::new();
        for step in slice.walk() {
            match step {
                Step::Enter(idx) => {
                    let frame = self.enter(&slice.nodes[idx], stack.last(), &slice.root);
                    stack.push(frame);
                }
                Step::Leave(_) => {
                    let Some(left) = stack.pop() else { continue };
                    if let Some(function) = left.opened {
                        let tally = &mut self.functions[function];
                        tally.open -= 1;
                        if tally.open == 0 {
                            tally.total_us = tally.total_us.saturating_add(left.us);
                        }
                    }
                    if let Some(caller) = stack.last_mut() {
                        caller.us = caller.us.saturating_add(left.us);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds what a thread wrote about slices that a limit kept out.
    pub fn add_lost(&mut self, bytes: &[u8]) {
        #[derive(Deserialize)]
        struct Note {
            slices: u64,
            us: u64,
            stopped: bool,
        }
        let lost = &mut self.profile.lost;
        match serde_json::from_slice(bytes) {
            Ok(Note { slices, us, stopped }) => {
                lost.slices = lost.slices.saturating_add(slices);
                lost.us = lost.us.saturating_add(us);
                lost.stopped += u64::from(stopped);
            }
            Err(_) => lost.unreadable += 1,
        }
    }

    /// The sum.
    pub fn finish(mut self) -> Recording {
        let mut profile = std::mem::take(&mut self.profile);
        profile.processes = self.processes.len() as u64;
        let names = self.functions.iter().map(|tally| {
            let Key { path, name, .. } = &tally.key;
            (path.clone(), name.clone())
        });
        self.calls.finish(names.collect());
        profile.beneath_us = self.calls.total_us();
        profile.functions = self.functions.iter().map(|tally| tally.share(&profile)).collect();
        profile.functions.sort_by(|a, b| {
            (b.self_us, b.total_us)
                .cmp(&(a.self_us, a.total_us))
                .then_with(|| (&a.path, &a.function, a.line).cmp(&(&b.path, &b.function, b.line)))
        });
        Recording { profile, calls: self.calls }
    }

    /// What a node adds, given the one that called it.
    fn enter(&mut self, node: &Node, caller: Option<&Frame>, root: &str) -> Frame {
        let (above, call) =
            caller.map_or((Owner::Engine, CallTree::ROOT), |caller| (caller.owner, caller.call));
        let owner = if above == Owner::Nobody { above } else { self.owner(node, above, root) };
        let mut frame = Frame { owner, opened: None, call, us: 0 };
        if let (Owner::Function(function, line), false) = (owner, node.url.is_empty()) {
            self.functions[function].open += 1;
            frame.opened = Some(function);
            frame.call = self.calls.enter(call, function, line);
        }
        if owner != Owner::Nobody {
            frame.us = node.weight_us;
            self.count(node, owner, frame.call);
        }
        frame
    }

    /// Whose time a node's is. What the engine does, it does for its caller.
    fn owner(&mut self, node: &Node, above: Owner, root: &str) -> Owner {
        let key = (root.to_owned(), node.url.clone());
        let place = self.places.entry(key).or_insert_with(|| place_of(&node.url, root)).clone();
        match place {
            Place::Own(path) => {
                let original = self.maps.original(&path, node.line - 1, node.column);
                let (path, line) = original.unwrap_or((path, node.line));
                let unnamed_line = (node.name == "(anonymous)").then_some(line);
                let key = Key { path, name: node.name.clone(), line: unnamed_line };
                Owner::Function(self.function(key), line)
            }
            Place::Dependency => Owner::Dependency,
            Place::Node => Owner::Node,
            Place::Probe => Owner::Nobody,
            Place::Engine => match node.name.as_str() {
                "(idle)" => Owner::Nobody,
                "(garbage collector)" => Owner::Collector,
                _ => above,
            },
        }
    }

    fn function(&mut self, mut key: Key) -> usize {
        if let Some(known) = self.ids.get(&key) {
            return *known;
        }
        if self.functions.len() >= MAX_FUNCTIONS {
            // One entry for all, whatever the file: there may be as many files.
            key = Key { path: REST.to_owned(), name: REST.to_owned(), line: None };
            if let Some(rest) = self.ids.get(&key) {
                return *rest;
            }
        }
        let function = self.functions.len();
        self.ids.insert(key.clone(), function);
        self.functions.push(Tally {
            key,
            self_us: 0,
            total_us: 0,
            samples: 0,
            lines: BTreeMap::new(),
            open: 0,
        });
        function
    }

    fn count(&mut self, node: &Node, owner: Owner, call: usize) {
        let Profile { own_us, all_us, elsewhere, samples, .. } = &mut self.profile;
        let us = node.weight_us;
        let sum = match owner {
            Owner::Function(function, line) => {
                let tally = &mut self.functions[function];
                tally.self_us = tally.self_us.saturating_add(us);
                tally.samples += node.samples;
                if tally.lines.len() < MAX_LINES || tally.lines.contains_key(&line) {
                    let at_line = tally.lines.entry(line).or_default();
                    *at_line = at_line.saturating_add(us);
                }
                own_us
            }
            Owner::Dependency => &mut elsewhere.dependencies_us,
            Owner::Node => &mut elsewhere.node_us,
            Owner::Engine => &mut elsewhere.engine_us,
            Owner::Collector => &mut elsewhere.collector_us,
            Owner::Nobody => return,
        };
        *sum = sum.saturating_add(us);
        *all_us = all_us.saturating_add(us);
        *samples += node.samples;
        if call != CallTree::ROOT {
            self.calls.add(call, us);
        }
    }
}

impl Tally {
    fn share(&self, profile: &Profile) -> FunctionShare {
        let Key { path, name, .. } = &self.key;
        let hottest = self.lines.iter().max_by_key(|(line, us)| (**us, u32::MAX - **line));
        FunctionShare {
            path: path.clone(),
            class: classify(path),
            function: name.clone(),
            line: hottest.map_or(1, |(line, _)| *line),
            lines: self.lines.keys().copied().collect(),
            self_us: self.self_us,
            total_us: self.total_us,
            self_share: ratio(self.self_us, profile.own_us),
            total_share: ratio(self.total_us, profile.beneath_us),
            samples: self.samples,
        }
    }
}
