//! Reads diffs: `diffy` understands the format, a scan before it makes sure
//! that nothing in the text was skipped over.

use std::collections::BTreeSet;

use diffy::patch_set::{FileOperation, FilePatch, ParseOptions, PatchKind, PatchSet};

use super::error::MalformedDiff;
use super::{ChangeKind, DiffError, FileDiff, Hunk, Line};

pub(super) fn files(text: &str) -> Result<Vec<FileDiff>, DiffError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let scanned = scan(text)?;
    let malformed = |complaint: String| DiffError::Malformed { source: MalformedDiff(complaint) };
    let options =
        if scanned.has_git_headers { ParseOptions::gitdiff() } else { ParseOptions::unidiff() };
    let mut files = Vec::new();
    for patch in PatchSet::parse(text, options) {
        files.push(file(&patch.map_err(|error| malformed(error.to_string()))?)?);
    }
    let n_hunks: usize = files.iter().map(|file| file.hunks.len()).sum();
    if n_hunks != scanned.n_hunks || files.len() != scanned.n_files {
        return Err(malformed("headers and hunks do not match up".to_owned()));
    }
    let mut seen = BTreeSet::new();
    for file in &files {
        let from = match &file.kind {
            ChangeKind::Renamed { from } | ChangeKind::Copied { from } => Some(from),
            _ => None,
        };
        for path in [Some(&file.path), from].into_iter().flatten() {
            let is_plain = |part| !matches!(part, "" | "." | ".." | ".git");
            if !path.split('/').all(is_plain) || path.contains('\0') {
                return Err(DiffError::UnsafePath { path: path.clone() });
            }
        }
        if !seen.insert(&file.path) {
            return Err(DiffError::Duplicate { path: file.path.clone() });
        }
    }
    Ok(files)
}

struct Scanned {
    has_git_headers: bool,
    n_files: usize,
    n_hunks: usize,
}

/// Accounts for every line of the text.
fn scan(text: &str) -> Result<Scanned, DiffError> {
    let mut scanned = Scanned { has_git_headers: false, n_files: 0, n_hunks: 0 };
    let mut n_plain_files = 0;
    let mut lines = (1..).zip(text.split_inclusive('\n')).peekable();
    while let Some((number, line)) = lines.next() {
        let line = line.trim_end_matches(['\n', '\r']);
        if let Some(header) = line.strip_prefix("@@ ") {
            scanned.n_hunks += 1;
            let (mut old, mut new) =
                hunk_lengths(header).ok_or(DiffError::HunkLength { line: number })?;
            while old + new > 0 {
                let used = match lines.next().map(|(_, line)| line.as_bytes()[0]) {
                    // Some tools strip the blank of an empty context line.
                    Some(b' ' | b'\n' | b'\r') => (1, 1),
                    Some(b'-') => (1, 0),
                    Some(b'+') => (0, 1),
                    Some(b'\\') => (0, 0),
                    _ => return Err(DiffError::HunkLength { line: number }),
                };
                let too_many = DiffError::HunkLength { line: number };
                old = usize::checked_sub(old, used.0).ok_or(too_many.clone())?;
                new = usize::checked_sub(new, used.1).ok_or(too_many)?;
            }
            lines.next_if(|(_, line)| line.starts_with('\\'));
        } else if line.starts_with("diff --git ") {
            scanned.has_git_headers = true;
            scanned.n_files += 1;
        } else if line.starts_with("GIT binary patch") {
            // Base85 lines up to the next file; they cannot start with `diff `.
            while lines.next_if(|(_, line)| !line.starts_with("diff --git ")).is_some() {}
        } else if line.starts_with("--- ") {
            n_plain_files += 1;
        } else if !is_header(line) {
            return Err(DiffError::StrayLine { line: number, text: line.to_owned() });
        }
    }
    if !scanned.has_git_headers {
        scanned.n_files = n_plain_files;
    }
    Ok(scanned)
}

/// Old and new length of `-1,2 +1,3 @@ context`.
fn hunk_lengths(header: &str) -> Option<(usize, usize)> {
    let (ranges, _) = header.split_once(" @@")?;
    let (old, new) = ranges.strip_prefix('-')?.split_once(" +")?;
    let length = |range: &str| range.split_once(',').map_or(Ok(1), |(_, len)| len.parse());
    Some((length(old).ok()?, length(new).ok()?))
}

fn is_header(line: &str) -> bool {
    const PREFIXES: [&str; 14] = [
        "+++ ",
        "index ",
        "old mode ",
        "new mode ",
        "new file mode ",
        "deleted file mode ",
        "similarity index ",
        "dissimilarity index ",
        "rename from ",
        "rename to ",
        "copy from ",
        "copy to ",
        "Binary files ",
        "\\ No newline",
    ];
    PREFIXES.iter().any(|prefix| line.starts_with(prefix))
}

fn file(patch: &FilePatch<'_, str>) -> Result<FileDiff, DiffError> {
    let (path, mut kind) = path_and_kind(patch)?;
    let hunks = match patch.patch() {
        PatchKind::Text(text) => text.hunks().iter().map(hunk).collect(),
        PatchKind::Binary(_) => {
            kind = ChangeKind::Binary;
            Vec::new()
        }
    };
    if kind == ChangeKind::Modified && hunks.is_empty() && patch.new_mode().is_some() {
        kind = ChangeKind::ModeChanged;
    }
    let count = |is_wanted: fn(&Line) -> bool| {
        hunks.iter().flat_map(|hunk: &Hunk| &hunk.lines).filter(|line| is_wanted(line)).count()
    };
    let added = count(|line| matches!(line, Line::Added(_)));
    let removed = count(|line| matches!(line, Line::Removed(_)));
    Ok(FileDiff { path, kind, added, removed, hunks })
}

fn path_and_kind(patch: &FilePatch<'_, str>) -> Result<(String, ChangeKind), DiffError> {
    // Paths in `rename from` and `copy from` lines carry no `a/` and `b/`.
    Ok(match patch.operation() {
        FileOperation::Create(path) => (strip(path, "b/"), ChangeKind::Created),
        FileOperation::Delete(path) => (strip(path, "a/"), ChangeKind::Deleted),
        FileOperation::Rename { from, to } => {
            (to.to_string(), ChangeKind::Renamed { from: from.to_string() })
        }
        FileOperation::Copy { from, to } => {
            (to.to_string(), ChangeKind::Copied { from: from.to_string() })
        }
        FileOperation::Modify { original, modified } => {
            let (from, path) = (strip(original, "a/"), strip(modified, "b/"));
            if from != path {
                let complaint = format!("`{from}` and `{path}` are different files");
                return Err(DiffError::Malformed { source: MalformedDiff(complaint) });
            }
            (path, ChangeKind::Modified)
        }
    })
}

fn strip(path: &str, prefix: &str) -> String {
    path.strip_prefix(prefix).unwrap_or(path).to_owned()
}

fn hunk(hunk: &diffy::Hunk<'_, str>) -> Hunk {
    let range = hunk.old_range();
    // An empty old range names the line before the insertion.
    let old_start = if range.is_empty() { range.start() } else { range.start().saturating_sub(1) };
    let line = |line: &diffy::Line<'_, str>| match *line {
        diffy::Line::Context(text) => Line::Context(text.to_owned()),
        diffy::Line::Delete(text) => Line::Removed(text.to_owned()),
        diffy::Line::Insert(text) => Line::Added(text.to_owned()),
    };
    Hunk { old_start, lines: hunk.lines().iter().map(line).collect() }
}
