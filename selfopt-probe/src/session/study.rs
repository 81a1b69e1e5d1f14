//! A candidate under study: each thing is found out once, in the order in
//! which the gates ask.

use std::collections::BTreeMap;

use async_trait::async_trait;
use selfopt_core::digest::Digest;
use selfopt_core::pipeline::RunError;
use selfopt_core::{
    Candidate, FunctionEquivalence, FunctionPair, Judged, Lab, Millis, Mutant, MutantLimits,
    PairOrder, Phase, Provenance, Reach, Replayed, Sizes, Study, Touches, Workload, WorkloadRole,
};
use selfopt_syntax::SourceFile;
use serde_json::json;

use super::bundles::{Format, bundle};
use super::in_place::InPlace;
use super::mutating;
use super::reaching;
use super::recording::{Recording, calls_file, record};
use super::replaying::{Comparison, replay};
use super::results::Ladder;
use super::room::{Room, Script, ScriptError};
use super::sources::{Sources, Version, registered};
use super::timing::{self, Timed};

/// The name of the workload that the tests' calls make.
pub(super) const TESTS: &str = "tests";
/// How long one function's replay and its variations may take.
const REPLAY: Millis = Millis::from_secs(20);
/// Rungs of the ladder that are measured.
const MOST_RUNGS: usize = 3;
/// Rungs are chosen from those that the runtime can make: one far below, one
/// above, one far above.
const WANTED_FACTORS: [f64; MOST_RUNGS] = [0.125, 8.0, 64.0];

/// One candidate under study.
pub(super) struct FunctionStudy {
    candidate: Candidate,
    seed: u64,
    sources: Sources,
    registered: Option<BTreeMap<String, String>>,
    detached: Option<Detached>,
    in_place: Option<InPlace>,
    compared: Option<Vec<FunctionEquivalence>>,
    workloads: Option<Vec<Workload>>,
}

/// What is needed to judge functions on copies of their inputs.
pub(super) struct Detached {
    pub(super) room: Room,
    pub(super) format: Format,
    pub(super) recording: Recording,
    pub(super) replayed: BTreeMap<u32, Replayed>,
}

impl FunctionStudy {
    pub(super) fn new(candidate: &Candidate, seed: u64) -> Self {
        Self {
            candidate: candidate.clone(),
            seed,
            sources: Sources::of(candidate),
            registered: None,
            detached: None,
            in_place: None,
            compared: None,
            workloads: None,
        }
    }

    /// The candidate's files as they are.
    fn changed(&self) -> Vec<(String, String)> {
        let files = self.candidate.files.iter();
        files.map(|file| (file.path.clone(), file.after.clone())).collect()
    }

    /// Records, bundles and replays: everything that both comparison and
    /// timing stand on.
    async fn prepare(&mut self, lab: &mut dyn Lab) -> Result<(), RunError> {
        if self.compared.is_some() {
            return Ok(());
        }
        let mut found = Vec::new();
        let wanted = self.sources.detached();
        if !wanted.is_empty() {
            let registered =
                self.registered.get_or_insert_with(|| registered(lab.tree())).clone();
            let recording = record(lab, &self.sources, &wanted, &registered, self.seed).await?;
            self.sort_out(&wanted, &recording);
            found.extend(seen(&self.sources, &wanted, &recording));
            let usable = self.sources.detached();
            if !usable.is_empty() {
                match self.detach(lab, &usable, recording, &registered).await? {
                    Ok(detached) => self.detached = Some(detached),
                    Err(error) => {
                        for id in usable {
                            self.sources.fall_back(id, error.0.clone());
                        }
                    }
                }
            }
        }
        let beside = self.sources.in_place();
        if !beside.is_empty() {
            let in_place = InPlace::compare(lab, &self.sources, &beside, self.seed).await?;
            found.extend(in_place.equivalence.iter().cloned());
            self.in_place = Some(in_place);
        }
        if let Some(detached) = &self.detached {
            for one in found.iter_mut().filter(|one| !one.in_place) {
                one.replayed = detached.replayed.get(&one.function).cloned();
            }
        }
        self.compared = Some(found);
        Ok(())
    }

