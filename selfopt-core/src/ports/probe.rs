//! Looks into the functions that a candidate changes: who calls them and with
//! what, whether both versions agree, which is faster.

use async_trait::async_trait;
use selfopt_syntax::Span;

use super::{CommandSpec, Outcome, Phase, SourceTree, Workspace};
use crate::config::Config;
use crate::domain::{
    Candidate, FunctionEquivalence, FunctionPair, Heat, Mutant, Project, Reach, Survey, TestCounts,
    Touches, Workload,
};
use crate::pipeline::RunError;
use crate::statistics::{PairSchedule, PairTiming};

/// Opens studies of candidates.
#[async_trait]
pub trait Probe: Send + Sync {
    /// A study of one candidate. Runs nothing yet. Everything that is random
    /// in it follows from the seed.
    fn study(&self, candidate: &Candidate, seed: u64) -> Box<dyn Study>;

    /// Where the CPU time of the project's own code goes while its benchmark,
    /// or without one its tests run; `None` when that cannot be told.
    async fn heat(&self, lab: &mut dyn Lab) -> Result<Option<Heat>, RunError>;

    /// The functions of the project's files, by file and place; reads the texts
    /// alone.
    fn functions(&self, tree: &dyn SourceTree, config: &Config) -> Vec<FunctionPlace> {
        let _ = (tree, config);
        Vec::new()
    }

    /// How the project's functions could be judged: each is recorded and
    /// compared with itself.
    async fn survey(&self, lab: &mut dyn Lab, request: &SurveyRequest) -> Result<Survey, RunError>;
}

/// Where a function is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPlace {
    /// The file, relative to the project root.
    pub path: String,
    /// Its name in the file, as a [`SurveyRequest`] takes it.
    pub name: String,
    /// The function's text.
    pub span: Span,
}

/// What a survey looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SurveyRequest {
    /// The functions, `path:name`; all when empty.
    pub functions: Vec<String>,
    /// How often the tests run each way to see what recording costs.
    pub overhead_runs: u32,
    /// The seed of all samples.
    pub seed: u64,
}

/// One candidate under study. Methods that need what an earlier one finds out
/// do that first by themselves, once; nothing is judged here.
#[async_trait]
pub trait Study: Send {
    /// The functions that the candidate changes.
    fn touches(&self) -> &Touches;

    /// Which changed lines the tests execute.
    async fn reach(&mut self, lab: &mut dyn Lab) -> Result<Reach, RunError>;

    /// Both versions on recorded inputs and on variations of them: one entry
    /// for each function and source of calls that was seen.
    async fn compare(&mut self, lab: &mut dyn Lab) -> Result<Vec<FunctionEquivalence>, RunError>;

    /// Changes the candidate in small ways and sees who notices.
    async fn mutants(
        &mut self,
        lab: &mut dyn Lab,
        limits: MutantLimits,
    ) -> Result<Vec<Mutant>, RunError>;

    /// What both versions can be timed on, the most trusted first.
    async fn workloads(&mut self, lab: &mut dyn Lab) -> Result<Vec<Workload>, RunError>;

    /// A rung of the ladder of a workload, besides those that `workloads` gave;
    /// `None` where its inputs cannot be had in that size.
    async fn rung(
        &mut self,
        lab: &mut dyn Lab,
        of: &Workload,
        factor: f64,
    ) -> Result<Option<Workload>, RunError>;

    /// One pair on one workload.
    async fn pair(
        &mut self,
        lab: &mut dyn Lab,
        workload: &Workload,
        order: PairOrder<'_>,
    ) -> Result<FunctionPair, RunError>;

    /// Removes the trees.
    async fn close(self: Box<Self>) -> Result<(), RunError>;
}

/// How many mutants are made, and how many of them may run the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MutantLimits {
    /// Mutants.
    pub mutants: u32,
    /// Runs of the project's tests, for those that the comparison did not
    /// catch.
    pub test_runs: u32,
}

/// What one pair is made of.
#[derive(Debug, Clone, Copy)]
pub struct PairOrder<'a> {
    /// Which versions are measured.
    pub versions: Versions,
    /// Which side goes first, in the pair and in each of its blocks.
    pub schedule: &'a PairSchedule,
    /// Warm-up and block lengths.
    pub timing: &'a PairTiming,
}

/// Which versions a pair measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// The base against itself.
    BaseTwice,
    /// The base against the candidate.
    BaseAndCandidate,
}

/// What a study may use. Costs are counted against the run's budget.
#[async_trait]
pub trait Lab: Send {
    /// The project and its commands.
    fn project(&self) -> &Project;

    /// The effective configuration.
    fn config(&self) -> &Config;

    /// The unchanged files.
    fn tree(&self) -> &dyn SourceTree;

    /// The tests that passed at the baseline.
    fn baseline_tests(&self) -> Option<TestCounts>;

    /// The project's command of a phase, as the sandbox takes it.
    fn command(&self, phase: Phase) -> Option<CommandSpec>;

    /// A fresh tree of the unchanged code, installed but not built.
    async fn fork(&mut self) -> Result<Box<dyn Workspace>, RunError>;

    /// Runs a command in one of the study's trees.
    async fn run(
        &mut self,
        workspace: &dyn Workspace,
        command: &CommandSpec,
    ) -> Result<Outcome, RunError>;

    /// One-minute load average in thousandths, where known.
    fn load_milli(&self) -> Option<u64>;

    /// Something a person should know.
    async fn note(&mut self, message: &str) -> Result<(), RunError>;
}
