//! Functions whose inputs cannot be copied: both versions run beside each
//! other in the test process, on live inputs. One run of the tests is one
//! replicate.

use std::collections::BTreeMap;

use selfopt_core::digest::Digest;
use selfopt_core::pipeline::RunError;
use selfopt_core::statistics::IterationTimes;
use selfopt_core::{
    Block, Counterexample, FunctionEquivalence, FunctionPair, Lab, PairFailure, PairOrder,
    Provenance, Replayed, Sizes, Tally, Unseen, Versions, Workload, WorkloadRole,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::hooked::{Loaded, Mode, ProbeConfig, built, tested};
use super::reaching::COLLECT;
use super::results::BothTimes;
use super::room::Room;
use super::side_by_side::Written;
use super::sources::{Sources, Version, beside};
use super::unchecked::unchecked;

/// `collect.cjs` in mode `pair`.
#[derive(Debug, Clone, Deserialize)]
struct Collected {
    functions: Vec<CollectedFunction>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectedFunction {
    id: u32,
    seen: u64,
    compared: u64,
    agreed: u64,
    difference: Option<Counterexample>,
    inside: Tally,
    difference_inside: Option<Counterexample>,
    undecidable: BTreeMap<String, u64>,
    elements: Option<Sizes>,
    processes: Vec<Process>,
}

/// What one process timed.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Process {
    blocks: Vec<BothTimes>,
    #[serde(default)]
    calls_per_block: u64,
}

/// Both versions in the same files.
pub(super) struct InPlace {
    functions: Vec<u32>,
    against_candidate: Option<Room>,
    against_itself: Option<Room>,
    runs: u32,
    pub(super) equivalence: Vec<FunctionEquivalence>,
}

impl InPlace {
    /// Runs the tests once with both versions in place and compares.
    pub(super) async fn compare(
        lab: &mut dyn Lab,
        sources: &Sources,
        wanted: &[u32],
        seed: u64,
    ) -> Result<Self, RunError> {
        let written = Written::of(sources, wanted, Version::Candidate);
        let functions = written.can_run(wanted);
        let refused = written.refused.iter();
        let mut this = Self {
            equivalence: refused.map(|(id, why)| unseen(*id, why.clone())).collect(),
            functions: functions.clone(),
            against_candidate: None,
            against_itself: None,
            runs: 0,
        };
        if functions.is_empty() {
            return Ok(this);
        }
        let all = |why: &Unseen| functions.iter().map(|id| unseen(*id, why.clone())).collect();
        let found: Vec<FunctionEquivalence> = match open(lab, written).await? {
            Err(why) => all(&why),
            Ok(room) => {
                let variations = lab.config().proof.variations;
                let settings = json!({ "warmCalls": 0, "time": false, "variations": variations });
                let settings = (settings, this.next_out(), seed);
                let collected = run(lab, sources, &room, &functions, settings).await?;
                this.against_candidate = Some(room);
                match collected {
                    Err(why) => all(&why),
                    Ok((collected, loaded)) => {
                        let unseen = |one: &CollectedFunction| loaded.unseen(sources.path(one.id));
                        let of = |one: &CollectedFunction| equivalence(one, unseen(one));
                        collected.functions.iter().map(of).collect()
                    }
                }
            }
        };
        this.equivalence.extend(found);
        Ok(this)
    }

    /// What can be timed of the functions that are judged here alone.
    pub(super) fn workloads(&self, alone: &[u32]) -> Vec<Workload> {
        let agreed = |one: &&FunctionEquivalence| {
            alone.contains(&one.function)
                && one.replayed.as_ref().is_some_and(|replayed| replayed.agreed > 0)
        };
        self.equivalence
            .iter()
            .filter(agreed)
            .map(|one| Workload {
                id: "tests-in-place".into(),
                function: one.function,
                role: WorkloadRole::Decides,
                provenance: Provenance::Tests,
                digest: Digest::of(b"live calls"),
                calls: one.seen,
                elements: one.elements,
                factor: None,
                in_place: true,
            })
            .collect()
    }

    /// One run of the tests that times both versions at the call sites.
    pub(super) async fn pair(
        &mut self,
        lab: &mut dyn Lab,
        sources: &Sources,
        workload: &Workload,
        order: PairOrder<'_>,
    ) -> Result<FunctionPair, RunError> {
        let mut pair = FunctionPair {
            index: order.schedule.pair,
            first: order.schedule.first_spawned,
            blocks: Vec::new(),
            calls_per_block: 0,
            rss: None,
            allocated: None,
            load_milli: [lab.load_milli(), None],
            failure: None,
        };
        let wanted = [workload.function];
        let settings = json!({
            "warmCalls": 0,
            "time": true,
            "blocks": order.timing.iterations,
            "minBlockCpuMs": order.timing.min_block_cpu_millis,
        });
        let seed = u64::from(order.schedule.engine_seed);
        let out = self.next_out();
        let collected = match self.room(lab, sources, order.versions).await? {
            Ok(room) => run(lab, sources, room, &wanted, (settings, out, seed)).await?,
            Err(why) => Err(why),
        };
        let collected = collected.map_err(|why| why.clause(&Provenance::Tests));
        let process = collected.and_then(|(collected, _)| {
            let functions = collected.functions.into_iter();
            let mut processes =
                functions.filter(|one| one.id == workload.function).flat_map(|one| one.processes);
            let first = processes.next().ok_or("no process called it often enough to be timed")?;
            Ok(processes.fold(
                first,
                |most, one| {
                    if one.blocks.len() > most.blocks.len() { one } else { most }
                },
            ))
        });
        match process {
            Ok(process) => {
                pair.calls_per_block = process.calls_per_block;
                pair.blocks = process.blocks.iter().map(block).collect();
            }
            Err(reason) => pair.failure = Some(PairFailure { side: None, reason }),
        }
        pair.load_milli[1] = lab.load_milli();
        Ok(pair)
    }

    /// Removes the trees.
    pub(super) async fn close(self) -> Result<(), RunError> {
        for room in [self.against_candidate, self.against_itself].into_iter().flatten() {
            room.close().await?;
        }
        Ok(())
    }

    async fn room(
        &mut self,
        lab: &mut dyn Lab,
        sources: &Sources,
        versions: Versions,
    ) -> Result<Result<&Room, Unseen>, RunError> {
        let place = match versions {
            Versions::BaseTwice => &mut self.against_itself,
            Versions::BaseAndCandidate => &mut self.against_candidate,
        };
        if place.is_none() {
            let against = match versions {
                Versions::BaseTwice => Version::Base,
                Versions::BaseAndCandidate => Version::Candidate,
            };
            match open(lab, Written::of(sources, &self.functions, against)).await? {
                Ok(room) => *place = Some(room),
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(place.as_ref().ok_or_else(|| Unseen::RunFailed { reason: "there is no tree".into() }))
    }

    /// A folder that no earlier run wrote to.
    fn next_out(&mut self) -> String {
        self.runs += 1;
        format!("out-{}", self.runs)
    }
}

/// A built tree in which both versions run side by side.
async fn open(lab: &mut dyn Lab, written: Written) -> Result<Result<Room, Unseen>, RunError> {
    let room = Room::open(lab).await?;
    let texts = unchecked(lab.tree(), written.texts);
    room.write(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    if let Err(why) = built(lab, &room).await? {
        room.close().await?;
        return Ok(Err(why));
    }
    Ok(Ok(room))
}

/// One run of the tests; the settings, the folder and the seed are its own.
async fn run(
    lab: &mut dyn Lab,
    sources: &Sources,
    room: &Room,
    wanted: &[u32],
    (settings, out, seed): (Value, String, u64),
) -> Result<Result<(Collected, Loaded), Unseen>, RunError> {
    let config = ProbeConfig::new(Mode::Pair, room)
        .functions(sources.described(wanted, |one| beside(one, Version::Base)), seed)
        .pair(settings, room, out);
    let loaded = match tested(lab, room, &config).await? {
        Ok(loaded) => loaded,
        Err(why) => return Ok(Err(why)),
    };
    let collected = room.script::<Collected>(lab, COLLECT, &config.collection("tests")).await?;
    Ok(match collected {
        Ok(collected) => Ok((collected, loaded)),
        Err(error) => Err(Unseen::RunFailed { reason: error.0 }),
    })
}

fn equivalence(collected: &CollectedFunction, unseen: Unseen) -> FunctionEquivalence {
    FunctionEquivalence {
        function: collected.id,
        provenance: Provenance::Tests,
        in_place: true,
        seen: collected.seen,
        unseen: (collected.seen == 0).then_some(unseen),
        kept: collected.compared,
        not_copyable: BTreeMap::new(),
        elements: collected.elements.unwrap_or_default(),
        replayed: Some(Replayed {
            calls: collected.compared,
            replayable: collected.compared,
            agreed: collected.agreed,
            undecidable: collected.undecidable.clone(),
            difference: collected.difference.clone(),
            inside: collected.inside,
            difference_inside: collected.difference_inside.clone(),
            ..Replayed::default()
        }),
        failed: None,
    }
}

/// A function of which nothing was seen, and why.
fn unseen(function: u32, why: Unseen) -> FunctionEquivalence {
    FunctionEquivalence {
        function,
        provenance: Provenance::Tests,
        in_place: true,
        seen: 0,
        unseen: Some(why),
        kept: 0,
        not_copyable: BTreeMap::new(),
        elements: Sizes::default(),
        replayed: None,
        failed: None,
    }
}

fn block(both: &BothTimes) -> Block {
    let times = |times: super::results::Times| IterationTimes {
        cpu_nanos: times.cpu_us.saturating_mul(1000),
        wall_nanos: times.wall_ns,
    };
    Block { base: times(both.base), candidate: times(both.candidate) }
}
