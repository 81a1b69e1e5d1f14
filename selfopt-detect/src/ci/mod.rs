//! What the repository's workflows run: commands, Node versions, package
//! managers. Workflows that publish, and steps that see secrets, are left out.

mod actions;
mod expand;
mod file;
mod services;
mod setup;
mod steps;
mod workflow;

use std::collections::BTreeMap;
use std::sync::Arc;

use selfopt_core::{Claim, EvidenceLine, SourceTree};

pub(crate) use services::CiService;

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
    /// Containers beside jobs that run tests.
    pub(crate) services: Vec<CiService>,
    /// What could not be read.
    pub(crate) notes: Vec<Claim>,
    /// Where each command stands in `commands`.
    places: BTreeMap<(String, Option<String>), usize>,
    /// The files that were read, for as long as the reading goes on.
    files: BTreeMap<String, Option<Arc<file::File>>>,
    /// Work done so far: steps, and bytes that were parsed.
    worked: usize,
}

impl Ci {
    /// Whether there is room for this much more work. Actions call actions,
    /// and every combination of a matrix reads them again.
    fn work(&mut self, amount: usize) -> bool {
        self.worked = self.worked.saturating_add(amount);
        self.worked <= MAX_WORK
    }

    /// Adds a command; `line` finds its line. Of a known one only the
    /// environment is kept in which all of its runs agree.
    fn add_command(
        &mut self,
        cmd: String,
        folder: Option<String>,
        env: BTreeMap<String, String>,
        line: impl FnOnce() -> EvidenceLine,
    ) {
        let key = (cmd, folder);
        if let Some(known) = self.places.get(&key).and_then(|at| self.commands.get_mut(*at)) {
            known.env.retain(|name, value| env.get(name) == Some(value));
        } else if self.commands.len() < MAX_COMMANDS {
            let (cmd, folder) = key.clone();
            let line = line();
            setup::read_command(&cmd, &line, self);
            self.places.insert(key, self.commands.len());
            self.commands.push(CiCommand { cmd, folder, line, env });
        }
    }

    fn add_node(&mut self, version: String, line: impl FnOnce() -> EvidenceLine) {
        if !self.node_versions.iter().any(|(known, _)| *known == version) {
            self.node_versions.push((version, line()));
        }
    }

    /// Adds a package manager, or the version of one that is known without.
    fn add_manager(
        &mut self,
        name: &str,
        version: Option<String>,
        line: impl FnOnce() -> EvidenceLine,
    ) {
        match self.managers.iter_mut().find(|(known, ..)| known == name) {
            Some(known) if known.1.is_none() && version.is_some() => {
                *known = (name.to_owned(), version, line());
            }
            Some(_) => {}
            None => self.managers.push((name.to_owned(), version, line())),
        }
    }

    fn add_service(&mut self, service: CiService) {
        if !self.services.iter().any(|known| known.image == service.image) {
            self.services.push(service);
        }
    }

    fn add_note(&mut self, note: Claim) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Variables that tests may depend on.
pub(crate) const TEST_ENV: [&str; 5] = ["TZ", "LANG", "LC_ALL", "NODE_ENV", "NODE_OPTIONS"];

/// A line of a workflow's `run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CiCommand {
    /// As a shell would take it, with the matrix put in.
    pub(crate) cmd: String,
    /// The folder, when it is not the root.
    pub(crate) folder: Option<String>,
    /// Where it stands.
    pub(crate) line: EvidenceLine,
    /// Those of [`TEST_ENV`] that are set alike wherever it runs.
    pub(crate) env: BTreeMap<String, String>,
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

/// Steps that are read, with what they call.
const MAX_WORK: usize = 10_000;

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
    ci.files.clear();
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
    fn workflows_that_call_workflows_give_their_inputs() {
        let caller = "on: push\njobs:\n  a:\n    strategy: {matrix: {task: [unit, fast]}}\n    uses: ./.github/workflows/run.yml\n    with: {task: '${{ matrix.task }}', node: 22}\n";
        let called = "on:\n  workflow_call:\n    inputs:\n      task: {default: all}\n      node: {type: number}\njobs:\n  b:\n    steps:\n      - uses: ./.github/actions/x\n        with: {script: '${{ inputs.task }}'}\n      - uses: actions/setup-node@v4\n        with: {node-version: '${{ inputs.node }}', cache: pnpm}\n";
        let action = "inputs: {script: {default: none}}\nruns:\n  using: composite\n  steps:\n    - run: npm run ${{ inputs.script || 'none' }}\n";
        let loops = "on: push\njobs: {a: {uses: ./.github/workflows/loop.yml}}";
        let ci = ci(&[
            (".github/workflows/ci.yml", caller),
            (".github/workflows/loop.yml", loops),
            (".github/workflows/run.yml", called),
            (".github/actions/x/action.yml", action),
        ]);
        let cmds: Vec<_> = ci.commands.iter().map(|command| command.cmd.as_str()).collect();
        assert_eq!(cmds, ["npm run unit", "npm run fast", "npm run all"]);
        assert_eq!(ci.node_versions[0].0, "22");
        assert_eq!(ci.managers[0].0, "pnpm");
    }

