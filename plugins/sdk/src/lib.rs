//! What the author of a rule pack depends on.
//!
//! A pack implements [`Pack`] for a type of its own and names that type in
//! [`export_pack!`]. Its rules implement [`Rule`], exactly as the built-in ones
//! do: they get a file's flat syntax tree and bindings and answer with matches.
//! Natively the crate is plain Rust, so rules can be tested and debugged like
//! any code; for `wasm32-unknown-unknown` it adds what the host calls.

mod pack;

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
#[cfg(target_arch = "wasm32")]
mod memory;

pub use pack::{NoOptions, Pack, PackInfo, Scope, lent};
pub use schemars;
pub use serde;

/// What several rules need to know about code: loops, arrays, names, calls.
pub use selfopt_rules::analysis;
pub use selfopt_rules::{
    Applicability, Condition, Fix, Match, Outcome, Proof, Refusal, Rule, RuleContext, RuleMeta,
    SizeWitness, has_literal, matches,
};
/// Syntax trees, bindings, spans and edits.
pub use selfopt_syntax as syntax;

/// The rules that are built into selfopt, by id.
pub use selfopt_rules::registry as builtin;

/// Makes a type the pack of this crate. Does nothing but for WebAssembly.
///
/// ```
/// use selfopt_pack::{NoOptions, Pack, PackInfo, Rule, export_pack};
///
/// struct MyPack;
///
/// impl Pack for MyPack {
///     const INFO: PackInfo = PackInfo {
///         id: "me/my-pack",
///         version: env!("CARGO_PKG_VERSION"),
///         license: "MIT",
///         description: "Rules of mine.",
///     };
///     type Options = NoOptions;
///
///     fn rules(_: &NoOptions) -> Vec<Box<dyn Rule>> {
///         Vec::new()
///     }
/// }
///
/// export_pack!(MyPack);
/// ```
#[macro_export]
macro_rules! export_pack {
    ($pack:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::guest::Component<$pack>;
    $crate::guest::export!(Exported with_types_in $crate::guest);
        };
    };
}

/// Makes one list of built-in rules the pack of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! export_builtin_pack {
    ($pack:ident, $name:literal, $rules:ident) => {
        /// The pack.
        #[derive(Debug)]
        pub struct $pack;

        impl $crate::Pack for $pack {
            const INFO: $crate::PackInfo = $crate::PackInfo {
                id: concat!("selfopt/", $name),
                version: env!("CARGO_PKG_VERSION"),
                license: env!("CARGO_PKG_LICENSE"),
                description: concat!("The built-in rules of the pack `", $name, "`."),
            };

            type Options = $crate::NoOptions;

            fn rules(_: &$crate::NoOptions) -> Vec<Box<dyn $crate::Rule>> {
                // Of no other pack, so that their code is not in this one.
                $crate::builtin::$rules.iter().map(|rule| $crate::lent(*rule)).collect()
            }
        }

        $crate::export_pack!($pack);
    };
}