    /// Functions whose calls cannot be copied are judged beside the base.
    fn sort_out(&mut self, wanted: &[u32], recording: &Recording) {
        for id in wanted {
            let why = match (&recording.failed, recording.functions.get(id)) {
                (Some(why), _) => why.clone(),
                (None, None) => "nothing was recorded".to_owned(),
                (None, Some(function)) if function.kept > 0 || function.seen == 0 => continue,
                (None, Some(function)) => function
                    .not_copyable
                    .iter()
                    .max_by_key(|(_, n)| **n)
                    .map_or("no call could be copied".to_owned(), |(reason, _)| {
                        format!("its inputs cannot be copied ({reason})")
                    }),
            };
            self.sources.fall_back(*id, why);
        }
    }

    /// Bundles both versions and replays the recorded calls.
    async fn detach(
        &mut self,
        lab: &mut dyn Lab,
        wanted: &[u32],
        recording: Recording,
        registered: &BTreeMap<String, String>,
    ) -> Result<Result<Detached, ScriptError>, RunError> {
        let room = Room::open(lab).await?;
        let format = self.format();
        for (side, version) in [("a", Version::Base), ("b", Version::Candidate)] {
            let texts = self.exposed(wanted, version, registered);
            if let Err(error) =
                bundle(lab, &room, &texts, &self.entries(wanted), side, format).await?
            {
                room.close().await?;
                return Ok(Err(error));
            }
        }
        for (id, bytes) in &recording.calls {
            room.put(&calls_file(TESTS, *id), bytes.clone()).await?;
        }
        let mut detached = Detached { room, format, recording, replayed: BTreeMap::new() };
        for id in wanted.iter().filter(|id| detached.recording.calls.contains_key(id)) {
            let comparison = Comparison {
                calls: TESTS,
                function: *id,
                side: "b",
                format,
                seed: self.seed,
                variations: lab.config().proof.variations,
                budget: REPLAY,
            };
            match replay(lab, &detached.room, comparison).await? {
                Ok(replayed) => {
                    detached.replayed.insert(*id, replayed);
                }
                Err(error) => self.sources.fall_back(*id, error.0),
            }
        }
        Ok(Ok(detached))
    }

    /// One version's files with their functions exposed.
    fn exposed(
        &self,
        wanted: &[u32],
        version: Version,
        registered: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut texts = registered.clone();
        if version == Version::Candidate {
            texts.extend(self.changed());
        }
        for file in &self.sources.files {
            texts.insert(file.path.clone(), file.exposing(wanted, version).text);
        }
        texts
    }

    fn entries(&self, wanted: &[u32]) -> Vec<String> {
        let files = self.sources.files.iter().filter(|file| file.holds(wanted));
        files.map(|file| file.path.clone()).collect()
    }

    fn format(&self) -> Format {
        let is_module = |file: &super::sources::ChangedSource| {
            is_module(&file.touched.before)
        };
        if self.sources.files.iter().any(is_module) { Format::Esm } else { Format::CommonJs }
    }
}

/// Whether the file is an ES module by its own syntax.
fn is_module(file: &SourceFile) -> bool {
    file.tree
        .root()
        .children()
        .any(|node| matches!(node.kind(), "import_statement" | "export_statement"))
}

/// What was seen of each function.
fn seen(sources: &Sources, wanted: &[u32], recording: &Recording) -> Vec<FunctionEquivalence> {
    sources
        .touches
        .functions
        .iter()
        .filter(|one| wanted.contains(&one.id))
        .filter_map(|one| recording.functions.get(&one.id))
        .map(|recorded| {
            let mut not_copyable = recorded.not_copyable.clone();
            if recorded.constructor_calls > 0 {
                not_copyable.insert("constructor-call".into(), recorded.constructor_calls);
            }
            FunctionEquivalence {
                function: recorded.id,
                provenance: Provenance::Tests,
                in_place: false,
                seen: recorded.seen,
                kept: recorded.kept,
                not_copyable,
                elements: recorded.elements.unwrap_or_default(),
                replayed: None,
            }
        })
        .collect()
}

#[async_trait]
impl Study for FunctionStudy {
    fn touches(&self) -> &Touches {
        &self.sources.touches
    }

    async fn reach(&mut self, lab: &mut dyn Lab) -> Result<Reach, RunError> {
        reaching::reach(lab, &self.sources, &self.changed()).await
    }

    async fn compare(&mut self, lab: &mut dyn Lab) -> Result<Vec<FunctionEquivalence>, RunError> {
        self.prepare(lab).await?;
        Ok(self.compared.clone().unwrap_or_default())
    }

