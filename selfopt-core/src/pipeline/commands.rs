//! The project's commands as the sandbox takes them.

use crate::config::Config;
use crate::domain::{HttpLoad, Millis, NetworkAccess, Project};
use crate::ports::{CommandLimits, CommandSpec, Network, Phase, SourceTree};
use crate::statistics::{InvalidParameters, Parameters};

/// How long a command is silent that says that it waits and means it.
const SILENCE: Millis = Millis::from_secs(3);

/// A command of install, build, typecheck or tests. Only install may reach the
/// network.
pub(crate) fn step_command(
    project: &Project,
    config: &Config,
    phase: Phase,
    cmd: &str,
) -> CommandSpec {
    let network = match (phase, config.sandbox.network) {
        (Phase::Install, NetworkAccess::AllowList) => {
            Network::AllowList(config.sandbox.allow_hosts.clone())
        }
        (Phase::Install, NetworkAccess::Open) => Network::Open,
        _ => Network::None,
    };
    // An install that looks silent is busy with a download or a compiler.
    let silence = (phase != Phase::Install).then_some(SILENCE);
    CommandSpec {
        cmd: cmd.to_owned(),
        working_directory: project.working_directory.clone(),
        env: std::collections::BTreeMap::new(),
        phase,
        network,
        limits: CommandLimits {
            wall: Millis::from_secs(config.baseline.timeout_seconds),
            silence,
            ..CommandLimits::default()
        },
    }
}

/// The program of the tool chain that puts load on a server, and the variable
/// that it reads the load from.
const LOAD: [&str; 2] = ["selfopt-load", "SELFOPT_LOAD"];

/// The benchmark command. Around a server it is the load driver, which may take
/// as long as it waits for answers beside what the benchmark may take.
pub(crate) fn benchmark_command(project: &Project, config: &Config, cmd: &str) -> CommandSpec {
    let mut command = step_command(project, config, Phase::Benchmark, cmd);
    let mut seconds = config.benchmark.timeout_seconds;
    if let Some(load) = project.load() {
        seconds += u64::from(load.ready_seconds)
            + 5 * (u64::from(load.warm_up_seconds) + u64::from(load.seconds));
        let start = load.start.as_deref().map(|start| benchmark_parts(start).1);
        command.env.extend(
            HttpLoad { start, ..load.clone() }.request().map(|json| (LOAD[1].to_owned(), json)),
        );
    }
    command.limits.wall = Millis::from_secs(seconds);
    command
}

/// The command that is measured. The whole process tree counts, so a package
/// manager's own start-up would be noise: where the benchmark is a package
/// script without pre and post scripts, the script itself is run. A server is
/// run by the load driver.
pub(crate) fn measured_command(project: &Project, tree: &dyn SourceTree) -> Option<String> {
    if project.load().is_some() {
        return Some(LOAD[0].to_owned());
    }
    let cmd = benchmark_parts(&project.bench.as_ref()?.cmd).1;
    let behind = match (project.package.as_deref(), project.package_folder()) {
        (Some(package), Some(folder)) => script_of_package(&cmd, package, folder, tree),
        _ => script_behind(&cmd, &project.working_directory, tree),
    };
    Some(behind.unwrap_or(cmd))
}

/// A benchmark with dependencies of its own installs them in front of itself,
/// `cd bench && npm install && node index.js`. That part belongs to the
/// install, which alone has a network: it, and what is left without it.
pub(crate) fn benchmark_parts(cmd: &str) -> (Option<String>, String) {
    let parts: Vec<&str> = cmd.split(" && ").map(str::trim).collect();
    let is_install = |part: &&str| {
        let words: Vec<&str> = part.split_whitespace().collect();
        matches!(
            words[..],
            ["npm" | "pnpm" | "yarn" | "bun", "install" | "i" | "ci", ..] | ["yarn"]
        )
    };
    let Some(at) = parts.iter().position(is_install).filter(|at| at + 1 < parts.len()) else {
        return (None, cmd.to_owned());
    };
    let before = &parts[..at];
    if !before.iter().all(|part| part.starts_with("cd ")) {
        return (None, cmd.to_owned());
    }
    let rest = [before, &parts[at + 1..]].concat().join(" && ");
    (Some(parts[..=at].join(" && ")), rest)
}

