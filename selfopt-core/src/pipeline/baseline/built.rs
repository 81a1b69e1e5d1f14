//! The unchanged code, installed and built, and nothing else: for commands
//! that look at a project without judging a change.

use super::{BaselineJob, Pause};
use crate::domain::StepResult;
use crate::pipeline::{Dispatcher, RunError};
use crate::ports::{Phase, Workspace, WorkspaceSpec};

impl BaselineJob<'_> {
    /// A tree with dependencies and build; those that the benchmark alone has
    /// are installed when it is the benchmark that will run.
    pub(in crate::pipeline) async fn built(
        &self,
        dispatcher: &mut Dispatcher,
        phase: Phase,
    ) -> Result<Result<Box<dyn Workspace>, Pause>, RunError> {
        let spec = WorkspaceSpec {
            label: "visit".into(),
            files: self.tree.clone(),
            cancel: self.cancel.clone(),
        };
        let workspace = self.sandbox.open(spec).await?;
        let mut steps: Vec<StepResult> = Vec::new();
        let mut pause = self.install(dispatcher, &*workspace, &mut steps).await?;
        if pause.is_none() && phase == Phase::Benchmark {
            self.install_benchmark(dispatcher, &*workspace, &mut steps).await?;
        }
        if pause.is_none() {
            pause = self.step(dispatcher, &*workspace, Phase::Build, &mut steps).await?;
        }
        match pause {
            None => Ok(Ok(workspace)),
            Some(pause) => {
                workspace.close().await?;
                Ok(Err(pause))
            }
        }
    }
}
