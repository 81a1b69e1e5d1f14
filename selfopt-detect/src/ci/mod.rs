//! What the repository's workflows run: commands, Node versions, package
//! managers. Workflows that publish, and steps that see secrets, are left out.

mod expand;
mod workflow;

use selfopt_core::{Claim, EvidenceLine, SourceTree};

use crate::scripts::{Call, Scripts, resolve};
use crate::shell::split;

/// What the workflows say, in the order of their files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ci {
    /// The command lines that they run.
    pub(crate) commands: Vec<CiCommand>,
    /// The Node versions that they ask for.
    pub(crate) node_versions: Vec<(String, EvidenceLine)>,
    /// Package managers that are set up by an action, with the version.
    pub(crate) managers: Vec<(String, Option<String>, EvidenceLine)>,
    /// What could not be read.
    pub(crate) notes: Vec<Claim>,
}

/// A line of a workflow's `run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CiCommand {
    /// As a shell would take it, with the matrix put in.
    pub(crate) cmd: String,
    /// The folder, when it is not the root.
    pub(crate) folder: Option<String>,
    /// Where it stands.
    pub(crate) line: EvidenceLine,
}

impl CiCommand {
    /// The package's scripts that it calls by name.
    pub(crate) fn scripts(&self, scripts: &Scripts<'_>) -> Vec<String> {
        let commands = split(&self.cmd).into_iter();
        let names = commands.map(|command| match resolve(&command.words, scripts.manifest) {
            Call::Scripts { names, .. } => names,
            _ => Vec::new(),
        });
        names.flatten().collect()
    }
}

/// Largest workflow that is read; real ones have some ten kilobytes.
const MAX_BYTES: u64 = 1 << 20;
/// Workflows that are read; real repositories have some ten.
const MAX_FILES: usize = 200;

/// Commands that are kept.
const MAX_COMMANDS: usize = 1_000;

/// Reads every workflow.
pub(crate) fn read(tree: &dyn SourceTree) -> Ci {
    let mut ci = Ci::default();
    let is_workflow = |path: &str| {
        path.strip_prefix(".github/workflows/").is_some_and(|name| {
            let is_yaml = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
            !name.contains('/') && is_yaml
        })
    };
    let entries =
        tree.entries().iter().filter(|entry| is_workflow(&entry.path) && entry.size <= MAX_BYTES);
    for entry in entries.take(MAX_FILES) {
        workflow::read(tree, &entry.path, &mut ci);
    }
    ci
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    fn ci(files: &[(&str, &str)]) -> Ci {
        read(&MemoryTree::new(files.iter().copied()))
    }

    fn commands(text: &str) -> Vec<String> {
        ci(&[(".github/workflows/ci.yml", text)])
            .commands
            .into_iter()
            .map(|command| match command.folder {
                Some(folder) => format!("{folder}: {}", command.cmd),
                None => command.cmd,
            })
            .collect()
    }

    #[test]
    fn commands_have_their_folder_and_line() {
        let text = "on: push\njobs:\n  a:\n    defaults:\n      run:\n        working-directory: app\n    steps:\n      - run: npm ci\n      - run: |\n          npm run build\n          npm test\n        working-directory: ./test/\n";
        assert_eq!(commands(text), ["app: npm ci", "test: npm run build", "test: npm test"]);
        let ci = ci(&[(".github/workflows/ci.yml", text)]);
        let lines: Vec<_> = ci.commands.iter().map(|command| command.line.line).collect();
        assert_eq!(lines, [Some(8), Some(10), Some(11)]);
    }

    #[test]
    fn matrices_and_env_are_put_in() {
        let text = "on: push\nenv: {V: 20}\njobs:\n  a:\n    strategy:\n      matrix:\n        task: [unit, lint]\n        node: [18, 22.x]\n        include: [{task: extra, node: 24}]\n    steps:\n      - uses: actions/setup-node@v4\n        with: {node-version: '${{ matrix.node }}'}\n      - run: npm run ${{ matrix.task }}\n      - run: echo ${{ github.sha }}\n  b:\n    steps:\n      - uses: actions/setup-node@v4\n        with: {node-version: '${{ env.V }}'}\n";
        assert_eq!(commands(text), ["npm run unit", "npm run lint", "npm run extra"]);
        let ci = ci(&[(".github/workflows/ci.yml", text)]);
        let versions: Vec<_> =
            ci.node_versions.iter().map(|(version, _)| version.as_str()).collect();
        assert_eq!(versions, ["18", "22.x", "24", "20"]);
    }

    #[test]
    fn publishing_and_secrets_are_left_out() {
        let publish = "on: {release: {types: [created]}}\njobs: {a: {steps: [{run: npm test}]}}";
        assert_eq!(commands(publish), Vec::<String>::new());
        let secret = "on: push\njobs: {a: {steps: [{run: npm test, env: {T: '${{ secrets.T }}'}}, {run: npm ci}]}}";
        assert_eq!(commands(secret), ["npm ci"]);
    }

    #[test]
    fn actions_of_the_repository_and_anchors_are_followed() {
        let workflow = "on: push\njobs:\n  a:\n    steps: &steps\n      - uses: ./.github/actions/setup\n      - run: npm test\n  b:\n    steps: *steps\n";
        let action = "runs:\n  using: composite\n  steps:\n    - run: pnpm install\n    - uses: pnpm/action-setup@v4\n      with: {version: 9}\n";
        let ci = ci(&[
            (".github/workflows/ci.yml", workflow),
            (".github/actions/setup/action.yml", action),
        ]);
        let cmds: Vec<_> = ci.commands.iter().map(|command| command.cmd.as_str()).collect();
        assert_eq!(cmds, ["pnpm install", "npm test"]);
        assert_eq!(ci.managers[0].0, "pnpm");
        assert_eq!(ci.managers[0].1.as_deref(), Some("9"));
    }

    #[test]
    fn broken_yaml_is_a_note_with_its_line() {
        for text in ["a: [1,\nb: }", "\t- x", "a: *nope", "jobs: [", "&a [*a, *a]"] {
            let ci = ci(&[(".github/workflows/ci.yml", text)]);
            assert!(ci.commands.is_empty());
            assert_eq!(ci.notes[0].evidence[0].path, ".github/workflows/ci.yml", "{text}");
        }
        for text in ["", "3", "jobs: 3", "jobs: {a: 3, b: {steps: {}}, c: {steps: [3, {run: 3}]}}"]
        {
            assert!(ci(&[(".github/workflows/ci.yml", text)]).commands.is_empty(), "{text}");
        }
    }
}
