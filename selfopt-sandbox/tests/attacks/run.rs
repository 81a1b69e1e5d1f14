//! One attack on one backend: a workspace as a candidate has it, the script in
//! it, and what came of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use selfopt_core::{
    CancelFlag, CommandSpec, MemoryTree, Network, NoLog, Outcome, Phase, Sandbox, Workspace,
    WorkspaceSpec,
};
use selfopt_sandbox::LocalSandbox;

use crate::aftermath;
use crate::script::{End, Script, kit};
use crate::targets::{CANARY, Targets};

/// Names a backend and makes one in a directory.
#[derive(Clone, Copy)]
pub(crate) struct Backend {
    pub(crate) name: &'static str,
    pub(crate) open: fn(&Path) -> LocalSandbox,
}

/// What stopped an attack, in the words of the table.
pub(crate) type StoppedBy = String;

/// Runs it; an error says how it succeeded, or that it was not attempted.
pub(crate) fn run(script: &Script, backend: Backend) -> Result<StoppedBy, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(attack(script, backend))
}

async fn attack(script: &Script, backend: Backend) -> Result<StoppedBy, String> {
    let base = tempfile::tempdir().map_err(|error| error.to_string())?;
    let sandbox = (backend.open)(base.path());
    let targets = Targets::new(&script.name, backend.name);
    let origin = open(&sandbox, script).await?;
    let prepare = "ln base.txt linked.txt && mkdir dir && echo inner > dir/inner.txt";
    expect_green(&*origin, prepare).await?;
    let snapshot = origin.freeze().await.map_err(|error| error.to_string())?;
    let candidate = origin.fork(&snapshot).await.map_err(|error| error.to_string())?;
    let other = origin.fork(&snapshot).await.map_err(|error| error.to_string())?;
    let other_tree = newest_tree(sandbox.base());

    let spec = CommandSpec {
        cmd: "node attack.cjs".to_owned(),
        working_directory: String::new(),
        env: targets.variables(&other_tree),
        phase: script.phase,
        network: if script.phase == Phase::Install {
            Network::AllowList(Vec::new())
        } else {
            Network::None
        },
        limits: script.limits,
    };
    let (outcome, mut stopped) = if script.name == "artifact-race" {
        beside(&*candidate, spec).await?
    } else {
        let outcome = candidate.run(spec, &NoLog).await.map_err(|error| error.to_string())?;
        let stopped = aftermath::of(&script.name, &*candidate, &outcome).await?;
        (outcome, stopped)
    };
    stopped.extend(judged(script, &outcome)?);
    let breaches = targets.breaches();
    if !breaches.is_empty() {
        return Err(breaches.join("; "));
    }
    // The base, the other candidate and the sandbox itself are as they were.
    for workspace in [other, fork_again(&*origin, &snapshot).await?] {
        let seen = "cat base.txt linked.txt dir/inner.txt; stat -c %a base.txt; ls | wc -l";
        let text = expect_green(&*workspace, seen).await?;
        if text != "base\nbase\ninner\n644\n5\n" {
            return Err(format!("the base was changed: {text}"));
        }
        workspace.close().await.map_err(|error| format!("cannot be removed: {error}"))?;
    }
    candidate.close().await.map_err(|error| format!("cannot be removed: {error}"))?;
    nothing_is_left(sandbox.base())?;
    if script.name == "base-through-clone" {
        stopped.push("a clone of its own".to_owned());
    }
    let unique: BTreeSet<String> = stopped.into_iter().collect();
    if unique.is_empty() {
        return Err("nothing says what stopped it".to_owned());
    }
    Ok(unique.into_iter().collect::<Vec<_>>().join(", "))
}

async fn open(sandbox: &LocalSandbox, script: &Script) -> Result<Box<dyn Workspace>, String> {
    let files = MemoryTree::new([
        ("attack.cjs", script.text.clone().into_bytes()),
        ("base.txt", b"base\n".to_vec()),
        ("kit.cjs", kit().into_bytes()),
    ]);
    let spec = WorkspaceSpec {
        label: "attack".to_owned(),
        files: Arc::new(files),
        cancel: CancelFlag::default(),
    };
    sandbox.open(spec).await.map_err(|error| error.to_string())
}

