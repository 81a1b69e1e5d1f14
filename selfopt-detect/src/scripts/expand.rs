//! Expands a script into its tree.

use std::cell::Cell;

use selfopt_core::PackageManagerName;

use super::call::{Call, assignments, downloads, resolve, unwrapped};
use super::{Leaf, Node, ScriptNode};
use crate::kind::{Kind, classify, of_task, run_once};
use crate::manifest::Manifest;
use crate::shell::{ShellCommand, is_assignment, split};

/// Scripts call scripts; deeper than this is a cycle or a joke.
const MAX_DEPTH: usize = 12;
/// Work on one tree: commands, calls, and text that is read again and again.
/// `a = b && b`, `b = c && c`, … doubles with each step.
const MAX_WORK: usize = 400;
/// Assignments around a command; real scripts have a handful.
const MAX_ENV: usize = 16;
/// Bytes of text that are as much work as a command.
const BYTES_PER_WORK: usize = 128;

/// The scripts of one package.
pub(crate) struct Scripts<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) manager: PackageManagerName,
}

#[derive(Clone)]
pub(super) struct Walk<'a> {
    path: Vec<&'a str>,
    spent: &'a Cell<usize>,
    /// Assignments that the callers make.
    env: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(spent: &'a Cell<usize>) -> Self {
        Self { path: Vec::new(), spent, env: Vec::new() }
    }

    /// The same with more assignments; the inner one of a name wins.
    fn with_env(&self, more: Vec<String>) -> Self {
        let mut walk = self.clone();
        for assignment in more {
            let name = |text: &str| text.split('=').next().unwrap_or_default().to_owned();
            walk.env.retain(|known| name(known) != name(&assignment));
            if walk.env.len() < MAX_ENV {
                walk.env.push(assignment);
            }
        }
        walk
    }
}

