//! One slice as `profile.cjs` wrote it: V8's `.cpuprofile` with a few keys
//! more. Its nodes form a tree by their ids; whatever does not is left out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use thiserror::Error;

use super::weights::{Times, weights};

/// The most that is read of one slice. The writer's own limit of nodes keeps
/// honest ones well below.
const MAX_BYTES: usize = 32 * 1024 * 1024;
const MAX_NODES: usize = 100_000;
const MAX_SAMPLES: usize = 1_000_000;
/// Characters of a function's name that are kept.
const MAX_NAME: usize = 200;

/// A slice that cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SliceError {
    /// It has more bytes than any honest one.
    #[error("the slice has {bytes} bytes, more than {MAX_BYTES}")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// It is not a profile.
    #[error("the slice is not a CPU profile")]
    Json(#[from] serde_json::Error),
    /// It does not say where the project is.
    #[error("the slice does not name the project's root")]
    NoRoot,
}

/// The keys that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawSlice<'a> {
    #[serde(borrow)]
    root: Cow<'a, str>,
    pid: u64,
    thread: u64,
    interval_us: i64,
    start_time: i64,
    end_time: i64,
    #[serde(borrow, deserialize_with = "bounded::<_, _, MAX_NODES>")]
    nodes: Vec<RawNode<'a>>,
    #[serde(deserialize_with = "bounded::<_, _, MAX_SAMPLES>")]
    samples: Vec<u64>,
    #[serde(deserialize_with = "bounded::<_, _, MAX_SAMPLES>")]
    time_deltas: Vec<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawNode<'a> {
    id: u64,
    #[serde(borrow)]
    call_frame: RawFrame<'a>,
    #[serde(deserialize_with = "bounded::<_, _, MAX_NODES>")]
    children: Vec<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawFrame<'a> {
    #[serde(borrow)]
    function_name: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    line_number: i64,
    column_number: i64,
}

/// A slice: a forest of nodes with the time on top of each.
#[derive(Debug)]
pub(super) struct Slice {
    pub(super) root: String,
    pub(super) pid: u64,
    pub(super) thread: u64,
    pub(super) nodes: Vec<Node>,
}

/// One node of the tree of stacks.
#[derive(Debug)]
pub(super) struct Node {
    /// The node that called it, by its place in the list.
    pub(super) parent: Option<usize>,
    pub(super) name: String,
    pub(super) url: String,
    /// 1-based.
    pub(super) line: u32,
    /// 0-based.
    pub(super) column: u32,
    /// Microseconds in which it was on top.
    pub(super) weight_us: u64,
    /// Samples in which it was on top.
    pub(super) samples: u64,
}

impl Slice {
    /// Reads a slice.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, SliceError> {
        if bytes.len() > MAX_BYTES {
            return Err(SliceError::TooLarge { bytes: bytes.len() });
        }
        let raw: RawSlice<'_> = serde_json::from_slice(bytes)?;
        if !raw.root.starts_with('/') {
            return Err(SliceError::NoRoot);
        }
        // The first node of an id counts.
        let mut by_id: HashMap<u64, usize> = HashMap::with_capacity(raw.nodes.len());
        for (idx, node) in raw.nodes.iter().enumerate() {
            by_id.entry(node.id).or_insert(idx);
        }
        let mut nodes: Vec<Node> = raw.nodes.iter().map(node).collect();
        for (idx, parent) in raw.nodes.iter().enumerate() {
            for child in parent.children.iter().filter_map(|id| by_id.get(id)) {
                // The first to claim a node calls it.
                if *child != idx {
                    nodes[*child].parent.get_or_insert(idx);
                }
            }
        }
        let times = Times {
            start: raw.start_time,
            end: raw.end_time,
            deltas: &raw.time_deltas,
            interval: raw.interval_us,
        };
        let weights = weights(raw.samples.len(), times);
        for (id, weight_us) in raw.samples.iter().zip(weights) {
            if let Some(node) = by_id.get(id).and_then(|idx| nodes.get_mut(*idx)) {
                node.weight_us = node.weight_us.saturating_add(weight_us);
                node.samples += 1;
            }
        }
        let root = raw.root.into_owned();
        Ok(Self { root, pid: raw.pid, thread: raw.thread, nodes })
    }

    /// Every node of the trees, entered before and left after those that it
    /// called. A ring of nodes has no beginning and is left out.
    pub(super) fn walk(&self) -> Vec<Step> {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut open = Vec::new();
        for (idx, node) in self.nodes.iter().enumerate().rev() {
            match node.parent {
                Some(parent) => children[parent].push(idx),
                None => open.push(Step::Enter(idx)),
            }
        }
        let mut steps = Vec::with_capacity(2 * self.nodes.len());
        while let Some(step) = open.pop() {
            steps.push(step);
            if let Step::Enter(idx) = step {
                open.push(Step::Leave(idx));
                open.extend(children[idx].iter().map(|child| Step::Enter(*child)));
            }
        }
        steps
    }
}

