//! The built-in rules of the pack `core`, from the sources that selfopt itself
//! is built of.

use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, builtin, export_pack, lent};

/// The pack.
#[derive(Debug)]
pub struct Core;

impl Pack for Core {
    const INFO: PackInfo = PackInfo {
        id: "selfopt/core",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "The built-in rules of the pack `core`.",
    };

    type Options = NoOptions;

    fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
        builtin::CORE.iter().map(|rule| lent(*rule)).collect()
    }
}

export_pack!(Core);
