//! A language model's part of a run: it is asked about the hottest functions,
//! what it says becomes candidates, and a candidate that the compiler or the
//! comparison refused may be repaired once.

use std::sync::Arc;

use selfopt_syntax::{FileChange, unified};

use super::Job;
use super::refusal::message;
use crate::domain::{
    Attempt, Authorship, Candidate, CandidateId, ChangedFile, CommitId, FailedPatch, MODEL_RULE,
    ModelAnswer, ModelPatch, ModelRound, ModelTarget, NoteLevel, OpportunityId, RuleId,
    SpendingAccount,
};
use crate::pipeline::{Dispatcher, Ground, RunError, RunEvent};
use crate::ports::{PatchAsk, PatchModel, SourceTree};

/// No person read it, and no condition of it was shown: 20 points.
const MODEL_RISK: u8 = 2;

/// A candidate that a model wrote, and what it may be repaired from.
pub(super) struct Written {
    pub(super) candidate: Candidate,
    pub(super) patch: ModelPatch,
    pub(super) target: usize,
    is_repair: bool,
}

impl Job<'_> {
    /// Asks the model about every target and gives what it wrote. What an
    /// interrupted run was told is not asked again.
    pub(super) async fn written(
        &self,
        dispatcher: &mut Dispatcher,
        ground: &Ground<'_>,
    ) -> Result<Vec<Written>, RunError> {
        let Some(model) = self.engine.model.clone() else { return Ok(Vec::new()) };
        let targets = if let Some(known) = dispatcher.state().model_targets.clone() {
            known
        } else {
            let targets = match (model.recorded_targets(), ground.probe) {
                (Some(targets), _) => targets,
                (None, Some(probe)) => self.targets(dispatcher, ground, probe).await?,
                // Nothing can be measured, so nothing is worth asking about.
                (None, None) => Vec::new(),
            };
            dispatcher.emit(RunEvent::ModelTargets { targets: targets.clone() }).await?;
            targets
        };
        let mut written = Vec::new();
        for (number, target) in targets.iter().enumerate() {
            dispatcher.check_cancelled()?;
            let (answer, candidates) =
                self.round(dispatcher, ground, &model, (number, target), None).await?;
            written.extend(candidates);
            if answer.stop.is_some() {
                break;
            }
        }
        Ok(written)
    }

    /// One more patch in the place of one that a gate refused for a reason that
    /// can be told, once.
    pub(super) async fn repaired(
        &self,
        dispatcher: &mut Dispatcher,
        ground: &Ground<'_>,
        refused: &Written,
        attempt: &Attempt,
        log_start: usize,
    ) -> Result<Vec<Written>, RunError> {
        let Some(model) = self.engine.model.clone() else { return Ok(Vec::new()) };
        let stopped = dispatcher.state().model_rounds.iter().any(|one| one.answer.stop.is_some());
        if refused.is_repair || stopped || attempt.made_in.is_some() {
            return Ok(Vec::new());
        }
        let log = dispatcher.logged().get(log_start..).unwrap_or_default();
        let Some(message) = message(attempt, log) else { return Ok(Vec::new()) };
        let targets = dispatcher.state().model_targets.clone().unwrap_or_default();
        let Some(target) = targets.get(refused.target) else { return Ok(Vec::new()) };
        let failed = FailedPatch {
            patch: refused.patch.clone(),
            gate: attempt.gate.clone().unwrap_or_default(),
            message,
        };
        let (_, mut written) =
            self.round(dispatcher, ground, &model, (refused.target, target), Some(failed)).await?;
        written.truncate(1);
        Ok(written)
    }

    /// The repair of a patch that the journal holds, if it holds one.
    pub(super) fn known_repairs(
        &self,
        dispatcher: &Dispatcher,
        ground: &Ground<'_>,
        refused: Option<&Written>,
    ) -> Vec<Written> {
        let (Some(refused), Some(model)) = (refused, &self.engine.model) else {
            return Vec::new();
        };
        let of_it = |round: &&ModelRound| {
            round.repaired.as_ref().is_some_and(|failed| failed.patch == refused.patch)
        };
        let Some(round) = dispatcher.state().model_rounds.iter().find(of_it) else {
            return Vec::new();
        };
        let repair = round.repaired.as_ref();
        let (mut written, _) =
            self.candidates(ground, model, refused.target, &round.answer, repair);
        written.truncate(1);
        written
    }

    async fn round(
        &self,
        dispatcher: &mut Dispatcher,
        ground: &Ground<'_>,
        model: &Arc<dyn PatchModel>,
        (number, target): (usize, &ModelTarget),
        repair: Option<FailedPatch>,
    ) -> Result<(ModelAnswer, Vec<Written>), RunError> {
        let known = dispatcher.state().model_rounds.iter().find(|round| {
            let same =
                |one: &FailedPatch| repair.as_ref().is_some_and(|two| one.patch == two.patch);
            round.target == *target && round.repaired.as_ref().map_or(repair.is_none(), same)
        });
        if let Some(round) = known {
            let answer = round.answer.clone();
            let (written, _) = self.candidates(ground, model, number, &answer, repair.as_ref());
            return Ok((answer, written));
        }
        let ask = PatchAsk {
            account: SpendingAccount { run: dispatcher.run().id, repo: self.repo },
            tree: ground.tree,
            config: ground.config,
            target,
            number: u32::try_from(number).unwrap_or(u32::MAX),
            repair: repair.as_ref(),
            cancel: &self.input.cancel,
        };
        let mut answer = model.propose(&ask).await?;
        let (written, unusable) = self.candidates(ground, model, number, &answer, repair.as_ref());
        answer.unusable.extend(unusable);
        if let Some(why) = &answer.stop {
            let message = format!("the language model is not asked further: {why}");
            dispatcher.emit(RunEvent::Note { level: NoteLevel::Warning, message }).await?;
        }
        let round = ModelRound { target: target.clone(), repaired: repair, answer: answer.clone() };
        let candidates = written.iter().map(|one| one.candidate.id.clone()).collect();
        dispatcher.emit(RunEvent::ModelAnswered { round: Box::new(round), candidates }).await?;
        Ok((answer, written))
    }

    /// The candidates of an answer, and what of it makes none.
    fn candidates(
        &self,
        ground: &Ground<'_>,
        model: &Arc<dyn PatchModel>,
        number: usize,
        answer: &ModelAnswer,
        repair: Option<&FailedPatch>,
    ) -> (Vec<Written>, Vec<String>) {
        let (mut written, mut unusable) = (Vec::<Written>::new(), Vec::new());
        let author = Authorship {
            calls: answer.transcripts.iter().map(|one| one.hash.clone()).collect(),
            synthetic: answer.transcripts.iter().any(|one| one.synthetic),
            ..model.author()
        };
        for patch in &answer.patches {
            match candidate(patch, ground.tree, &self.input.commit, &author) {
                Ok(candidate) if written.iter().all(|one| one.candidate.id != candidate.id) => {
                    let (patch, target) = (patch.clone(), number);
                    let is_repair = repair.is_some();
                    written.push(Written { candidate, patch, target, is_repair });
                }
                Ok(_) => unusable.push(format!("`{}` is the same change again", patch.title)),
                Err(why) => unusable.push(why),
            }
        }
        (written, unusable)
    }
}

