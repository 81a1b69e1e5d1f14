//! What a profile says: the functions of the project and their shares.

use schemars::JsonSchema;
use selfopt_core::Ratio;
use selfopt_core::paths::PathClass;
use serde::{Deserialize, Serialize};

/// Where the CPU time of a command went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// The project's functions, most time of their own first.
    pub functions: Vec<FunctionShare>,
    /// Microseconds in the project's own code: its functions and what the
    /// engine did for them (built-ins, regular expressions).
    pub own_us: u64,
    /// Microseconds in the project's own code or in anything it called.
    pub beneath_us: u64,
    /// Microseconds of all that was seen, without waiting.
    pub all_us: u64,
    /// What the rest of `all_us` was.
    pub elsewhere: Elsewhere,
    /// Samples of all that was seen, without waiting.
    pub samples: u64,
    /// Processes and worker threads that were seen.
    pub processes: u64,
    /// What is missing.
    pub lost: Lost,
}

/// One function of the project, by file and name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionShare {
    /// The file, relative to the project root, with `/`.
    pub path: String,
    /// What kind of file it is, by its path.
    pub class: PathClass,
    /// The name; `(module)` is a file's own top level, `(anonymous)` a function
    /// without a name, one entry a line.
    pub function: String,
    /// The 1-based line at which it was hottest. A hint: code that a tool
    /// transformed has other lines than its source.
    pub line: u32,
    /// All lines at which functions of this name were seen in the file.
    pub lines: Vec<u32>,
    /// Microseconds in the function itself.
    pub self_us: u64,
    /// Microseconds in it and in all that it called; recursion counts once.
    pub total_us: u64,
    /// `self_us` of the profile's `own_us`.
    pub self_share: Ratio,
    /// `total_us` of the profile's `beneath_us`.
    pub total_share: Ratio,
    /// Samples in the function itself.
    pub samples: u64,
}

/// Time that was not the project's own, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Elsewhere {
    /// In `node_modules`, and in code outside of the project: package managers,
    /// code without a file.
    pub dependencies_us: u64,
    /// In Node's own modules.
    pub node_us: u64,
    /// In the engine on nobody's behalf.
    pub engine_us: u64,
    /// In the garbage collector.
    pub collector_us: u64,
}

/// What the profile does not cover, as far as that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lost {
    /// Slices that a limit kept out.
    pub slices: u64,
    /// Microseconds that those slices cover.
    pub us: u64,
    /// Threads whose profile ended early at a limit.
    pub stopped: u64,
    /// Slices that could not be read.
    pub unreadable: u64,
}

impl Lost {
    /// Whether nothing is known to be missing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// The share of one function, by its file and name. A name with a path in
/// front of it, `Cart.prototype.total`, is found by its last part: the engine
/// knows no more than that.
pub fn share_of(profile: &Profile, path: &str, function: &str) -> Option<FunctionShare> {
    let name = function.rsplit(['.', '#']).next().filter(|name| !name.is_empty())?;
    let find = |name: &str| {
        profile.functions.iter().find(|share| share.path == path && share.function == name)
    };
    // A private method keeps its `#`, a getter its `get`.
    find(function).or_else(|| find(name)).or_else(|| find(&format!("#{name}"))).cloned()
}

/// `part` of `whole`; nothing of nothing is nothing.
#[expect(clippy::cast_precision_loss, reason = "microseconds of a run stay far below 2^53")]
pub(super) fn ratio(part: u64, whole: u64) -> Ratio {
    if whole == 0 { Ratio(0.0) } else { Ratio(part as f64 / whole as f64) }
}
