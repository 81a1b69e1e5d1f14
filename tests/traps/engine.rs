//! Takes a case through the gates, in plain processes and an embedded store.
//! With `SELFOPT_KEEP` in the environment the store is kept to look at.

use std::path::Path;
use std::sync::Arc;

use selfopt::config::Config;
use selfopt::detect::detectors;
use selfopt::detection::detect;
use selfopt::digest::Digest;
use selfopt::pipeline::{Engine, NoObserver, RunInput};
use selfopt::probe::NodeProbe;
use selfopt::report::Report;
use selfopt::sandbox::checkout::DirTree;
use selfopt::sandbox::{LocalSandbox, ToolNeeds, ToolResolver, ToolsChoice};
use selfopt::store::{LocalArtifacts, SqliteStore, SystemClock};
use selfopt::syntax::DiffSet;
use selfopt::{
    Authorship, CancelFlag, Candidate, CandidateId, ChangedFile, CommitId, MODEL_RULE,
    OpportunityId, RuleId, SourceTree,
};

use crate::case::{Case, Expected};

/// Proves the case's change.
pub(crate) fn prove(case: &Case) -> Result<Report, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(text)?;
    runtime.block_on(proved(case))
}

#[expect(clippy::print_stderr, reason = "a person asked where the store is kept")]
async fn proved(case: &Case) -> Result<Report, String> {
    let place = tempfile::tempdir().map_err(text)?;
    let result = prove_in(case, place.path()).await;
    if std::env::var_os("SELFOPT_KEEP").is_some() {
        eprintln!("{}: kept in {}", case.id(), place.keep().display());
    }
    result
}

async fn prove_in(case: &Case, place: &Path) -> Result<Report, String> {
    let tree = Arc::new(DirTree::open(&case.folder).map_err(text)?);
    let sandbox = sandbox(&*tree).await?;
    let engine = Engine::new(
        Arc::new(sandbox),
        Arc::new(SqliteStore::open(place).await.map_err(text)?),
        Arc::new(LocalArtifacts::new(place)),
        Arc::new(SystemClock::new()),
    )
    .detectors(detectors())
    .probe(Arc::new(NodeProbe));
    let commit = CommitId::new(Digest::of_tree(&*tree).as_str());
    let candidate = candidate(case, &*tree, &commit)?;
    let mut config = Config::default();
    config.baseline.test_runs = 2;
    config.benchmark.confirmations = 1;
    config.limits.max_risk = case.max_risk.unwrap_or(100);
    // What the cases are not about, and what takes most of the time.
    config.proof.ladder = case.expect == Expected::SizeDependent;
    config.proof.mutants = 0;
    let input = RunInput {
        commit,
        tree,
        locator: case.folder.display().to_string(),
        config,
        seed: 1,
        resume: false,
        cancel: CancelFlag::default(),
    };
    engine.prove(input, candidate, Arc::new(NoObserver)).await.map_err(text)
}

/// Plain processes with the bundler, which all cases share.
async fn sandbox(tree: &dyn SourceTree) -> Result<LocalSandbox, String> {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("traps");
    let sandbox = LocalSandbox::process(base).map_err(text)?;
    let project = detect(tree, &detectors(), &Config::default(), "");
    let needs = ToolNeeds::of(&project, tree).with_bundler();
    let resolver = ToolResolver::new(&sandbox, ToolsChoice::Auto).map_err(text)?;
    let tools = resolver.resolve(&needs).await.map_err(text)?;
    match tools.warnings() {
        [] => Ok(sandbox.with_tool_chain(tools)),
        warnings => Err(warnings.join("; ")),
    }
}

fn candidate(case: &Case, tree: &dyn SourceTree, commit: &CommitId) -> Result<Candidate, String> {
    let diff = DiffSet::parse(&case.patch).map_err(text)?;
    let mut files = Vec::new();
    for file in diff.files() {
        let before = tree.text(&file.path).unwrap_or_default();
        let after = diff.apply(&file.path, &before).map_err(text)?;
        files.push(ChangedFile { path: file.path.clone(), before, after });
    }
    let rule = RuleId::new(if case.by_model { MODEL_RULE } else { "trap" });
    let author = case.by_model.then(|| Authorship {
        provider: "none".into(),
        model: "by hand".into(),
        prompt: "1".into(),
        calls: Vec::new(),
        synthetic: true,
    });
    let path = files.first().map(|file| file.path.clone()).unwrap_or_default();
    Ok(Candidate {
        id: CandidateId::derive(commit, &rule, &path, &case.patch),
        opportunity: OpportunityId::derive(commit, &rule, &path, 0, 0),
        rule,
        rule_version: "1.0.0".into(),
        rule_risk: if case.by_model { 2 } else { 0 },
        title: case.title.clone(),
        obligations: Vec::new(),
        author,
        files,
        diff: case.patch.clone(),
    })
}

fn text(error: impl std::error::Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        out.push_str(": ");
        out.push_str(&cause.to_string());
        source = cause.source();
    }
    out
}