impl Scripts<'_> {
    /// A script and all that it runs.
    pub(crate) fn expand(&self, name: &str) -> Option<ScriptNode> {
        let script = self.manifest.script(name)?;
        let spent = Cell::new(0);
        Some(self.script(&script.name, None, &Walk::new(&spent)))
    }

    /// A command line from outside of the scripts, such as a CI's.
    pub(crate) fn expand_line(&self, line: &str) -> Vec<Node> {
        let spent = Cell::new(0);
        self.line(line, "", &Walk::new(&spent))
    }

    /// Whether this is `nx test` in a script of the workspace's root, which
    /// leaves the project to the caller. In a package's folder it means that
    /// package.
    pub(crate) fn lacks_project(&self, leaf: &Leaf) -> bool {
        let at_root = |name: &str| {
            self.manifest.script(name).is_some_and(|script| !script.line.path.contains('/'))
        };
        leaf.names_no_project() && self.manifest.workspaces.is_some() && at_root(&leaf.script)
    }

    pub(super) fn script(
        &self,
        name: &str,
        call: Option<(String, Vec<String>)>,
        walk: &Walk<'_>,
    ) -> ScriptNode {
        let mut children = Vec::new();
        walk.spent.set(walk.spent.get() + 1);
        let has_room = walk.spent.get() < MAX_WORK && walk.path.len() < MAX_DEPTH;
        if has_room && !walk.path.contains(&name) {
            let mut path = walk.path.clone();
            path.push(name);
            let deeper = Walk { path, spent: walk.spent, env: walk.env.clone() };
            let mut run = |name: &str| {
                if let Some(script) = self.manifest.script(name) {
                    children.extend(self.line(&script.text, name, &deeper));
                }
            };
            // Yarn 2 and later runs no pre- and post-scripts.
            let has_hooks = self.manager != PackageManagerName::YarnBerry;
            if has_hooks {
                run(&format!("pre{name}"));
            }
            run(name);
            if has_hooks {
                run(&format!("post{name}"));
            }
        }
        let env = match &call {
            // What the call assigns is part of its text.
            Some((_, words)) => {
                let own = assignments(words);
                walk.env.iter().filter(|one| !own.contains(one)).cloned().collect()
            }
            None => walk.env.clone(),
        };
        ScriptNode { name: name.to_owned(), call, env, children }
    }

    pub(super) fn line(&self, line: &str, script: &str, walk: &Walk<'_>) -> Vec<Node> {
        walk.spent.set(walk.spent.get() + line.len() / BYTES_PER_WORK);
        let commands = split(line);
        if is_placeholder(&commands) {
            return vec![Node::Leaf(leaf(&commands, script, Kind::Placeholder))];
        }
        let mut nodes = Vec::new();
        let mut elsewhere = false;
        let mut walk = walk.clone();
        for command in commands {
            if walk.spent.get() >= MAX_WORK {
                break;
            }
            if command.words.first().is_some_and(|word| word == "cd") {
                elsewhere = true;
                continue;
            }
            // `export TZ=UTC && jest`.
            if command.words.first().is_some_and(|word| word == "export") {
                let exported = command.words.iter().filter(|word| is_assignment(word));
                walk = walk.with_env(exported.cloned().collect());
            }
            nodes.extend(self.command(command, script, elsewhere, &walk));
        }
        nodes
    }

    fn command(
        &self,
        command: ShellCommand,
        script: &str,
        elsewhere: bool,
        walk: &Walk<'_>,
    ) -> Vec<Node> {
        match resolve(&command.words, self.manifest) {
            // In another folder the same name means another package's script.
            Call::Scripts { names, .. } if elsewhere => {
                names.iter().map(|name| leaf_of_task(&command, name, script, true, walk)).collect()
            }
            Call::Scripts { names, plain } => {
                let is_single = names.len() == 1;
                let watches = command
                    .words
                    .iter()
                    .any(|word| word == "--watch" || word == "-w" || word == "--watchAll");
                if watches {
                    return vec![leaf_of_kind(&command, script, Kind::Watch, elsewhere, walk)];
                }
                let walk = &walk.with_env(assignments(&command.words));
                let call =
                    (!plain && is_single).then(|| (command.text.clone(), command.words.clone()));
                names
                    .iter()
                    .map(|name| match self.manifest.script(name) {
                        Some(_) => Node::Script(self.script(name, call.clone(), walk)),
                        None => leaf_of_kind(&command, script, of_task(name), elsewhere, walk),
                    })
                    .collect()
            }
            Call::Lines(lines) => {
                let walk = &walk.with_env(assignments(&command.words));
                lines.iter().flat_map(|line| self.line(line, script, walk)).collect()
            }
            Call::Tasks(tasks) => tasks
                .iter()
                .map(|task| leaf_of_task(&command, task, script, elsewhere, walk))
                .collect(),
            Call::Program(core) if core == ["wireit"] && self.has_wireit(script) => {
                self.wireit(script, walk)
            }
            Call::Program(core) => {
                let once = run_once(&command.text, &core);
                let changed = once.as_deref().and_then(|text| split(text).into_iter().next());
                let rewritten = changed.is_some();
                let ShellCommand { text, words } = changed.unwrap_or(command);
                let core = if rewritten { unwrapped(&words).to_vec() } else { core };
                let kind = if text.contains("no test specified") {
                    Kind::Placeholder
                } else if downloads(&words) {
                    Kind::Network
                } else {
                    classify(&core, script)
                };
                walk.spent.set(walk.spent.get() + 1);
                vec![Node::Leaf(Leaf {
                    text,
                    words,
                    core,
                    kind,
                    script: script.to_owned(),
                    rewritten,
                    elsewhere,
                    env: walk.env.clone(),
                })]
            }
        }
    }
}

pub(super) fn leaf_of_task(
    command: &ShellCommand,
    task: &str,
    script: &str,
    elsewhere: bool,
    walk: &Walk<'_>,
) -> Node {
    let by_task = of_task(task);
    let kind = if by_task == Kind::Other { of_task(script) } else { by_task };
    leaf_of_kind(command, script, kind, elsewhere, walk)
}

