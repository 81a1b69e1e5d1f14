//! Why a function cannot be instrumented.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a function, or a change, cannot be instrumented exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// The constructor of a class.
    Constructor,
    /// A getter or setter.
    Accessor,
    /// `super` in a generator: `yield` cannot cross the arrow that keeps `super`.
    SuperInGenerator,
    /// `super` beside the function's own `arguments`.
    SuperWithArguments,
    /// A generator whose parameters do something when it is called.
    DefaultParameterWithEffects,
    /// Direct `eval` or `with`: what a name means cannot be known.
    UsesEval,
    /// `new.target`, which a call of the wrapped function cannot pass on.
    UsesNewTarget,
    /// A decorator on the method or on a parameter: it sees what is wrapped.
    Decorated,
    /// A function whose `name` is computed where it is made.
    ComputedName,
    /// An arrow function that is a statement of its own.
    ExpressionStatement,
    /// The file has its own `globalThis`.
    ShadowedGlobals,
    /// The change reaches beyond functions' bodies and added declarations.
    ChangesOutsideTheFunction,
    /// The change turns the function into one of another kind.
    KindChanged,
    /// No path of the module leads to the function.
    NotExposable,
    /// The function is not in the file that is instrumented.
    NotFound,
}

impl Refusal {
    /// The stable identifier, in kebab case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Constructor => "constructor",
            Self::Accessor => "accessor",
            Self::SuperInGenerator => "super-in-generator",
            Self::SuperWithArguments => "super-with-arguments",
            Self::DefaultParameterWithEffects => "default-parameter-with-effects",
            Self::UsesEval => "uses-eval",
            Self::UsesNewTarget => "uses-new-target",
            Self::Decorated => "decorated",
            Self::ComputedName => "computed-name",
            Self::ExpressionStatement => "expression-statement",
            Self::ShadowedGlobals => "shadowed-globals",
            Self::ChangesOutsideTheFunction => "changes-outside-the-function",
            Self::KindChanged => "kind-changed",
            Self::NotExposable => "not-exposable",
            Self::NotFound => "not-found",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Refusal {}
