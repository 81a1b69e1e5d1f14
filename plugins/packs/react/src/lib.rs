//! The built-in rules of the pack `react`, from the sources that selfopt itself
//! is built of.

use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, builtin, export_pack, lent};

/// The pack.
#[derive(Debug)]
pub struct React;

impl Pack for React {
    const INFO: PackInfo = PackInfo {
        id: "selfopt/react",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "The built-in rules of the pack `react`.",
    };

    type Options = NoOptions;

    fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
        builtin::REACT.iter().map(|rule| lent(*rule)).collect()
    }
}

export_pack!(React);