    async fn mutants(
        &mut self,
        lab: &mut dyn Lab,
        limits: MutantLimits,
    ) -> Result<Vec<Mutant>, RunError> {
        self.prepare(lab).await?;
        let wanted = self.sources.detached();
        let base = match self.registered.as_ref() {
            Some(registered) => self.exposed(&wanted, Version::Candidate, registered),
            None => BTreeMap::new(),
        };
        let ground = mutating::Ground {
            sources: &self.sources,
            changed: &self.changed(),
            exposed: &base,
            entries: &self.entries(&wanted),
            wanted: &wanted,
            seed: self.seed,
        };
        mutating::mutants(lab, &ground, self.detached.as_ref(), limits).await
    }

    async fn workloads(&mut self, lab: &mut dyn Lab) -> Result<Vec<Workload>, RunError> {
        self.prepare(lab).await?;
        if let Some(workloads) = &self.workloads {
            return Ok(workloads.clone());
        }
        let mut workloads = Vec::new();
        if let Some(detached) = &self.detached {
            for (id, replayed) in &detached.replayed {
                let is_detached = self
                    .sources
                    .touches
                    .function(*id)
                    .is_some_and(|one| one.judged == Judged::Detached);
                if is_detached && replayed.agreed > 0 {
                    workloads.extend(of_tests(lab, detached, *id, self.seed).await?);
                }
            }
        }
        workloads.extend(self.in_place.iter().flat_map(InPlace::workloads));
        self.workloads = Some(workloads.clone());
        Ok(workloads)
    }

    async fn pair(
        &mut self,
        lab: &mut dyn Lab,
        workload: &Workload,
        order: PairOrder<'_>,
    ) -> Result<FunctionPair, RunError> {
        if workload.in_place {
            let in_place = self.in_place.as_mut().ok_or(RunError::NoWorkspace)?;
            return in_place.pair(lab, &self.sources, workload, order).await;
        }
        let detached = self.detached.as_ref().ok_or(RunError::NoWorkspace)?;
        let replayed = detached.replayed.get(&workload.function);
        let timed = Timed {
            workload,
            calls: TESTS,
            format: detached.format,
            mutates: replayed.is_none_or(|one| one.base_mutates || one.candidate_mutates),
            seed: self.seed,
        };
        timing::pair(lab, &detached.room, &timed, order).await
    }

    async fn close(self: Box<Self>) -> Result<(), RunError> {
        if let Some(detached) = self.detached {
            detached.room.close().await?;
        }
        if let Some(in_place) = self.in_place {
            in_place.close().await?;
        }
        Ok(())
    }
}

/// The tests' calls of a function, and what grows from them.
async fn of_tests(
    lab: &mut dyn Lab,
    detached: &Detached,
    id: u32,
    seed: u64,
) -> Result<Vec<Workload>, RunError> {
    let Some(bytes) = detached.recording.calls.get(&id) else {
        return Ok(Vec::new());
    };
    let recorded = detached.recording.functions.get(&id);
    let workload = |role, name: String, elements, factor| Workload {
        id: name,
        function: id,
        role,
        provenance: Provenance::Tests,
        digest: Digest::of(bytes),
        calls: recorded.map_or(0, |one| one.kept),
        elements,
        factor,
        in_place: false,
    };
    let elements = recorded.and_then(|one| one.elements).unwrap_or_default();
    let mut workloads = vec![workload(WorkloadRole::Decides, TESTS.to_owned(), elements, None)];
    if lab.config().proof.ladder {
        for (factor, elements) in rungs(lab, detached, id, seed).await? {
            let name = format!("{TESTS}-x{factor}");
            workloads.push(workload(WorkloadRole::Ladder, name, elements, Some(factor)));
        }
    }
    Ok(workloads)
}

/// The rungs of a function's ladder.
async fn rungs(
    lab: &mut dyn Lab,
    detached: &Detached,
    id: u32,
    seed: u64,
) -> Result<Vec<(f64, Sizes)>, RunError> {
    let script = Script {
        name: "ladder.cjs",
        flags: "",
        phase: Phase::Benchmark,
        limit: Millis::from_secs(60),
    };
    let request = json!({
        "base": detached.room.absolute(&detached.format.bundle("a")),
        "function": id,
        "calls": detached.room.absolute(&calls_file(TESTS, id)),
        "factors": WANTED_FACTORS,
        "seed": seed & 0xffff_ffff,
    });
    let ladder = detached.room.script::<Ladder>(lab, script, &request).await?;
    Ok(ladder
        .map(|ladder| ladder.rungs)
        .unwrap_or_default()
        .into_iter()
        .take(MOST_RUNGS)
        .map(|rung| (rung.factor, rung.elements))
        .collect())
}
