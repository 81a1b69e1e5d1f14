//! Chooses among scripts: one file per command.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod environment;
pub(crate) mod tasks;
pub(crate) mod test;
pub(crate) mod typecheck;

use selfopt_core::{CommandSource, EvidenceLine};

use crate::ci::Ci;
use crate::evidence::claim;
use crate::manager::{run_outside, run_script};
use crate::scripts::{Leaf, ScriptNode, Scripts};
use environment::{from_ci, with_env};

/// What was chosen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) cmd: String,
    pub(crate) confidence: f64,
    pub(crate) source: CommandSource,
    pub(crate) evidence: Vec<EvidenceLine>,
    /// The script, where one is called as it is.
    pub(crate) script: Option<String>,
}

/// Confidence that a second, independent witness adds.
const CONFIRMED: f64 = 0.07;

impl Choice {
    /// More confident when the CI runs the command or one of the scripts too.
    pub(crate) fn confirmed_by(mut self, ci: &Ci, scripts: &Scripts<'_>, names: &[&str]) -> Self {
        let line = ci.commands.iter().find(|command| {
            let calls = || command.scripts(scripts);
            command.folder.is_none()
                && (command.cmd == self.cmd
                    || calls().iter().any(|name| names.contains(&name.as_str())))
        });
        if let Some(command) = line {
            self.confidence = (self.confidence + CONFIRMED).min(0.97);
            self.evidence.push(command.line.clone());
        }
        self
    }

    /// With the environment in which the CI runs the command or one of the
    /// scripts: what every one of its runs sets alike.
    pub(crate) fn in_environment_of(
        mut self,
        ci: &Ci,
        scripts: &Scripts<'_>,
        names: &[&str],
    ) -> Self {
        let runs = ci.commands.iter().filter(|command| {
            command.folder.is_none()
                && (command.cmd == self.cmd
                    || command.scripts(scripts).iter().any(|name| names.contains(&name.as_str())))
        });
        let common = runs.map(|command| command.env.clone()).reduce(|mut common, env| {
            common.retain(|name, value| env.get(name) == Some(value));
            common
        });
        // What the script sets itself needs no second word.
        let in_scripts = |name: &str| {
            let assigned = format!("{name}=");
            names
                .iter()
                .filter_map(|name| scripts.manifest.script(name))
                .any(|script| script.text.contains(&assigned))
        };
        let mut env = from_ci(&common.unwrap_or_default());
        env.retain(|assignment| !in_scripts(assignment.split('=').next().unwrap_or_default()));
        let several = self.cmd.contains("&&");
        if !several {
            self.cmd = with_env(&env, self.cmd);
        } else if !env.is_empty() {
            self.cmd =
                format!("export {} && {}", with_env(&env, String::new()).trim_end(), self.cmd);
        }
        self
    }

    /// As a claim about one kind of command.
    pub(crate) fn claim(
        self,
        fact: impl Fn(Option<String>) -> selfopt_core::Fact,
    ) -> selfopt_core::Claim {
        claim(fact(Some(self.cmd)), self.confidence, self.source, self.evidence)
    }
}

/// A script's command, called as a script.
pub(crate) fn script_choice(scripts: &Scripts<'_>, name: &str, confidence: f64) -> Choice {
    Choice {
        cmd: run_script(scripts.manager, name),
        confidence,
        source: CommandSource::Script,
        evidence: script_line(scripts, name),
        script: Some(name.to_owned()),
    }
}

/// The line of a script.
pub(crate) fn script_line(scripts: &Scripts<'_>, name: &str) -> Vec<EvidenceLine> {
    scripts.manifest.script(name).map(|script| script.line.clone()).into_iter().collect()
}

/// How a command inside of a script is run from outside.
pub(crate) fn leaf_command(scripts: &Scripts<'_>, leaf: &Leaf) -> String {
    with_env(&leaf.env, run_outside(scripts.manager, &leaf.text, &leaf.words))
}

/// How a script called inside of another one is run from outside.
pub(crate) fn node_command(scripts: &Scripts<'_>, node: &ScriptNode) -> String {
    let cmd = match &node.call {
        Some((text, words)) => run_outside(scripts.manager, text, words),
        None => run_script(scripts.manager, &node.name),
    };
    with_env(&node.env, cmd)
}