    #[test]
    fn steps_are_read_as_a_shell_reads_them() {
        let text = "on: push\ndefaults: {run: {working-directory: app}}\njobs:\n  a:\n    strategy: {matrix: {dir: [x], node: \"${{ fromJSON('[18, 20]') }}\"}}\n    container: node:20-alpine\n    steps:\n      - run: |\n          set -e\n          npm \\\n            ci\n          cd ../lib && npm test\n          if true; then npm run a; fi\n      - run: npm run b\n        working-directory: packages/${{ matrix.dir }}\n      - run: npm run n${{ matrix.node }}\n      - {run: npm run gone, if: false}\n      - {run: npm run print, shell: python}\n      - run: cd $HOME && npm run lost\n";
        assert_eq!(
            commands(text),
            [
                "app: set -e",
                "app: npm ci",
                "lib: npm test",
                "lib: true",
                "lib: npm run a",
                "lib: fi",
                "packages/x: npm run b",
                "app: npm run n18",
                "app: npm run n20",
            ]
        );
        let ci = ci(&[(".github/workflows/ci.yml", text)]);
        assert_eq!(ci.node_versions[0].0, "20-alpine");
        assert_eq!(ci.commands[1].line.line, None);
    }

    #[test]
    fn package_managers_are_set_up_by_commands_too() {
        let managers = |run: &str| {
            let text = format!("on: push\njobs: {{a: {{steps: [{{run: '{run}'}}]}}}}");
            ci(&[(".github/workflows/ci.yml", &text)])
                .managers
                .into_iter()
                .map(|(name, version, _)| format!("{name} {}", version.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert_eq!(managers("corepack prepare pnpm@9.1.0 --activate"), ["pnpm 9.1.0"]);
        assert_eq!(managers("npm install -g pnpm@9"), ["pnpm 9"]);
        assert_eq!(managers("npm i --global yarn"), ["yarn "]);
        assert_eq!(managers("npm install -g npm@latest"), Vec::<String>::new());
        assert_eq!(managers("npm install pnpm"), Vec::<String>::new());
    }

    #[test]
    fn a_version_file_of_the_ci_is_read() {
        let text = "on: push\njobs: {a: {steps: [{uses: actions/setup-node@v4, with: {node-version-file: ci/.nvmrc}}]}}";
        let ci = ci(&[(".github/workflows/ci.yml", text), ("ci/.nvmrc", "v22.1.0\n")]);
        assert_eq!(ci.node_versions[0].0, "v22.1.0");
    }

    #[test]
    fn actions_that_call_each_other_end() {
        let workflow = "on: push\njobs: {a: {strategy: {matrix: {a: [1, 2, 3], b: [1, 2, 3]}}, steps: [{uses: ./a}, {run: npm test}]}}";
        let step = "{uses: ./a},".repeat(200);
        let action = format!("runs: {{steps: [{step} {{run: npm ci}}]}}");
        let ci = ci(&[(".github/workflows/ci.yml", workflow), ("a/action.yml", &action)]);
        assert!(ci.worked > MAX_WORK, "{}", ci.worked);
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
