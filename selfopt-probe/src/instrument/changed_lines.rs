//! Which lines of the new text a change touches, as its diff shows them.

use std::collections::BTreeSet;

use selfopt_syntax::{FileChange, unified};

/// The lines of `after`, from 1, that a unified diff marks as added. Where a
/// change only removes lines, the line that has moved to their place stands for
/// them (the last line, when the end was removed).
pub fn changed_lines(before: &str, after: &str) -> BTreeSet<u32> {
    let diff = unified(&[FileChange { path: "file", before, after }]);
    let mut lines = BTreeSet::new();
    let mut next = 0_u32;
    let mut removed = false;
    let mut added = false;
    let last = u32::try_from(after.lines().count()).unwrap_or(u32::MAX).max(1);
    for line in diff.lines().skip_while(|line| !line.starts_with("@@ ")) {
        if let Some(header) = line.strip_prefix("@@ ") {
            flush(&mut lines, (&mut removed, &mut added), next, last);
            next = new_start(header);
        } else if line.starts_with('+') {
            lines.insert(next);
            added = true;
            next += 1;
        } else if line.starts_with('-') {
            removed = true;
        } else if line.starts_with(' ') || line.is_empty() {
            flush(&mut lines, (&mut removed, &mut added), next, last);
            next += 1;
        }
    }
    flush(&mut lines, (&mut removed, &mut added), next, last);
    lines
}

fn flush(lines: &mut BTreeSet<u32>, flags: (&mut bool, &mut bool), next: u32, last: u32) {
    let (removed, added) = flags;
    if *removed && !*added {
        lines.insert(next.clamp(1, last));
    }
    *removed = false;
    *added = false;
}

/// `12` of `-10,3 +12,4 @@`. A hunk without new lines names the line before.
fn new_start(header: &str) -> u32 {
    let range = header.split_whitespace().find_map(|part| part.strip_prefix('+')).unwrap_or("1");
    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
    let start = start.parse().unwrap_or(1);
    if count == "0" { start + 1 } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &[u32]) {
        assert_eq!(changed_lines(before, after).into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn added_and_changed_lines() {
        check("a\nb\nc\n", "a\nx\nc\n", &[2]);
        check("a\nb\nc\n", "a\nb\nx\ny\nc\n", &[3, 4]);
        check("a\nb", "a\nb", &[]);
        check("", "a\n", &[1]);
        check("a", "b", &[1]);
    }

    #[test]
    fn a_removal_is_the_line_that_took_its_place() {
        check("a\nb\nc\n", "a\nc\n", &[2]);
        check("a\nb\nc\n", "a\nb\n", &[2]);
        check("a\nb\n", "b\n", &[1]);
    }
}
