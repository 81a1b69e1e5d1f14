//! The built-in rules of the pack `async-io`, from the sources that selfopt itself
//! is built of.

use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, builtin, export_pack, lent};

/// The pack.
#[derive(Debug)]
pub struct AsyncIo;

impl Pack for AsyncIo {
    const INFO: PackInfo = PackInfo {
        id: "selfopt/async-io",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "The built-in rules of the pack `async-io`.",
    };

    type Options = NoOptions;

    fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
        builtin::ASYNC_IO.iter().map(|rule| lent(*rule)).collect()
    }
}

export_pack!(AsyncIo);
