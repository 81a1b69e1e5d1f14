//! The install: tried once more when the registry had trouble that may be
//! over, and watched for rewriting the lock file.

use super::{BaselineJob, Pause, note, red};
use crate::diagnosis::{RedStep, passing_trouble};
use crate::domain::{Bytes, HostDecision, StepResult};
use crate::pipeline::commands::{benchmark_parts, step_command};
use crate::pipeline::{Dispatcher, RunError, RunEvent};
use crate::ports::{CollectLimits, Phase, Workspace};

/// How often an install is tried, in all.
const TRIES: usize = 2;

/// Refused hosts that a note names.
const REFUSED_SHOWN: usize = 5;

/// Lock files that are written as text.
const LOCKFILES: [&str; 6] = [
    "bun.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "deno.lock",
];

/// The largest real lock files have some ten mebibytes.
const LOCKFILE_SIZE: Bytes = Bytes::from_mib(32);

impl BaselineJob<'_> {
    /// Installs, if the project has a command for it; a red one pauses.
    pub(super) async fn install(
        &self,
        dispatcher: &mut Dispatcher,
        workspace: &dyn Workspace,
        steps: &mut Vec<StepResult>,
    ) -> Result<Option<Pause>, RunError> {
        let Some(cmd) = self.project.command(Phase::Install) else {
            return Ok(None);
        };
        let command = step_command(&self.project, self.config, Phase::Install, cmd);
        for number in 1..=TRIES {
            dispatcher
                .emit(RunEvent::StepStarted { phase: Phase::Install, cmd: cmd.to_owned() })
                .await?;
            let (step, outcome) = dispatcher.run_step(workspace, &command).await?;
            dispatcher.emit(RunEvent::StepFinished { step: step.clone() }).await?;
            steps.push(step.clone());
            if step.succeeded() {
                self.name_refused(dispatcher, &step).await?;
                break;
            }
            let output = outcome.text();
            let failed = RedStep {
                phase: Phase::Install,
                cmd,
                status: step.status,
                output: &output,
                project: &self.project,
                network: step.network.as_ref(),
            };
            match passing_trouble(&failed) {
                Some(line) if number < TRIES => {
                    let line = line.trim();
                    note(dispatcher, &format!("`{cmd}` failed for trouble with the registry that may be over by now, and is tried once more; it said: {line}")).await?;
                }
                _ => return Ok(Some(red(&self.project, &step, &output))),
            }
        }
        self.look_at_lockfiles(dispatcher, workspace).await?;
        Ok(None)
    }

    /// Says so when an install was refused hosts and is green without them.
    async fn name_refused(
        &self,
        dispatcher: &mut Dispatcher,
        step: &StepResult,
    ) -> Result<(), RunError> {
        let hosts = step.network.iter().flat_map(|network| &network.hosts);
        let refused: Vec<&str> = hosts
            .filter(|host| host.decision == HostDecision::NotListed)
            .map(|host| host.host.as_str())
            .take(REFUSED_SHOWN)
            .collect();
        if refused.is_empty() {
            return Ok(());
        }
        let cmd = &step.cmd;
        let hosts = refused.join("`, `");
        note(dispatcher, &format!("`{cmd}` is green without `{hosts}`, which it asked for and was refused; to let it, name it in selfopt.toml: `[sandbox]` `allow_hosts = [\"{}\"]`", refused.join("\", \""))).await
    }

    /// Installs what the benchmark alone depends on. Without it the benchmark
    /// cannot run, and that is what the user is told then.
    pub(super) async fn install_benchmark(
        &self,
        dispatcher: &mut Dispatcher,
        workspace: &dyn Workspace,
        steps: &mut Vec<StepResult>,
    ) -> Result<(), RunError> {
        let Some(cmd) =
            self.project.command(Phase::Benchmark).and_then(|cmd| benchmark_parts(cmd).0)
        else {
            return Ok(());
        };
        let command = step_command(&self.project, self.config, Phase::Install, &cmd);
        dispatcher.emit(RunEvent::StepStarted { phase: Phase::Install, cmd: cmd.clone() }).await?;
        let (step, _) = dispatcher.run_step(workspace, &command).await?;
        dispatcher.emit(RunEvent::StepFinished { step: step.clone() }).await?;
        if !step.succeeded() {
            let status = step.status;
            note(dispatcher, &format!("`{cmd}`, which the benchmark needs, ended with {status}"))
                .await?;
        }
        steps.push(step);
        Ok(())
    }

    /// Says so when the install rewrote a lock file of the commit: it is out of
    /// date then, or another version of the package manager wrote it.
    async fn look_at_lockfiles(
        &self,
        dispatcher: &mut Dispatcher,
        workspace: &dyn Workspace,
    ) -> Result<(), RunError> {
        let folder = match self.project.working_directory.as_str() {
            "." | "" => String::new(),
            folder => format!("{folder}/"),
        };
        let known: Vec<String> = LOCKFILES
            .iter()
            .map(|name| format!("{folder}{name}"))
            .filter(|path| self.tree.entry(path).is_some_and(|entry| entry.size <= LOCKFILE_SIZE.0))
            .collect();
        if known.is_empty() {
            return Ok(());
        }
        let limits = CollectLimits {
            files: known.len(),
            file_size: LOCKFILE_SIZE,
            total: Bytes(LOCKFILE_SIZE.0 * 2),
        };
        // What cannot be looked at is no reason to stop: only a note hangs on it.
        let Ok(now) = workspace.collect(&known, limits).await else {
            return Ok(());
        };
        for file in now {
            if self.tree.read(&file.path).is_ok_and(|before| before != file.bytes) {
                note(dispatcher, &format!("the install rewrote `{}`: the lock file of the commit does not fit `package.json`, or another version of the package manager wrote it. All numbers stand on the rewritten one; install and commit it, or pin the version (`packageManager`)", file.path)).await?;
            }
        }
        Ok(())
    }
}
