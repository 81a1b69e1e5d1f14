//! Whether a built pack is still what its sources make: beside it lies what it
//! was made of, as a hash.

use std::io;
use std::path::{Path, PathBuf};

use selfopt_core::digest::Digest;

/// Folders that do not make a pack: what is built, what is installed, pages.
const NO_SOURCES: [&str; 4] = ["dist", "node_modules", "rules", ".git"];

/// More files than any pack has; with more, every build is a new one.
const MAX_FILES: usize = 2_000;

/// A hash of the sources of a pack in `dir`, with what else it is made of.
pub(super) fn of(dir: &Path, others: &[&[u8]]) -> io::Result<Option<Digest>> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let is_source = !NO_SOURCES.iter().any(|name| entry.file_name() == *name);
            if kind.is_dir() && is_source {
                open.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
        if files.len() > MAX_FILES {
            return Ok(None);
        }
    }
    files.sort();
    let mut parts: Vec<Vec<u8>> = others.iter().map(|part| part.to_vec()).collect();
    for file in files {
        let name = file.strip_prefix(dir).unwrap_or(&file);
        parts.push(name.as_os_str().as_encoded_bytes().to_vec());
        parts.push(std::fs::read(&file)?);
    }
    Ok(Some(Digest::of_parts(parts.iter().map(Vec::as_slice))))
}

/// The built pack, when it was made of exactly this.
pub(super) fn built(path: &Path, inputs: &Digest) -> Option<Vec<u8>> {
    let wasm = std::fs::read(path).ok()?;
    let stamp = std::fs::read_to_string(beside(path)).ok()?;
    (stamp == line(inputs, &wasm)).then_some(wasm)
}

/// Notes what a pack was made of. Without the note it is built again.
pub(super) fn note(path: &Path, inputs: &Digest, wasm: &[u8]) -> io::Result<()> {
    std::fs::write(beside(path), line(inputs, wasm))
}

fn line(inputs: &Digest, wasm: &[u8]) -> String {
    format!("{} {}\n", inputs.as_str(), Digest::of(wasm).as_str())
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("made-of")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_source_or_build_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let inputs = |others: &[&[u8]]| of(dir.path(), others).unwrap().unwrap();
        write("src/a.js", "1");
        let first = inputs(&[b"wit"]);
        let built_file = dir.path().join("dist/a.wasm");
        write("dist/a.wasm", "wasm");
        write("node_modules/b/c.js", "1");
        assert_eq!(inputs(&[b"wit"]), first, "what is built and installed is no source");
        assert_eq!(built(&built_file, &first), None, "without a note it is not known");
        note(&built_file, &first, b"wasm").unwrap();
        assert_eq!(built(&built_file, &first).as_deref(), Some(&b"wasm"[..]));
        write("dist/a.wasm", "other");
        assert_eq!(built(&built_file, &first), None, "it was changed");
        write("dist/a.wasm", "wasm");
        assert_ne!(inputs(&[b"another wit"]), first);
        write("src/a.js", "2");
        assert_ne!(inputs(&[b"wit"]), first);
        assert_eq!(built(&built_file, &inputs(&[b"wit"])), None);
    }
}