/// A step of a walk through the trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Enter(usize),
    Leave(usize),
}

fn node(raw: &RawNode<'_>) -> Node {
    let frame = &raw.call_frame;
    let is_module = frame.function_name == "Object.<anonymous>"
        || (frame.function_name.is_empty() && frame.line_number <= 0 && frame.column_number <= 0);
    let name = match frame.function_name.as_ref() {
        _ if is_module => "(module)".to_owned(),
        "" => "(anonymous)".to_owned(),
        name => name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect(),
    };
    Node {
        parent: None,
        name,
        url: frame.url.as_ref().to_owned(),
        line: u32::try_from(frame.line_number.saturating_add(1)).unwrap_or(1).max(1),
        column: u32::try_from(frame.column_number).unwrap_or_default(),
        weight_us: 0,
        samples: 0,
    }
}

/// A list of at most `MAX` items.
fn bounded<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Bounded<T, const MAX: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Bounded<T, MAX> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MAX} items")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = list.next_element()? {
                if items.len() == MAX {
                    return Err(A::Error::custom(format_args!("more than {MAX} items")));
                }
                items.push(item);
            }
            Ok(items)
        }
    }

    deserializer.deserialize_seq(Bounded::<T, MAX>(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::Step::{Enter, Leave};
    use super::*;

    fn parse(nodes: &str) -> Slice {
        let json = format!(
            r#"{{"root":"/w","startTime":0,"endTime":30,"nodes":{nodes},"samples":[1,2,2],"timeDeltas":[0,10,10]}}"#
        );
        Slice::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn samples_land_on_their_nodes() {
        let slice = parse(
            r#"[{"id":1,"callFrame":{"functionName":"a","url":"/w/a.js","lineNumber":4,"columnNumber":1},"children":[2]},
                {"id":2,"callFrame":{"functionName":"","url":"","lineNumber":9}}]"#,
        );
        let shape: Vec<_> = slice
            .nodes
            .iter()
            .map(|node| (node.name.as_str(), node.line, node.parent, node.weight_us, node.samples))
            .collect();
        assert_eq!(shape, [("a", 5, None, 10, 1), ("(anonymous)", 10, Some(0), 20, 2)]);
        assert_eq!(slice.walk(), [Enter(0), Enter(1), Leave(1), Leave(0)]);
    }

    #[test]
    fn a_graph_that_is_no_tree_is_cut_to_one() {
        // 1 and 2 call each other, 3 calls itself and 4, which 5 claims too; 9 is not there.
        let slice = parse(
            r#"[{"id":1,"children":[2]},{"id":2,"children":[1]},{"id":3,"children":[3,4,9]},
                {"id":4},{"id":5,"children":[4]},{"id":3}]"#,
        );
        let walk = [Enter(2), Enter(3), Leave(3), Leave(2), Enter(4), Leave(4), Enter(5), Leave(5)];
        assert_eq!(slice.walk(), walk);
    }

    #[test]
    fn hostile_numbers_and_names_do_no_harm() {
        let slice = parse(&format!(
            r#"[{{"id":1,"callFrame":{{"functionName":"{}\u0000","url":"/w/a.js","lineNumber":9223372036854775807}}}}]"#,
            "é".repeat(300)
        ));
        assert_eq!(slice.nodes[0].line, 1);
        assert_eq!(slice.nodes[0].name.chars().count(), MAX_NAME);
    }

    #[test]
    fn what_is_no_profile_is_refused() {
        for text in [
            "",
            "7",
            "null",
            r#"{"root":"/w","nodes":7}"#,
            r#"{"root":"/w","nodes":[{"id":-1}]}"#,
            r#"{"root":"/w","samples":[1.5]}"#,
        ] {
            let error = Slice::parse(text.as_bytes()).unwrap_err();
            assert!(matches!(error, SliceError::Json(_)), "{text}: {error}");
        }
        let no_root = Slice::parse(br#"{"nodes":[]}"#).unwrap_err();
        assert!(matches!(no_root, SliceError::NoRoot), "{no_root}");
        let many = format!(r#"{{"root":"/w","nodes":[{}{{}}]}}"#, "{},".repeat(MAX_NODES));
        let error = Slice::parse(many.as_bytes()).unwrap_err();
        assert!(format!("{error:?}").contains("more than 100000 items"), "{error:?}");
        let large = vec![b' '; MAX_BYTES + 1];
        assert!(matches!(Slice::parse(&large), Err(SliceError::TooLarge { .. })));
    }
}
