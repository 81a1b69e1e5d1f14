//! The built-in rules of the pack `collections`, from the sources that selfopt itself
//! is built of.

use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, builtin, export_pack, lent};

/// The pack.
#[derive(Debug)]
pub struct Collections;

impl Pack for Collections {
    const INFO: PackInfo = PackInfo {
        id: "selfopt/collections",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "The built-in rules of the pack `collections`.",
    };

    type Options = NoOptions;

    fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
        builtin::COLLECTIONS.iter().map(|rule| lent(*rule)).collect()
    }
}

export_pack!(Collections);
