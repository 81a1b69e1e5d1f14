//! The built-in rules of the pack `server`, from the sources that selfopt itself
//! is built of.

use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, builtin, export_pack, lent};

/// The pack.
#[derive(Debug)]
pub struct Server;

impl Pack for Server {
    const INFO: PackInfo = PackInfo {
        id: "selfopt/server",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "The built-in rules of the pack `server`.",
    };

    type Options = NoOptions;

    fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
        builtin::SERVER.iter().map(|rule| lent(*rule)).collect()
    }
}

export_pack!(Server);
