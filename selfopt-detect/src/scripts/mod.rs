//! Package scripts as trees: a script's commands in the order they run, with
//! the scripts that they call inside them.

mod call;
mod expand;
mod managers;
mod names;
mod runners;
mod wireit;

pub(crate) use call::{Call, resolve};
pub(crate) use expand::Scripts;

use crate::kind::Kind;

/// A command of a script, or a script called from one.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// A command that is no script.
    Leaf(Leaf),
    /// A script with what it runs.
    Script(ScriptNode),
}

/// A command that is no script.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    /// As written, or made to end where the written one watches.
    pub(crate) text: String,
    /// Its words.
    pub(crate) words: Vec<String>,
    /// The words without wrappers and assignments.
    pub(crate) core: Vec<String>,
    /// What it does.
    pub(crate) kind: Kind,
    /// The script that holds it; empty outside of scripts.
    pub(crate) script: String,
    /// Whether `text` was changed, so that the script cannot be used as it is.
    pub(crate) rewritten: bool,
    /// Whether it runs in another folder, after a `cd`.
    pub(crate) elsewhere: bool,
    /// Assignments that its callers make around it: `TZ=UTC npm run unit`.
    pub(crate) env: Vec<String>,
}

/// A script with what it runs, pre- and post-scripts included.
#[derive(Debug, Clone)]
pub(crate) struct ScriptNode {
    /// The script's name.
    pub(crate) name: String,
    /// How the caller writes it, when it adds arguments, assignments or a
    /// wrapper; `None` for a plain call.
    pub(crate) call: Option<(String, Vec<String>)>,
    /// Assignments that callers make around it and `call` does not hold.
    pub(crate) env: Vec<String>,
    /// What it runs.
    pub(crate) children: Vec<Node>,
}

impl Leaf {
    /// `nx affected`, `turbo run test --affected`: compares with a base that a
    /// fresh clone lacks.
    pub(crate) fn is_affected(&self) -> bool {
        let program = self.core.first().map_or("", String::as_str);
        matches!(program, "nx" | "turbo")
            && self.core.iter().any(|word| {
                matches!(word.as_str(), "affected" | "--affected") || word.starts_with("affected:")
            })
    }

    /// `nx test` without a project: what follows is left to whoever calls it.
    pub(crate) fn names_no_project(&self) -> bool {
        matches!(self.core.as_slice(), [nx, task]
            if nx == "nx" && !task.starts_with('-') && !task.contains(':') && task != "affected")
    }
}

impl Node {
    /// The commands in the order they run.
    pub(crate) fn leaves(&self) -> Vec<&Leaf> {
        let mut leaves = Vec::new();
        self.visit(&mut |leaf| leaves.push(leaf));
        leaves
    }

    fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Leaf)) {
        match self {
            Self::Leaf(leaf) => see(leaf),
            Self::Script(script) => script.children.iter().for_each(|child| child.visit(see)),
        }
    }
}
