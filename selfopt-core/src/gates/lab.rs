//! What a study may use, on the run's account.

use async_trait::async_trait;

use crate::config::Config;
use crate::domain::{NoteLevel, Project, TestCounts};
use crate::pipeline::{Dispatcher, Ground, RunError, RunEvent, benchmark_command, step_command};
use crate::ports::{CommandSpec, Lab, Outcome, Phase, SourceTree, Workspace};

/// A study's way to trees and commands.
pub(crate) struct GateLab<'a, 'b> {
    pub(crate) ground: &'a Ground<'a>,
    pub(crate) dispatcher: &'b mut Dispatcher,
}

#[async_trait]
impl Lab for GateLab<'_, '_> {
    fn project(&self) -> &Project {
        self.ground.project
    }

    fn config(&self) -> &Config {
        self.ground.config
    }

    fn tree(&self) -> &dyn SourceTree {
        self.ground.tree
    }

    fn baseline_tests(&self) -> Option<TestCounts> {
        self.ground.baseline.tests()
    }

    fn command(&self, phase: Phase) -> Option<CommandSpec> {
        let (project, config) = (self.ground.project, self.ground.config);
        if phase == Phase::Benchmark {
            let bench = self.ground.baseline.benchmark.as_ref()?;
            return Some(benchmark_command(project, config, &bench.measured_cmd));
        }
        let cmd = project.command(phase)?;
        Some(step_command(project, config, phase, cmd))
    }

    async fn fork(&mut self) -> Result<Box<dyn Workspace>, RunError> {
        Ok(self.ground.forks.fork(self.ground.installed).await?)
    }

    async fn run(
        &mut self,
        workspace: &dyn Workspace,
        command: &CommandSpec,
    ) -> Result<Outcome, RunError> {
        let (_, outcome) = self.dispatcher.run_step(workspace, command).await?;
        Ok(outcome)
    }

    fn load_milli(&self) -> Option<u64> {
        self.dispatcher.load_milli()
    }

    async fn note(&mut self, message: &str) -> Result<(), RunError> {
        let note = RunEvent::Note { level: NoteLevel::Warning, message: message.to_owned() };
        self.dispatcher.emit(note).await
    }
}