pub(super) fn leaf_of_kind(
    command: &ShellCommand,
    script: &str,
    kind: Kind,
    elsewhere: bool,
    walk: &Walk<'_>,
) -> Node {
    walk.spent.set(walk.spent.get() + 1);
    Node::Leaf(Leaf {
        text: command.text.clone(),
        words: command.words.clone(),
        core: unwrapped(&command.words).to_vec(),
        kind,
        script: script.to_owned(),
        rewritten: false,
        elsewhere,
        env: walk.env.clone(),
    })
}

fn leaf(commands: &[ShellCommand], script: &str, kind: Kind) -> Leaf {
    let text =
        commands.iter().map(|command| command.text.as_str()).collect::<Vec<_>>().join(" && ");
    Leaf {
        text,
        words: Vec::new(),
        core: Vec::new(),
        kind,
        script: script.to_owned(),
        rewritten: false,
        elsewhere: false,
        env: Vec::new(),
    }
}

/// `echo … && exit 1`, `exit 0`, `true`: whatever the words are, nothing runs.
fn is_placeholder(commands: &[ShellCommand]) -> bool {
    !commands.is_empty()
        && commands.iter().all(|command| {
            matches!(
                command.words.first().map(String::as_str),
                Some("echo" | "exit" | "true" | "false" | ":" | "printf")
            )
        })
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    fn manifest(scripts: &str) -> Manifest {
        let text = format!("{{\"scripts\": {scripts}}}");
        Manifest::root(&MemoryTree::new([("package.json", text)])).unwrap().unwrap()
    }

    fn kinds(scripts: &str, name: &str) -> Vec<Kind> {
        let manifest = manifest(scripts);
        let scripts = Scripts { manifest: &manifest, manager: PackageManagerName::Npm };
        let node = Node::Script(scripts.expand(name).unwrap());
        node.leaves().iter().map(|leaf| leaf.kind).collect()
    }

    #[test]
    fn a_script_runs_what_its_scripts_run_with_hooks() {
        let scripts = r#"{"test": "npm run lint && npm run unit", "pretest": "tsc", "lint": "eslint .", "unit": "jest", "posttest": "prettier -c ."}"#;
        assert_eq!(kinds(scripts, "test"), [Kind::Build, Kind::Lint, Kind::Test, Kind::Format]);
    }

    #[test]
    fn cycles_and_explosions_end() {
        assert_eq!(kinds(r#"{"test": "npm test"}"#, "test"), []);
        let doubling: Vec<_> = (0..40)
            .map(|i| format!("\"s{i}\": \"npm run s{} && npm run s{}\"", i + 1, i + 1))
            .collect();
        let scripts = format!("{{{}, \"s40\": \"jest\"}}", doubling.join(","));
        assert!(kinds(&scripts, "s0").len() <= MAX_WORK);
        assert!(kinds(&scripts, "s34").len() <= MAX_WORK);
    }

    #[test]
    fn placeholders_are_told_by_their_shape() {
        for text in [
            "echo \\\"Error: no test specified\\\" && exit 1",
            "exit 0",
            "echo 'Write tests!'",
            "true",
        ] {
            assert_eq!(
                kinds(&format!("{{\"test\": \"{text}\"}}"), "test"),
                [Kind::Placeholder],
                "{text}"
            );
        }
    }

    #[test]
    fn a_watcher_is_made_to_end() {
        let manifest = manifest(r#"{"test": "vitest"}"#);
        let scripts = Scripts { manifest: &manifest, manager: PackageManagerName::Npm };
        let node = Node::Script(scripts.expand("test").unwrap());
        let leaves = node.leaves();
        assert_eq!(
            (leaves[0].text.as_str(), leaves[0].kind, leaves[0].rewritten),
            ("vitest run", Kind::Test, true)
        );
    }
}
