//! Unpacks a published package: files and directories, nothing else, beneath
//! one directory and within bounds.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};

/// Node unpacks to some 200 MB, the largest of what is obtained.
const MAX_BYTES: u64 = 1 << 30;
const MAX_ENTRIES: usize = 50_000;
const MAX_DEPTH: usize = 40;

/// Unpacks a package into an empty directory, without the directory that all
/// its paths start with. An error says what was refused.
pub(super) fn unpack(tarball: &Path, into: &Path) -> Result<(), String> {
    let broken = |error: io::Error| format!("it cannot be read: {error}");
    let file = File::open(tarball).map_err(broken)?;
    // The bound holds for what is skipped too.
    let mut archive = Archive::new(GzDecoder::new(file).take(MAX_BYTES));
    let mut left = MAX_BYTES;
    let mut n_files = 0;
    for (idx, entry) in archive.entries().map_err(broken)?.enumerate() {
        if idx >= MAX_ENTRIES {
            return Err(format!("it has more than {MAX_ENTRIES} entries"));
        }
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        let Some(inside) = beneath(&path)? else {
            continue;
        };
        match kind {
            EntryType::Regular => {
                left = left
                    .checked_sub(entry.size())
                    .ok_or_else(|| format!("it unpacks to more than {MAX_BYTES} bytes"))?;
                write(&mut entry, &into.join(inside))
                    .map_err(|error| format!("`{}` cannot be written: {error}", path.display()))?;
                n_files += 1;
            }
            EntryType::Directory => fs::create_dir_all(into.join(inside))
                .map_err(|error| format!("`{}` cannot be made: {error}", path.display()))?,
            _ => return Err(format!("`{}` is neither a file nor a directory", path.display())),
        }
    }
    if n_files == 0 { Err("it is empty".to_owned()) } else { Ok(()) }
}

/// The path without its first part; `None` for that part itself.
fn beneath(path: &Path) -> Result<Option<PathBuf>, String> {
    let mut inside = PathBuf::new();
    let mut depth = 0_usize;
    for part in path.components() {
        match part {
            Component::Normal(name) => {
                if depth > 0 {
                    inside.push(name);
                }
                depth += 1;
            }
            Component::CurDir => {}
            _ => return Err(format!("`{}` leads out of it", path.display())),
        }
    }
    if depth > MAX_DEPTH {
        return Err("its directories are nested too deeply".to_owned());
    }
    Ok((depth > 1).then_some(inside))
}

fn write(entry: &mut Entry<'_, impl Read>, to: &Path) -> io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let is_executable = entry.header().mode()? & 0o100 != 0;
    // A second entry of one path is refused: it would replace what was written.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(if is_executable { 0o755 } else { 0o644 })
        .open(to)?;
    let expected = entry.size();
    if io::copy(entry, &mut file)? != expected {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    type TestEntry = (Header, Vec<u8>);

    /// An entry with its path as it is: the builder refuses hostile ones.
    fn entry(path: &str, kind: EntryType, link: &str, content: &[u8]) -> TestEntry {
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o755);
        header.set_size(content.len() as u64);
        header.set_cksum();
        (header, content.to_vec())
    }

    fn unpacked(entries: &[TestEntry]) -> (tempfile::TempDir, Result<(), String>) {
        let dir = tempfile::tempdir().unwrap();
        let tarball = dir.path().join("x.tgz");
        let gzip = GzEncoder::new(File::create(&tarball).unwrap(), Compression::fast());
        let mut builder = Builder::new(gzip);
        for (header, content) in entries {
            builder.append(header, content.as_slice()).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap();
        let into = dir.path().join("into");
        fs::create_dir(&into).unwrap();
        let result = unpack(&tarball, &into);
        (dir, result)
    }

    #[test]
    fn a_package_is_unpacked_without_its_first_directory() {
        let (dir, result) = unpacked(&[
            entry("package", EntryType::Directory, "", b""),
            entry("package/bin/x.js", EntryType::Regular, "", b"x"),
        ]);
        assert_eq!(result, Ok(()));
        let file = dir.path().join("into/bin/x.js");
        assert_eq!(fs::read(&file).unwrap(), b"x");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o755);
    }

    #[test]
    fn hostile_entries_are_refused_and_write_nothing_outside() {
        let evil = b"evil".as_slice();
        let outside = tempfile::tempdir().unwrap();
        let absolute = outside.path().join("x").display().to_string();
        let target = outside.path().display().to_string();
        let cases: [(&str, Vec<TestEntry>); 7] = [
            ("leads out", vec![entry("package/../../x", EntryType::Regular, "", evil)]),
            ("leads out", vec![entry("../x", EntryType::Regular, "", evil)]),
            ("leads out", vec![entry(&absolute, EntryType::Regular, "", evil)]),
            (
                "neither",
                vec![
                    entry("package/out", EntryType::Symlink, &target, b""),
                    entry("package/out/x", EntryType::Regular, "", evil),
                ],
            ),
            ("neither", vec![entry("package/out", EntryType::Link, "/etc/passwd", b"")]),
            ("neither", vec![entry("package/pipe", EntryType::Fifo, "", b"")]),
            (
                "cannot be written",
                vec![
                    entry("package/x", EntryType::Regular, "", b"first"),
                    entry("package/x", EntryType::Regular, "", evil),
                ],
            ),
        ];
        for (reason, entries) in cases {
            let (dir, result) = unpacked(&entries);
            let refused = result.expect_err(reason);
            assert!(refused.contains(reason), "{refused}");
            let names: Vec<_> = fs::read_dir(dir.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .filter(|name| name != "into" && name != "x.tgz")
                .collect();
            assert!(names.is_empty(), "{names:?}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_no_package_is_refused() {
        let (_dir, result) = unpacked(&[]);
        assert_eq!(result, Err("it is empty".to_owned()));
        let dir = tempfile::tempdir().unwrap();
        let tarball = dir.path().join("x.tgz");
        fs::write(&tarball, "no archive").unwrap();
        assert!(unpack(&tarball, dir.path()).unwrap_err().contains("cannot be read"));
        // Size and content disagree.
        let mut huge = entry("package/x", EntryType::Regular, "", b"");
        huge.0.set_size(MAX_BYTES + 1);
        huge.0.set_cksum();
        let (_dir, result) = unpacked(&[huge]);
        assert!(result.unwrap_err().contains("more than"));
    }
}
