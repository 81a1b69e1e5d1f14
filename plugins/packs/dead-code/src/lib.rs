//! The built-in rules of the pack `dead-code`, from the sources that selfopt itself
//! is built of.

use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, builtin, export_pack, lent};

/// The pack.
#[derive(Debug)]
pub struct DeadCode;

impl Pack for DeadCode {
    const INFO: PackInfo = PackInfo {
        id: "selfopt/dead-code",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "The built-in rules of the pack `dead-code`.",
    };

    type Options = NoOptions;

    fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
        builtin::DEAD_CODE.iter().map(|rule| lent(*rule)).collect()
    }
}

export_pack!(DeadCode);