async fn fork_again(
    origin: &dyn Workspace,
    snapshot: &selfopt_core::SnapshotId,
) -> Result<Box<dyn Workspace>, String> {
    origin.fork(snapshot).await.map_err(|error| error.to_string())
}

/// Runs the command and takes artifacts out at the same time.
async fn beside(
    workspace: &dyn Workspace,
    spec: CommandSpec,
) -> Result<(Outcome, Vec<String>), String> {
    let (outcome, stopped) = futures_util::future::join(workspace.run(spec, &NoLog), async {
        let nothing = Outcome {
            status: selfopt_core::StepStatus::Exited { code: 0 },
            usage: selfopt_core::ProcessSample {
                cpu_us: 0,
                wall_ns: 0,
                max_rss: selfopt_core::Bytes(0),
                involuntary_switches: 0,
            },
            group: selfopt_core::GroupUsage::default(),
            network: None,
            stdout: Vec::new(),
            stderr: Vec::new(),
            truncated: false,
        };
        aftermath::of("artifact-race", workspace, &nothing).await
    })
    .await;
    Ok((outcome.map_err(|error| error.to_string())?, stopped?))
}

/// What the script and its end say.
fn judged(script: &Script, outcome: &Outcome) -> Result<Vec<String>, String> {
    let text = outcome.text();
    let said = |word: &str| -> Vec<String> {
        text.lines().filter_map(|line| line.strip_prefix(word)).map(str::to_owned).collect()
    };
    let (tried, breached) = (said("tried "), said("breached "));
    if tried.is_empty() {
        return Err(format!("it was not attempted: {}: {text}", outcome.status));
    }
    if !breached.is_empty() {
        return Err(format!("it succeeded: {}", breached.join("; ")));
    }
    if text.contains(CANARY) {
        return Err(format!("a secret is in its output: {text}"));
    }
    if !script.end.is(outcome.status) {
        return Err(format!("ended with {} and not {:?}: {text}", outcome.status, script.end));
    }
    let mut stopped = said("stopped ");
    match script.end {
        End::ByItself if script.name == "daemons" => {
            stopped.push("killed with the command".to_owned());
        }
        End::ByItself => {
            let answered = stopped.len() >= tried.len() || stopped.is_empty();
            if !answered {
                return Err(format!("{} tries, {} answers: {text}", tried.len(), stopped.len()));
            }
        }
        // What of it was refused before that depends on who was faster.
        _ => stopped = vec![outcome.status.to_string()],
    }
    Ok(stopped)
}

async fn expect_green(workspace: &dyn Workspace, cmd: &str) -> Result<String, String> {
    let spec = CommandSpec {
        cmd: cmd.to_owned(),
        working_directory: String::new(),
        env: std::collections::BTreeMap::new(),
        phase: Phase::Build,
        network: Network::None,
        limits: selfopt_core::CommandLimits::default(),
    };
    let outcome = workspace.run(spec, &NoLog).await.map_err(|error| error.to_string())?;
    if outcome.succeeded() {
        Ok(outcome.text())
    } else {
        Err(format!("`{cmd}`: {}: {}", outcome.status, outcome.text()))
    }
}

/// The tree of the workspace that was opened last.
fn newest_tree(base: &Path) -> String {
    let works = std::fs::read_dir(base.join("work")).into_iter().flatten().filter_map(Result::ok);
    let newest = works.max_by_key(|entry| entry.metadata().and_then(|it| it.modified()).ok());
    newest.map_or(String::new(), |entry| entry.path().join("root/tree").display().to_string())
}

/// No mount, group or workspace is left, and only the snapshot is kept.
fn nothing_is_left(base: &Path) -> Result<(), String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").map_err(|error| error.to_string())?;
    let base_text = base.display().to_string();
    if mounts.contains(&base_text) {
        return Err("a mount is left".to_owned());
    }
    for name in ["work", "groups"] {
        let left = std::fs::read_dir(base.join(name)).map_or(0, Iterator::count);
        if left > 0 {
            return Err(format!("{left} are left in `{name}`"));
        }
    }
    Ok(())
}
