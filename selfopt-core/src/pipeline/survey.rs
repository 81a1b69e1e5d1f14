//! A survey: how the functions of a project could be judged. The baseline
//! without a benchmark, then one look by the probe; nothing is proposed.

use std::sync::Arc;

use super::baseline::{BaselineJob, BaselineOutcome, Prepared};
use super::{Dispatcher, Engine, Ground, Observer, RunError, RunInput};
use crate::domain::{RunStatus, Survey};
use crate::gates::GateLab;
use crate::ports::{Probe, SurveyRequest};
use crate::report::PauseReport;

impl Engine {
    /// How the project's functions could be judged. `Err` in the result is a
    /// broken repository, or an engine without a probe.
    pub async fn survey(
        &self,
        mut input: RunInput,
        request: &SurveyRequest,
        observer: Arc<dyn Observer>,
    ) -> Result<Result<Survey, PauseReport>, RunError> {
        let mut project = self.project(&input)?;
        // Only what the tests call is looked at, and as it is.
        project.bench = None;
        input.config.proof.variations = 0;
        let mut dispatcher = self.aside(&input, b"survey", observer).await?;
        let job = BaselineJob {
            sandbox: &*self.sandbox,
            tree: input.tree.clone(),
            project,
            config: &input.config,
            commit: input.commit.clone(),
            seed: input.seed,
            cancel: input.cancel.clone(),
            judges_functions: true,
        };
        let surveyed = match (job.run(&mut dispatcher).await, self.probe.as_deref()) {
            (Ok(BaselineOutcome::Paused(pause)), _) => Ok(Err(pause.report)),
            (Ok(BaselineOutcome::Green(prepared)), Some(probe)) => {
                look(&input, *prepared, probe, request, &mut dispatcher).await.map(Ok)
            }
            (Ok(BaselineOutcome::Green(prepared)), None) => {
                prepared.close().await?;
                Ok(Ok(Survey::default()))
            }
            (Err(error), _) => Err(error),
        };
        let status = match &surveyed {
            Ok(Ok(_)) => RunStatus::Finished,
            Ok(Err(_)) => RunStatus::Paused,
            Err(RunError::Cancelled) => RunStatus::Cancelled,
            Err(_) => RunStatus::Failed,
        };
        // The first error is the one to report.
        let stored = dispatcher.set_status(status).await;
        let surveyed = surveyed?;
        stored?;
        Ok(surveyed)
    }
}

async fn look(
    input: &RunInput,
    prepared: Prepared,
    probe: &dyn Probe,
    request: &SurveyRequest,
    dispatcher: &mut Dispatcher,
) -> Result<Survey, RunError> {
    let ground = Ground {
        project: &prepared.project,
        baseline: &prepared.baseline,
        config: &input.config,
        tree: &*input.tree,
        seed: input.seed,
        probe: None,
        forks: &*prepared.installed,
        installed: &prepared.trees.installed,
        checked: None,
    };
    let survey = {
        let mut lab = GateLab { ground: &ground, dispatcher };
        probe.survey(&mut lab, request).await?
    };
    prepared.close().await?;
    Ok(survey)
}
