//! The built-in rules of the pack `strings`, from the sources that selfopt itself
//! is built of.

use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, builtin, export_pack, lent};

/// The pack.
#[derive(Debug)]
pub struct Strings;

impl Pack for Strings {
    const INFO: PackInfo = PackInfo {
        id: "selfopt/strings",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "The built-in rules of the pack `strings`.",
    };

    type Options = NoOptions;

    fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
        builtin::STRINGS.iter().map(|rule| lent(*rule)).collect()
    }
}

export_pack!(Strings);
