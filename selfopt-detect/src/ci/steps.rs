//! The steps of a job or of an action: what `run` runs, where, and in which
//! environment.

use selfopt_core::SourceTree;
use serde_yaml_ng::Value;

use super::Ci;
use super::actions::read_action;
use super::expand::Scope;
use super::file::{File, scalar};
use super::workflow::is_switched_off;
use crate::shell::{is_assignment, split};

/// The longest `run` that is read; longer ones are programs, not commands.
const MAX_RUN_BYTES: usize = 8 << 10;

/// Words of the shell before a command.
const KEYWORDS: [&str; 7] = ["if", "then", "else", "elif", "do", "while", "!"];

/// What steps are read in.
pub(super) struct Context<'a> {
    pub(super) tree: &'a dyn SourceTree,
    pub(super) file: &'a File,
    pub(super) scope: &'a Scope,
    pub(super) folder: Folder,
    /// How many actions are around.
    pub(super) depth: usize,
}

/// The folder that a command runs in, relative to the repository's root;
/// `None` when it is only known while the workflow runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder(Option<Vec<String>>);

impl Default for Folder {
    fn default() -> Self {
        Self(Some(Vec::new()))
    }
}

impl Folder {
    /// The folder that `working-directory` names, else this one.
    pub(super) fn named_by(&self, holder: Option<&Value>, scope: &Scope) -> Self {
        match holder.and_then(|holder| holder.get("working-directory")).and_then(Value::as_str) {
            None => self.clone(),
            Some(path) => {
                scope.fill(path).map_or(Self(None), |path| Self::default().enter(path.trim()))
            }
        }
    }

    /// This folder after `cd path`.
    fn enter(&self, path: &str) -> Self {
        let Some(mut parts) = self.0.clone() else {
            return self.clone();
        };
        if path.is_empty() || path.starts_with(['/', '~', '-']) || path.contains(['$', '`', '*']) {
            return Self(None);
        }
        for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." {
                if parts.pop().is_none() {
                    return Self(None);
                }
            } else {
                parts.push(part.to_owned());
            }
        }
        Self(Some(parts))
    }
}

/// Reads steps in their order.
pub(super) fn read_steps(steps: Option<&Value>, context: &Context<'_>, ci: &mut Ci) {
    // What a step writes into `$GITHUB_ENV` holds for the following ones.
    let mut scope = context.scope.clone();
    for step in steps.and_then(Value::as_sequence).into_iter().flatten() {
        if !ci.work(1) {
            return;
        }
        if is_switched_off(step) {
            continue;
        }
        let folder = context.folder.clone();
        let context = Context { scope: &scope, folder, ..*context };
        if let Some(action) = step.get("uses").and_then(Value::as_str) {
            read_action(action, step, &context, ci);
        }
        let mut exported = Vec::new();
        if let Some(run) = step.get("run").and_then(Value::as_str) {
            exported = read_run(run, step, &context, ci);
        }
        scope.export(&exported);
    }
}

/// Reads the commands of a step; gives what it exports to later steps.
fn read_run(run: &str, step: &Value, context: &Context<'_>, ci: &mut Ci) -> Vec<String> {
    let sees_secrets = run.contains("secrets.")
        || step.get("env").and_then(Value::as_mapping).is_some_and(|env| {
            env.values().any(|value| value.as_str().is_some_and(|text| text.contains("secrets.")))
        });
    let is_shell = step.get("shell").and_then(scalar).is_none_or(|shell| {
        ["bash", "sh", "pwsh", "cmd", "zsh"].iter().any(|known| shell.starts_with(known))
    });
    if sees_secrets || !is_shell || run.len() > MAX_RUN_BYTES {
        return Vec::new();
    }
    let mut scope = context.scope.clone();
    scope.add_env(step.get("env"));
    let mut folder = context.folder.named_by(Some(step), &scope);
    let start = folder.clone();
    // Where a subshell ends cannot be seen in single commands.
    let has_subshell = run.contains("(cd ");
    let mut exported = Vec::new();
    // An expression may hold `||`; it must not be split there.
    let (masked, expressions) = mask(run);
    for command in split(&masked) {
        let n_keywords =
            command.words.iter().take_while(|word| KEYWORDS.contains(&word.as_str())).count();
        let words = command.words.get(n_keywords..).unwrap_or_default();
        let mut text = command.text.as_str();
        for keyword in command.words.iter().take(n_keywords) {
            text = text.strip_prefix(keyword.as_str()).unwrap_or(text).trim_start();
        }
        let written = unmask(text, &expressions);
        let argument = || {
            let path = words.get(1).map(|path| unmask(path, &expressions));
            path.and_then(|path| scope.fill(&path)).unwrap_or_default()
        };
        match words.first().map(String::as_str) {
            None => continue,
            Some("cd" | "pushd") => {
                folder = if has_subshell { Folder(None) } else { folder.enter(&argument()) };
                continue;
            }
            Some("popd") => {
                folder = start.clone();
                continue;
            }
            Some("export") => {
                scope.export(words);
            }
            Some("echo") if text.contains("GITHUB_ENV") => {
                exported.extend(words.get(1).filter(|word| is_assignment(word)).cloned());
            }
            _ => {}
        }
        // What is left of `${{ … }}` is only known while a workflow runs.
        let (Some(cmd), Folder(Some(parts))) = (scope.fill(&written), &folder) else {
            continue;
        };
        let folder = (!parts.is_empty()).then(|| parts.join("/"));
        ci.add_command(cmd, folder, scope.test_env(), || context.file.line_of(&written));
    }
    exported
}

/// The text with each `${{ … }}` as one word without marks, and what they are.
fn mask(run: &str) -> (String, Vec<&str>) {
    let mut masked = String::new();
    let mut expressions = Vec::new();
    let mut rest = run;
    while let Some((before, after)) = rest.split_once("${{") {
        let Some((expression, after)) = after.split_once("}}") else {
            break;
        };
        masked.push_str(before);
        masked.push_str(&token(expressions.len()));
        expressions.push(expression);
        rest = after;
    }
    masked.push_str(rest);
    (masked, expressions)
}

/// What stands for an expression.
fn token(idx: usize) -> String {
    format!("${{{{{idx}}}}}")
}

fn unmask(text: &str, expressions: &[&str]) -> String {
    let mut written = text.to_owned();
    for (idx, expression) in expressions.iter().enumerate() {
        let token = token(idx);
        if written.contains(&token) {
            written = written.replace(&token, &format!("${{{{{expression}}}}}"));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_followed() {
        let root = Folder::default();
        let path = |folder: &Folder| folder.0.as_ref().map(|parts| parts.join("/"));
        let a = root.enter("./packages/a/");
        assert_eq!(path(&a).as_deref(), Some("packages/a"));
        assert_eq!(path(&a.enter("../b")).as_deref(), Some("packages/b"));
        assert_eq!(path(&a.enter("../..")).as_deref(), Some(""));
        for unknown in ["..", "/tmp", "$HOME", "~/x", "-"] {
            assert_eq!(path(&root.enter(unknown)), None, "{unknown}");
        }
        assert_eq!(path(&root.enter("/tmp").enter("x")), None);
    }

    #[test]
    fn expressions_are_one_word() {
        let run = "npm run ${{ matrix.a || 'b' }} && x ${{ c }}";
        let (masked, expressions) = mask(run);
        assert_eq!(masked, "npm run ${{0}} && x ${{1}}");
        assert_eq!(unmask(&masked, &expressions), run);
        assert_eq!(mask("a ${{ b").0, "a ${{ b");
    }
}
