//! A candidate under study: each thing is found out once, in the order in
//! which the gates ask.

use std::collections::BTreeMap;

use async_trait::async_trait;
use selfopt_core::pipeline::RunError;
use selfopt_core::{
    Candidate, Counterexample, FunctionEquivalence, FunctionPair, Lab, Mutant, MutantLimits,
    PairOrder, Provenance, Reach, Replayed, Sizes, Study, Touches, Workload,
};

use super::bundles::Format;
use super::files;
use super::in_place::InPlace;
use super::mutating;
use super::reaching;
use super::recording::{Recording, Source, record};
use super::room::Room;
use super::sources::{Sources, Version, registered};
use super::timing::{self, Timed};
use super::workloads::{Taken, of_function, rung};

/// One candidate under study.
pub(super) struct FunctionStudy {
    /// The candidate's files as they are.
    changed: Vec<(String, String)>,
    /// Whether files that do not load together are looked at apart.
    pub(super) apart: bool,
    pub(super) seed: u64,
    pub(super) sources: Sources,
    registered: Option<BTreeMap<String, String>>,
    detached: Option<Detached>,
    in_place: Option<InPlace>,
    compared: Option<Vec<FunctionEquivalence>>,
    workloads: Option<Vec<Workload>>,
    /// Which calls of its source a workload is, by function and id; all where
    /// there is none.
    taken: BTreeMap<(u32, String), Taken>,
}

/// What is needed to judge functions on copies of their inputs.
pub(super) struct Detached {
    pub(super) room: Room,
    pub(super) format: Format,
    /// The calls, the most trusted source first.
    pub(super) recordings: Vec<Recording>,
    /// By function and name of the source.
    pub(super) replayed: BTreeMap<(u32, String), Replayed>,
    /// Why there is no such result, likewise.
    pub(super) failed: BTreeMap<(u32, String), String>,
}

impl FunctionStudy {
    pub(super) fn new(candidate: &Candidate, seed: u64) -> Self {
        let files = candidate.files.iter();
        let changed = files.map(|file| (file.path.clone(), file.after.clone())).collect();
        Self::of(Sources::of(candidate), changed, seed)
    }

    /// Of these functions, where the changed files are these.
    pub(super) fn of(sources: Sources, changed: Vec<(String, String)>, seed: u64) -> Self {
        Self {
            changed,
            apart: false,
            seed,
            sources,
            registered: None,
            detached: None,
            in_place: None,
            compared: None,
            workloads: None,
            taken: BTreeMap::new(),
        }
    }

    /// The same, where the files have nothing to do with each other.
    pub(super) fn apart(self) -> Self {
        Self { apart: true, ..self }
    }

    /// Records, bundles and replays: everything that both comparison and
    /// timing stand on.
    async fn prepare(&mut self, lab: &mut dyn Lab) -> Result<(), RunError> {
        if self.compared.is_some() {
            return Ok(());
        }
        let mut found = Vec::new();
        let wanted = self.sources.detached();
        let mut given = Vec::new();
        if !wanted.is_empty() || !lab.config().proof.workloads.is_empty() {
            let registered = self.registered.get_or_insert_with(|| registered(lab.tree())).clone();
            // What a person wrote is looked at before anything long is run.
            let mut recordings = files::load(lab, &self.sources, &registered).await?;
            given.extend(recordings.iter().map(files::Given::of));
            let commands = if wanted.is_empty() { Vec::new() } else { Source::of(lab) };
            if !commands.is_empty() {
                let with = (&registered, self.seed);
                recordings.extend(record(lab, &self.sources, &wanted, with, commands).await?);
            }
            recordings.sort_by_key(|one| trust(&one.source.provenance));
            self.sort_out(&wanted, &recordings);
            found.extend(recordings.iter().flat_map(|one| seen(one, &self.sources, &wanted)));
            let usable = self.sources.detached();
            if !usable.is_empty() {
                match self.detach(lab, &usable, recordings, &registered).await? {
                    Ok(detached) => self.detached = Some(detached),
                    Err(error) => {
                        for id in usable {
                            self.sources.fall_back(id, error.0.clone());
                        }
                    }
                }
            }
        }
        self.leave_unreplayable();
        let alone = self.sources.in_place();
        let beside: Vec<u32> = alone.iter().copied().chain(self.partly_copied()).collect();
        if !beside.is_empty() {
            let in_place = InPlace::compare(lab, &self.sources, &beside, self.seed).await?;
            let says = |one: &&FunctionEquivalence| {
                alone.contains(&one.function) || one.replayed.is_some()
            };
            found.extend(in_place.equivalence.iter().filter(says).cloned());
            self.in_place = Some(in_place);
        }
        if let Some(detached) = &self.detached {
            for one in found.iter_mut().filter(|one| !one.in_place) {
                one.replayed = detached.replayed_on(one.function, &one.provenance).cloned();
                one.failed = detached.failed_on(one.function, &one.provenance).cloned();
            }
        }
        self.compared = Some(found);
        files::tell(lab, &self.sources, &given, self.detached.as_ref()).await
    }

