//! Why a pack is not loaded. What goes wrong later, in a file, is a
//! [`crate::CallFailure`] and stops nothing.

use thiserror::Error;

use crate::failure::CallFailure;
use crate::inspect::{INTERFACE, InterfaceVersion};

/// A pack that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PackError {
    /// Not a WebAssembly component.
    #[error("the file is no WebAssembly component: {reason}")]
    NotAComponent {
        /// What it is instead, or what is wrong with it.
        reason: String,
    },
    /// Larger than allowed.
    #[error("the component has {found} bytes, allowed are {allowed}")]
    TooLarge {
        /// Its size.
        found: usize,
        /// The limit.
        allowed: usize,
    },
    /// A component of another kind.
    #[error("the component does not export `selfopt:rules/guest`, so it is no rule pack")]
    NotAPack,
    /// It needs a newer host.
    #[error("the pack speaks selfopt:rules@{found}, this selfopt speaks {INTERFACE}")]
    TooNew {
        /// The pack's version.
        found: InterfaceVersion,
    },
    /// It needs an older host.
    #[error(
        "the pack speaks selfopt:rules@{found}, which this selfopt no longer does; it speaks {INTERFACE}"
    )]
    TooOld {
        /// The pack's version.
        found: InterfaceVersion,
    },
    /// It wants something that packs do not get.
    #[error("the pack imports `{import}`, and packs get nothing but `selfopt:rules/log`")]
    Import {
        /// The first such import.
        import: String,
    },
    /// The compiler refused it.
    #[error("the component cannot be compiled")]
    Compile(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It could not say what it is.
    #[error("the pack could not describe itself")]
    Describe(#[source] CallFailure),
    /// What it says of itself is not usable.
    #[error("the pack's description is not usable: {reason}")]
    Description {
        /// What is wrong.
        reason: String,
    },
    /// Its options are not usable.
    #[error("the options of the pack `{pack}` are not usable: {reason}")]
    Options {
        /// The pack.
        pack: String,
        /// What is wrong.
        reason: String,
    },
    /// Two packs, or a pack and the built-in rules, have a rule of one name.
    #[error("the rule `{rule}` of the pack `{pack}` is there already, from {other}")]
    RuleTaken {
        /// The rule's id.
        rule: String,
        /// The pack that came later.
        pack: String,
        /// Who has it.
        other: String,
    },
    /// The runtime did not start.
    #[error("the WebAssembly runtime could not be started")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PackError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotAComponent { .. } | Self::NotAPack => {
                "`selfopt pack build` makes packs; a core module becomes a component with it".into()
            }
            Self::TooLarge { .. } => {
                "build it with optimization and without debug information".into()
            }
            Self::TooNew { .. } => "upgrade selfopt, or ask for an older version of the pack".into(),
            Self::TooOld { .. } => {
                "ask for a newer version of the pack, or build it again with today's SDK".into()
            }
            Self::Import { .. } => {
                "build for wasm32-unknown-unknown and not for WASI; a rule needs no files, clock or \
                 randomness"
                    .into()
            }
            Self::Compile(_) | Self::Describe(_) | Self::Description { .. } => {
                "`selfopt pack check FILE` says the same to the pack's author".into()
            }
            Self::Options { pack, .. } => {
                format!("mend `[packs.\"{pack}\"]` in selfopt.toml; `selfopt pack list` shows what it takes")
            }
            Self::RuleTaken { .. } => {
                "give the rule another id if the pack is yours, or remove one of two packs; a \
                 built-in rule keeps its id"
                    .into()
            }
            Self::Engine(_) => "packs need a 64-bit machine that may map memory as executable".into(),
        }
    }
}
