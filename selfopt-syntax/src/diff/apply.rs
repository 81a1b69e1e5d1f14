//! Applies a parsed diff, exactly or not at all.

use super::{ChangeKind, DiffError, FileDiff, Line};

impl FileDiff {
    /// The file after the change. `before` must be the text that the diff was
    /// made from: a hunk that does not fit at its line is an error.
    pub fn apply(&self, before: &str) -> Result<String, DiffError> {
        match self.kind {
            ChangeKind::Binary => {
                return Err(DiffError::NotText { path: self.path.clone() });
            }
            ChangeKind::Modified
            | ChangeKind::ModeChanged
            | ChangeKind::Created
            | ChangeKind::Deleted
            | ChangeKind::Renamed { .. }
            | ChangeKind::Copied { .. } => {}
        }
        let old: Vec<&str> = before.split_inclusive('\n').collect();
        let mismatch = |hunk: usize, idx: usize, expected: Option<&str>| {
            let plain = |line: &str| line.trim_end_matches(['\n', '\r']).to_owned();
            DiffError::Mismatch {
                path: self.path.clone(),
                line: idx + 1,
                hunk: hunk + 1,
                expected: expected.map(plain),
                found: old.get(idx).copied().map(plain),
            }
        };
        let mut after = String::with_capacity(before.len());
        let mut next = 0;
        for (number, hunk) in self.hunks.iter().enumerate() {
            let kept = old
                .get(next..hunk.old_start)
                .ok_or_else(|| mismatch(number, hunk.old_start, None))?;
            after.extend(kept.iter().copied());
            next = hunk.old_start;
            for line in &hunk.lines {
                match line {
                    Line::Added(text) => after.push_str(text),
                    Line::Context(text) | Line::Removed(text) => {
                        if old.get(next) != Some(&text.as_str()) {
                            return Err(mismatch(number, next, Some(text)));
                        }
                        if matches!(line, Line::Context(_)) {
                            after.push_str(text);
                        }
                        next += 1;
                    }
                }
            }
        }
        after.extend(old[next..].iter().copied());
        Ok(after)
    }
}