    /// Functions whose calls cannot be copied are judged beside the base.
    fn sort_out(&mut self, wanted: &[u32], recordings: &[Recording]) {
        for id in wanted {
            let of_it: Vec<_> = recordings.iter().filter_map(|one| one.functions.get(id)).collect();
            let seen: u64 = of_it.iter().map(|one| one.seen).sum();
            let kept: u64 = of_it.iter().map(|one| one.kept).sum();
            if kept > 0 || (seen == 0 && !of_it.is_empty()) {
                continue;
            }
            let failed = recordings
                .iter()
                .find_map(|one| Some((one.source.provenance.clone(), one.failed.clone()?)));
            let most = of_it.iter().flat_map(|one| &one.not_copyable).max_by_key(|(_, n)| **n);
            let why = match (most, failed) {
                (Some((reason, _)), _) => format!("its inputs cannot be copied ({reason})"),
                (None, Some((from, failed))) => failed.clause(&from),
                (None, None) => "no call could be copied".to_owned(),
            };
            self.sources.fall_back(*id, why);
        }
    }

    /// Functions of which no copied call says anything are judged beside the
    /// base alone, where that is possible.
    fn leave_unreplayable(&mut self) {
        let Some(detached) = &self.detached else { return };
        let mute: Vec<u32> = self
            .sources
            .detached()
            .into_iter()
            .filter(|id| self.sources.can_run_beside(*id))
            .filter(|id| {
                let mut of_it = detached.of(*id).peekable();
                of_it.peek().is_some()
                    && of_it.all(|one| one.agreed == 0 && difference_of(one).is_none())
            })
            .collect();
        for id in mute {
            self.sources.fall_back(id, "no copied call can be replayed".to_owned());
        }
    }

    /// Functions that have calls which cannot be copied beside those that
    /// can: the others are compared beside the base, too, unless the copied
    /// ones differ already.
    fn partly_copied(&self) -> Vec<u32> {
        let Some(detached) = &self.detached else { return Vec::new() };
        let mut ids = self.sources.detached();
        ids.retain(|id| {
            let functions = detached.recordings.iter().filter_map(|one| one.functions.get(id));
            self.sources.can_run_beside(*id)
                && functions
                    .flat_map(|one| &one.not_copyable)
                    .any(|(why, calls)| why != "too-large" && *calls > 0)
                && detached.of(*id).all(|one| difference_of(one).is_none())
        });
        ids
    }

