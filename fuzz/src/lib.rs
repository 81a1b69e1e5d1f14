//! What the fuzz targets share: detection over a small tree with one hostile
//! file in it. It may say anything, and must neither panic nor take long.

pub mod packs;

use selfopt_core::config::Config;
use selfopt_core::{MemoryTree, detection};

const MANIFEST: &str = r#"{"name":"a","scripts":{"test":"mocha","build":"tsc"},"devDependencies":{"mocha":"10","typescript":"5"},"workspaces":["packages/*"]}"#;

/// Runs all detectors over the files.
pub fn detect(files: &[(&str, &[u8])]) {
    let ordinary: [(&str, &[u8]); 3] = [
        ("package.json", MANIFEST.as_bytes()),
        ("packages/b/package.json", br#"{"name":"b","dependencies":{"a":"*"}}"#),
        ("src/index.ts", b""),
    ];
    let tree = MemoryTree::new(ordinary.into_iter().chain(files.iter().copied()));
    let project = detection::detect(&tree, &selfopt_detect::detectors(), &Config::default(), "");
    std::hint::black_box(project);
}

/// The first byte chooses among the names of a file, the rest is its content.
pub fn choose<'a, 'n>(names: &[&'n str], data: &'a [u8]) -> Option<(&'n str, &'a [u8])> {
    let (first, content) = data.split_first()?;
    Some((names[usize::from(*first) % names.len()], content))
}
