//! Not enough memory.

use super::{Diagnosis, Red, diagnosis};
use crate::ports::StepStatus;

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    if let Some(line) = red.find_any(&[
        "JavaScript heap out of memory",
        "Reached heap limit Allocation failed",
        "ERR_WORKER_OUT_OF_MEMORY",
    ]) {
        return Some(diagnosis(
            "Node ran out of heap memory",
            "raise the heap in the command (`NODE_OPTIONS=--max-old-space-size=3072 …`), or name a command that does less at once",
            line,
        ));
    }
    (red.step.status == StepStatus::OutOfMemory).then(|| {
        let last = red.lines.iter().rev().find(|line| !line.trim().is_empty());
        diagnosis(
            "the command used more memory than it may",
            "let it use fewer processes at once (`--maxWorkers=2`, `--jobs 2`), or name a command that does less",
            last.copied().unwrap_or_default(),
        )
    })
}