    /// One version's files with their functions exposed.
    pub(super) fn exposed(
        &self,
        wanted: &[u32],
        version: Version,
        registered: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut texts = registered.clone();
        if version == Version::Candidate {
            texts.extend(self.changed.iter().cloned());
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
}

impl Detached {
    /// What the replay of calls from a source said.
    pub(super) fn replayed_on(&self, function: u32, provenance: &Provenance) -> Option<&Replayed> {
        self.replayed.get(&self.key(function, provenance)?)
    }

    /// Why the replay of calls from a source said nothing, if it failed.
    fn failed_on(&self, function: u32, provenance: &Provenance) -> Option<&String> {
        self.failed.get(&self.key(function, provenance)?)
    }

    fn key(&self, function: u32, provenance: &Provenance) -> Option<(u32, String)> {
        let recording = self.recordings.iter().find(|one| one.source.provenance == *provenance)?;
        Some((function, recording.source.name.clone()))
    }

    /// What all replays of a function said.
    pub(super) fn of(&self, function: u32) -> impl Iterator<Item = &Replayed> {
        self.replayed.iter().filter(move |((id, _), _)| *id == function).map(|(_, one)| one)
    }
}

/// What refuses a candidate.
fn difference_of(replayed: &Replayed) -> Option<&Counterexample> {
    replayed.difference.as_ref().or(replayed.difference_inside.as_ref())
}

/// The order of trust; files in the order in which they are listed.
fn trust(provenance: &Provenance) -> u8 {
    match provenance {
        Provenance::Benchmark | Provenance::HttpLoad => 0,
        Provenance::File { .. } => 1,
        Provenance::Example { .. } => 2,
        Provenance::Tests => 3,
    }
}

/// What was seen of each function, and why nothing was.
fn seen(recording: &Recording, sources: &Sources, wanted: &[u32]) -> Vec<FunctionEquivalence> {
    let nothing = |function: u32| FunctionEquivalence {
        function,
        provenance: recording.source.provenance.clone(),
        in_place: false,
        seen: 0,
        unseen: Some(recording.unseen(sources.path(function))),
        kept: 0,
        not_copyable: BTreeMap::new(),
        elements: Sizes::default(),
        replayed: None,
        failed: None,
    };
    let recorded = recording.functions.values().map(|recorded| {
        let mut not_copyable = recorded.not_copyable.clone();
        if recorded.constructor_calls > 0 {
            not_copyable.insert("constructor-call".into(), recorded.constructor_calls);
        }
        let nothing = nothing(recorded.id);
        FunctionEquivalence {
            seen: recorded.seen,
            unseen: nothing.unseen.clone().filter(|_| recorded.seen == 0),
            kept: recorded.kept,
            not_copyable,
            elements: recorded.elements.unwrap_or_default(),
            ..nothing
        }
    });
    let failed = wanted.iter().filter(|_| recording.failed.is_some());
    let failed = failed.filter(|id| !recording.functions.contains_key(id));
    recorded.chain(failed.map(|id| nothing(*id))).collect()
}

#[async_trait]
impl Study for FunctionStudy {
    fn touches(&self) -> &Touches {
        &self.sources.touches
    }

    async fn reach(&mut self, lab: &mut dyn Lab) -> Result<Reach, RunError> {
        reaching::reach(lab, &self.sources, &self.changed).await
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
            changed: &self.changed,
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
            for id in self.sources.detached() {
                for (workload, taken) in of_function(lab, detached, id, self.seed).await? {
                    self.taken.insert((id, workload.id.clone()), taken);
                    workloads.push(workload);
                }
            }
        }
        let alone = self.sources.in_place();
        workloads.extend(self.in_place.iter().flat_map(|one| one.workloads(&alone)));
        self.workloads = Some(workloads.clone());
        Ok(workloads)
    }

    async fn rung(
        &mut self,
        lab: &mut dyn Lab,
        of: &Workload,
        factor: f64,
    ) -> Result<Option<Workload>, RunError> {
        match &self.detached {
            Some(detached) if !of.in_place => rung(lab, detached, of, factor, self.seed).await,
            _ => Ok(None),
        }
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
        let source = detached
            .recordings
            .iter()
            .find(|one| one.source.provenance == workload.provenance)
            .ok_or(RunError::NoWorkspace)?;
        let replayed = detached.replayed_on(workload.function, &workload.provenance);
        let taken = self.taken.get(&(workload.function, workload.id.clone()));
        let timed = Timed {
            workload,
            calls: &source.source.name,
            only: taken.and_then(|taken| taken.only.as_ref()),
            unrepeated: taken.and_then(|taken| taken.levels.as_ref()),
            format: detached.format,
            sides: ["a", "b"],
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
