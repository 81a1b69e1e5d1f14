//! Lists the pages of the rulebook, so that a new page needs no line elsewhere.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rulebook");
    let missing = |name: &'static str| move || io::Error::other(format!("cargo sets no `{name}`"));
    let out = env::var_os("OUT_DIR").ok_or_else(missing("OUT_DIR"))?;
    let root = env::var_os("CARGO_MANIFEST_DIR").ok_or_else(missing("CARGO_MANIFEST_DIR"))?;
    let mut pages = Vec::new();
    for pack in files_of(&Path::new(&root).join("rulebook"))? {
        if pack.is_dir() {
            pages.extend(files_of(&pack)?);
        }
    }
    let mut text = String::from("static PAGES: &[(&str, &str)] = &[\n");
    for page in pages.iter().filter(|page| page.extension().is_some_and(|ext| ext == "md")) {
        let id = page.file_stem().unwrap_or_default().display().to_string();
        let path = page.display().to_string();
        let _ = writeln!(text, "    ({id:?}, include_str!({path:?})),");
    }
    text.push_str("];\n");
    fs::write(Path::new(&out).join("pages.rs"), text)
}

/// What is in a folder, sorted.
fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries: Result<Vec<_>, _> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut entries = entries?;
    entries.sort();
    Ok(entries)
}
