//! Runs a rule pack natively in a unit test.
//!
//! The tests of a rule are the blocks of its page, as for the built-in rules;
//! `selfopt pack test` runs the same pages through the WebAssembly build.
//!
//! ```no_run
//! # use selfopt_pack::{NoOptions, Pack, PackInfo, Rule};
//! # struct MyPack;
//! # impl Pack for MyPack {
//! #     const INFO: PackInfo = PackInfo { id: "a", version: "0.1.0", license: "MIT", description: "B." };
//! #     type Options = NoOptions;
//! #     fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> { Vec::new() }
//! # }
//! selfopt_pack_test::check_pages::<MyPack>(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"));
//! ```

use std::path::Path;

use selfopt_core::rulebook::{Page, check_page};
use selfopt_core::{Finding, Patch, PatchTemplate, Scanner};
use selfopt_pack::{Pack, Rule};
use selfopt_rules::ports;
use selfopt_syntax::SourceFile;

/// A pack behind the core's ports, natively.
pub struct NativePack {
    rules: Vec<Box<dyn Rule>>,
}

impl NativePack {
    /// The pack with its default options.
    pub fn new<P: Pack>() -> Self {
        Self::with_options::<P>(&P::Options::default())
    }

    /// The pack with options.
    pub fn with_options<P: Pack>(options: &P::Options) -> Self {
        Self { rules: P::rules(options) }
    }

    /// The ids of its rules.
    pub fn rule_ids(&self) -> impl Iterator<Item = &'static str> {
        self.rules.iter().map(|rule| rule.meta().id)
    }
}

impl std::fmt::Debug for NativePack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rule_ids()).finish()
    }
}

/// Says which block of a page a panic was in: its path is `rule:line`.
struct Reading<'a>(&'a str);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was in the block {}", self.0);
        }
    }
}

impl Scanner for NativePack {
    fn scan(&self, file: &SourceFile) -> Vec<Finding> {
        let _reading = Reading(&file.path);
        ports::findings(self.rules.iter().map(|rule| &**rule), file)
    }
}

impl PatchTemplate for NativePack {
    fn propose(&self, file: &SourceFile, finding: &Finding) -> Option<Patch> {
        let _reading = Reading(&file.path);
        let rule = self.rules.iter().find(|rule| rule.meta().id == finding.rule.as_str())?;
        ports::patch(&**rule, file, finding)
    }
}

/// Runs the page `<folder>/<rule>.md` of every rule of a pack.
///
/// # Panics
///
/// When a rule has no page, or a block is not as it should be.
pub fn check_pages<P: Pack>(folder: impl AsRef<Path>) {
    let pack = NativePack::new::<P>();
    let mut faults = Vec::new();
    let mut n_found = 0;
    for id in pack.rule_ids() {
        let path = folder.as_ref().join(format!("{id}.md"));
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let result = check_page(id, &Page::parse(&text), &pack, &pack);
                n_found += result.found;
                let place = path.display();
                faults.extend(result.faults.iter().map(|fault| format!("{place}, {fault}")));
            }
            Err(error) => faults.push(format!("{}: {error}", path.display())),
        }
    }
    assert!(
        faults.is_empty(),
        "{n_found} claims hold, {} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
