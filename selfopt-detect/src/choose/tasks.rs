//! Task runners that are files of the repository, as `node Makefile.js test`:
//! which of their tasks only runs the unit tests, where the CI says so.

use selfopt_core::CommandSource;

use super::environment::{from_ci, with_env};
use super::{Choice, script_line};
use crate::ci::Ci;
use crate::kind::{Kind, from_name};
use crate::scripts::{Node, Scripts};
use crate::tree_facts::file_name;

/// Files of tasks, without their endings.
const RUNNERS: [&str; 4] = ["makefile", "jakefile", "gulpfile", "gruntfile"];

/// The task that the CI runs in place of the script's own; `None` where the CI
/// runs the script, or names no task of tests.
pub(crate) fn narrowed_by_ci(scripts: &Scripts<'_>, ci: &Ci, script: &str) -> Option<Choice> {
    let root = Node::Script(scripts.expand(script)?);
    let leaves = root.leaves();
    let [leaf] = leaves.as_slice() else { return None };
    let (file, whole) = file_and_task(&leaf.core)?;
    let at_root = || ci.commands.iter().filter(|command| command.folder.is_none());
    let called =
        at_root().filter(|command| !command.cmd.contains(['>', '$', '`'])).filter_map(|command| {
            let nodes = scripts.expand_line(&command.cmd);
            let [Node::Leaf(leaf)] = nodes.as_slice() else { return None };
            let (other, task) = file_and_task(&leaf.core)?;
            (other == file).then(|| (command, task.to_owned()))
        });
    let called: Vec<_> = called.collect();
    let runs_script =
        at_root().any(|command| command.scripts(scripts).iter().any(|name| name == script));
    if runs_script || called.iter().any(|(_, task)| task == whole) {
        return None;
    }
    let (command, _) = called.into_iter().find(|(_, task)| from_name(task) == Kind::Test)?;
    let mut evidence = vec![command.line.clone()];
    evidence.extend(script_line(scripts, script));
    Some(Choice {
        cmd: with_env(&from_ci(&command.env), command.cmd.clone()),
        confidence: 0.78,
        source: CommandSource::Ci,
        evidence,
        script: None,
    })
}

/// The file of tasks, without its ending, and the task of `node FILE TASK`.
fn file_and_task(core: &[String]) -> Option<(String, &str)> {
    let [program, path, task] = core else { return None };
    let stem = file_name(path).split('.').next().unwrap_or_default().to_lowercase();
    (program == "node" && RUNNERS.contains(&stem.as_str())).then_some((stem, task))
}