/// A model's patch as a candidate. Whether it may be is the gates' question.
fn candidate(
    patch: &ModelPatch,
    tree: &dyn SourceTree,
    commit: &CommitId,
    author: &Authorship,
) -> Result<Candidate, String> {
    let mut files: Vec<ChangedFile> = Vec::new();
    for edit in &patch.edits {
        let path = edit.path.as_str();
        let known = files.iter().position(|file| file.path == path);
        if known.is_none() {
            let is_file = tree.entry(path).is_some_and(|entry| entry.symlink.is_none());
            let before = tree.text(path).filter(|_| is_file).ok_or_else(|| {
                format!("`{}` changes `{path}`, which is no text file of the project", patch.title)
            })?;
            files.push(ChangedFile { path: path.to_owned(), after: before.clone(), before });
        }
        let at = known.unwrap_or(files.len() - 1);
        let Some(file) = files.get_mut(at) else { continue };
        let mut places = file.after.match_indices(&edit.find);
        let (first, second) = (places.next(), places.next());
        let (Some((start, found)), None, false) = (first, second, edit.find.is_empty()) else {
            let times = if first.is_some() { "more than once" } else { "nowhere" };
            return Err(format!("`{}` replaces text that stands {times} in `{path}`", patch.title));
        };
        let end = start + found.len();
        file.after.replace_range(start..end, &edit.replace);
    }
    files.retain(|file| file.before != file.after);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let Some(first) = files.first() else {
        return Err(format!("`{}` changes nothing", patch.title));
    };
    let changes: Vec<FileChange<'_>> = files
        .iter()
        .map(|file| FileChange { path: &file.path, before: &file.before, after: &file.after })
        .collect();
    let diff = unified(&changes);
    let rule = RuleId::new(MODEL_RULE);
    Ok(Candidate {
        id: CandidateId::derive(commit, &rule, &first.path, &diff),
        opportunity: OpportunityId::derive(commit, &rule, &first.path, 0, 0),
        rule,
        rule_version: format!("prompt {}", author.prompt),
        rule_risk: MODEL_RISK,
        title: patch.title.clone(),
        obligations: Vec::new(),
        author: Some(author.clone()),
        files,
        diff,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::MemoryTree;

    fn read(edits: &[(&str, &str, &str)]) -> Result<Candidate, String> {
        let tree = MemoryTree::new([("a.js", "let a = 1;\nlet b = 1;\n"), ("b.js", "let c;\n")]);
        let patch = ModelPatch {
            title: "Do less".into(),
            rationale: String::new(),
            edits: edits
                .iter()
                .map(|(path, find, replace)| crate::domain::ModelEdit {
                    path: (*path).into(),
                    find: (*find).into(),
                    replace: (*replace).into(),
                })
                .collect(),
        };
        let author = Authorship {
            provider: "openai".into(),
            model: "m".into(),
            prompt: "1".into(),
            calls: vec![],
            synthetic: false,
        };
        candidate(&patch, &tree, &CommitId::new("c"), &author)
    }

    #[test]
    fn edits_become_a_diff() {
        let read = read(&[("b.js", "c", "d"), ("a.js", "a = 1", "a = 2")]).unwrap();
        let paths: Vec<&str> = read.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.js", "b.js"]);
        assert!(read.diff.contains("+let a = 2;") && read.diff.contains("+let d;"));
    }

    #[test]
    fn text_must_stand_once_in_a_file_that_is_there() {
        let why = |edits: &[(&str, &str, &str)]| read(edits).unwrap_err();
        assert!(why(&[("a.js", "= 1", "= 2")]).contains("more than once"));
        assert!(why(&[("a.js", "nothing", "x")]).contains("nowhere"));
        assert!(why(&[("a.js", "", "x")]).contains("in `a.js`"));
        assert!(why(&[("../a.js", "a", "x")]).contains("no text file of the project"));
        assert!(why(&[("a.js", "a = 1", "a = 1")]).contains("changes nothing"));
        assert!(why(&[]).contains("changes nothing"));
    }
}
