//! A lab without a project: an empty tree in a sandbox.

use std::sync::Arc;

use async_trait::async_trait;
use selfopt_core::config::Config;
use selfopt_core::detection::detect;
use selfopt_core::pipeline::RunError;
use selfopt_core::{
    CancelFlag, CommandSpec, Lab, MemoryTree, NoLog, Outcome, Phase, Project, Sandbox, SourceTree,
    StepStatus, TestCounts, Workspace, WorkspaceSpec,
};

pub(super) struct SandboxLab {
    sandbox: Arc<dyn Sandbox>,
    project: Project,
    config: Config,
    tree: Arc<MemoryTree>,
    cancel: CancelFlag,
    cpu_us: u64,
}

impl SandboxLab {
    pub(super) fn new(sandbox: Arc<dyn Sandbox>, cancel: CancelFlag) -> Self {
        let tree = Arc::new(MemoryTree::new([("package.json", "{}\n")]));
        let config = Config::default();
        let project = detect(&*tree, &[], &config, "");
        Self { sandbox, project, config, tree, cancel, cpu_us: 0 }
    }

    pub(super) fn cpu_us(&self) -> u64 {
        self.cpu_us
    }
}

#[async_trait]
impl Lab for SandboxLab {
    fn project(&self) -> &Project {
        &self.project
    }

    fn config(&self) -> &Config {
        &self.config
    }

    fn tree(&self) -> &dyn SourceTree {
        &*self.tree
    }

    fn baseline_tests(&self) -> Option<TestCounts> {
        None
    }

    fn command(&self, _phase: Phase) -> Option<CommandSpec> {
        None
    }

    async fn fork(&mut self) -> Result<Box<dyn Workspace>, RunError> {
        let files = self.tree.clone();
        let spec =
            WorkspaceSpec { label: "machine".to_owned(), files, cancel: self.cancel.clone() };
        Ok(self.sandbox.open(spec).await?)
    }

    async fn run(
        &mut self,
        workspace: &dyn Workspace,
        command: &CommandSpec,
    ) -> Result<Outcome, RunError> {
        let outcome = workspace.run(command.clone(), &NoLog).await?;
        self.cpu_us = self.cpu_us.saturating_add(outcome.usage.cpu_us);
        if outcome.status == StepStatus::Cancelled {
            return Err(RunError::Cancelled);
        }
        Ok(outcome)
    }

    fn load_milli(&self) -> Option<u64> {
        let text = std::fs::read_to_string("/proc/loadavg").ok()?;
        let minute: f64 = text.split_whitespace().next()?.parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a load average is small and not negative"
        )]
        let milli = (minute * 1000.0) as u64;
        Some(milli)
    }

    async fn note(&mut self, _message: &str) -> Result<(), RunError> {
        Ok(())
    }
}
