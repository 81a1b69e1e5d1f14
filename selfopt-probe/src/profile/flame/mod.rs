//! Flame graphs: each function of the project as wide as the time in it and in
//! what it called, under the function that called it. The largest is on the
//! left, files have colours. One file, no other one needed, the same for the
//! same profile.

mod html;
mod svg;
mod text;

use super::calls::CallTree;
use super::merge::Recording;
use super::shares::Profile;
use text::{millis, percent};

/// Boxes narrower than this part of the graph are left out.
const NARROWEST: u64 = 2000;
/// Boxes that are drawn at most, the widest ones of each row first.
const MAX_BOXES: usize = 5000;

/// A flame graph that can be drawn.
#[derive(Debug)]
pub struct FlameGraph<'a> {
    title: String,
    profile: &'a Profile,
    boxes: Vec<FlameBox<'a>>,
    /// Microseconds of the whole width.
    total_us: u64,
    left_out: usize,
}

/// One function in the place from which it was called.
#[derive(Debug)]
struct FlameBox<'a> {
    path: &'a str,
    function: &'a str,
    line: u32,
    depth: usize,
    /// Microseconds from the left edge.
    at_us: u64,
    us: u64,
}

impl<'a> FlameGraph<'a> {
    /// Lays a recording out under a title.
    pub fn new(title: &str, recording: &'a Recording) -> Self {
        let calls = &recording.calls;
        let mut graph = Self {
            title: title.to_owned(),
            profile: &recording.profile,
            boxes: Vec::new(),
            total_us: calls.total_us(),
            left_out: 0,
        };
        graph.lay_out(calls);
        graph
    }

    /// As one SVG document, without scripts.
    pub fn svg(&self) -> String {
        svg::document(self)
    }

    /// As one HTML document with a table, a search and zooming.
    pub fn html(&self) -> String {
        html::document(self)
    }

    /// Row by row, so that what is left out is deep rather than wide.
    fn lay_out(&mut self, calls: &'a CallTree) {
        let mut row = vec![(CallTree::ROOT, 0)];
        while !row.is_empty() {
            let mut next = Vec::new();
            for (caller, at_us) in row {
                let mut at_us = at_us;
                for child in largest_first(calls, caller) {
                    let node = calls.node(child);
                    let (path, function) = calls.function(node.function);
                    let is_narrow = node.total_us.saturating_mul(NARROWEST) < self.total_us;
                    if node.total_us == 0 || is_narrow || self.boxes.len() >= MAX_BOXES {
                        self.left_out += 1;
                        continue;
                    }
                    self.boxes.push(FlameBox {
                        path,
                        function,
                        line: node.line,
                        depth: node.depth - 1,
                        at_us,
                        us: node.total_us,
                    });
                    next.push((child, at_us));
                    at_us += node.total_us;
                }
            }
            row = next;
        }
    }

    fn rows(&self) -> usize {
        self.boxes.iter().map(|of| of.depth + 1).max().unwrap_or_default()
    }

    /// What the graph shows, in a sentence or two.
    fn description(&self) -> String {
        let Profile { own_us, beneath_us, all_us, samples, processes, .. } = self.profile;
        let of =
            |n: &u64, one: &str, many: &str| format!("{n} {}", if *n == 1 { one } else { many });
        let left_out = match self.left_out {
            0 => String::new(),
            n => format!(" {n} too narrow to see left out."),
        };
        format!(
            "{} in and beneath the project's own code ({} of {} seen), {} in it alone; {}, {}. Only the project's functions are drawn.{left_out}",
            millis(*beneath_us),
            percent(*beneath_us, *all_us),
            millis(*all_us),
            millis(*own_us),
            of(samples, "sample", "samples"),
            of(processes, "process or thread", "processes and threads"),
        )
    }
}

impl FlameBox<'_> {
    fn label(&self, whole_us: u64) -> String {
        format!(
            "{} ({}:{}), {}, {}",
            self.function,
            self.path,
            self.line,
            millis(self.us),
            percent(self.us, whole_us)
        )
    }
}

fn largest_first(calls: &CallTree, caller: usize) -> Vec<usize> {
    let mut children: Vec<usize> = calls.node(caller).children.values().copied().collect();
    children.sort_by(|a, b| {
        let (a, b) = (calls.node(*a), calls.node(*b));
        b.total_us.cmp(&a.total_us).then_with(|| {
            (calls.function(a.function), a.line).cmp(&(calls.function(b.function), b.line))
        })
    });
    children
}