/// The script behind a call through the workspace, in the package's folder.
/// Only Node is sure to be found there without the package manager.
fn script_of_package(
    cmd: &str,
    package: &str,
    folder: &str,
    tree: &dyn SourceTree,
) -> Option<String> {
    let words: Vec<&str> = cmd.split_whitespace().collect();
    let (["npm", "run", name, "-w", called]
    | ["pnpm", "--filter", called, "run", name]
    | ["yarn", "workspace", called, "run", name]
    | ["bun", "run", "--filter", called, name]) = words[..]
    else {
        return None;
    };
    // What the user wrote may be about another package.
    if called != package && called.trim_start_matches("./") != folder {
        return None;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./@".contains(c);
    let script = script_alone(name, folder, tree)?;
    (script.starts_with("node ") && folder.chars().all(is_plain))
        .then(|| format!("cd {folder} && {script}"))
}

fn script_behind(cmd: &str, working_directory: &str, tree: &dyn SourceTree) -> Option<String> {
    let words: Vec<&str> = cmd.split_whitespace().collect();
    let (["npm" | "pnpm" | "yarn" | "bun", "run", name] | ["yarn" | "pnpm", name]) = words[..]
    else {
        return None;
    };
    script_alone(name, working_directory, tree)
}

/// A script that nothing runs before or after, and that needs no package
/// manager around it.
fn script_alone(name: &str, folder: &str, tree: &dyn SourceTree) -> Option<String> {
    let manifest = match folder {
        "." | "" => "package.json".to_owned(),
        folder => format!("{folder}/package.json"),
    };
    let json: serde_json::Value = serde_json::from_str(&tree.text(&manifest)?).ok()?;
    let scripts = json.get("scripts")?.as_object()?;
    let alone = !scripts.contains_key(&format!("pre{name}"))
        && !scripts.contains_key(&format!("post{name}"));
    let script = scripts.get(name)?.as_str()?;
    // A script that reads what its package manager sets must stay under it.
    (alone && !script.contains("npm_") && !script.contains('$')).then(|| script.to_owned())
}

/// The statistics' parameters as the configuration sets them.
pub(crate) fn parameters(config: &Config) -> Result<Parameters, InvalidParameters> {
    let mut parameters =
        Parameters { min_improvement: config.benchmark.min_gain, ..Parameters::default() };
    if let Some(confirmations) = std::num::NonZeroU32::new(config.benchmark.confirmations) {
        parameters.confirmations = confirmations;
    }
    parameters.validate()?;
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::MemoryTree;

    fn behind(cmd: &str, scripts: &str) -> Option<String> {
        let tree = MemoryTree::new([("package.json", format!("{{\"scripts\":{scripts}}}"))]);
        script_behind(cmd, ".", &tree)
    }

    #[test]
    fn a_plain_script_is_run_without_its_package_manager() {
        let scripts = r#"{"bench": "node bench.js"}"#;
        assert_eq!(behind("npm run bench", scripts).as_deref(), Some("node bench.js"));
        assert_eq!(behind("yarn bench", scripts).as_deref(), Some("node bench.js"));
    }

    #[test]
    fn a_benchmarks_own_install_is_taken_out_of_it() {
        let parts = |cmd: &str| {
            let (install, rest) = benchmark_parts(cmd);
            (install.unwrap_or_default(), rest)
        };
        let split = ("cd bench && npm install".to_owned(), "cd bench && node index.js".to_owned());
        assert_eq!(parts("cd bench && npm install && node index.js"), split);
        let chain = ("cd b && yarn".to_owned(), "cd b && npm run a && node b.js".to_owned());
        assert_eq!(parts("cd b && yarn && npm run a && node b.js"), chain);
        let whole = |cmd: &str| (String::new(), cmd.to_owned());
        for cmd in [
            "node bench.js",
            "npm run build && npm install && node bench.js",
            "npm install",
            "npm run install && node bench.js",
        ] {
            assert_eq!(parts(cmd), whole(cmd));
        }
    }

    #[test]
    fn a_packages_script_is_run_in_its_folder() {
        let manifest = r#"{"scripts": {"bench": "node bench.js", "tool": "vitest bench --run"}}"#;
        let tree = MemoryTree::new([("packages/a/package.json", manifest)]);
        let behind = |cmd: &str| script_of_package(cmd, "a", "packages/a", &tree);
        for cmd in [
            "npm run bench -w a",
            "pnpm --filter a run bench",
            "yarn workspace a run bench",
            "bun run --filter ./packages/a bench",
        ] {
            assert_eq!(behind(cmd).as_deref(), Some("cd packages/a && node bench.js"), "{cmd}");
        }
        assert_eq!(behind("npm run tool -w a"), None);
        assert_eq!(behind("npm run bench"), None);
        assert_eq!(behind("npm run bench -w b"), None);
        assert_eq!(script_of_package("npm run bench -w a", "a", "packages/b", &tree), None);
    }

    #[test]
    fn other_commands_are_run_as_they_are() {
        assert_eq!(behind("npm run bench", r#"{"bench": "node a.js", "prebench": "tsc"}"#), None);
        assert_eq!(behind("npm run bench", r#"{"bench": "node $npm_package_main"}"#), None);
        assert_eq!(behind("node bench.js", "{}"), None);
        assert_eq!(behind("npm run bench -- --quick", r#"{"bench": "node a.js"}"#), None);
    }
}
