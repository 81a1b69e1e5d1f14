//! A workspace of a local sandbox.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use selfopt_core::{
    CancelFlag, CollectLimits, CollectedFile, CommandSpec, FileWrite, LogSink, Outcome,
    SandboxError, SnapshotId, StepStatus, Turn, Workspace,
};

use super::egress::WayOut;
use super::launcher::Launch;
use super::local::Engine;
use crate::command::{self, Care, DiskUse, Marker, Supervision};
use crate::failure::{blocking, other};
use crate::workspace::{Beneath, Place, collect, freeze, open_snapshot, remove_place};

/// A tree on disk and the commands that run in it. Dropped without being
/// closed it is removed all the same.
pub(super) struct LocalWorkspace {
    engine: Engine,
    label: String,
    cancel: CancelFlag,
    /// What commands have written, known once the first of them runs.
    disk: OnceLock<DiskUse>,
    state: Mutex<State>,
}

#[derive(Debug, Clone)]
enum State {
    /// Commands run in it.
    Live(Place),
    /// Forks start from it; it belongs to nobody.
    Frozen(Place),
    /// A freeze failed half-way, or it was removed.
    Gone,
}

impl LocalWorkspace {
    pub(super) fn live(engine: Engine, place: Place, label: String, cancel: CancelFlag) -> Self {
        Self { engine, label, cancel, disk: OnceLock::new(), state: Mutex::new(State::Live(place)) }
    }

    pub(super) fn frozen(engine: Engine, place: Place, cancel: CancelFlag) -> Self {
        Self {
            engine,
            label: place.id.clone(),
            cancel,
            disk: OnceLock::new(),
            state: Mutex::new(State::Frozen(place)),
        }
    }

    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take_state(&self) -> State {
        std::mem::replace(
            &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner),
            State::Gone,
        )
    }

    fn live_place(&self) -> Result<Place, SandboxError> {
        match self.state() {
            State::Live(place) => Ok(place),
            State::Frozen(_) => {
                Err(other(format!("workspace `{}` is frozen; fork it first", self.label)))
            }
            State::Gone => Err(other(format!("workspace `{}` is gone", self.label))),
        }
    }
}

/// Long enough that stopping and continuing costs a few percent of it, short
/// enough that both sides of a pair see the same state of the machine.
const TURN: Duration = Duration::from_millis(10);

impl LocalWorkspace {
    async fn supervise(
        &self,
        spec: CommandSpec,
        turn: Option<Turn>,
        sink: &dyn LogSink,
    ) -> Result<Outcome, SandboxError> {
        let place = self.live_place()?;
        let engine = self.engine.clone();
        let way_out = Box::pin(WayOut::open(&engine, &place, spec)).await?;
        let spec = way_out.command().clone();
        let limits = spec.limits;
        let care = if turn.is_some() { Care::Measured } else { Care::Usual };
        let disk = self.disk.get_or_init(|| DiskUse::of(place.written()));
        // Where the kernel keeps it to less, nobody needs to look.
        let is_enforced = engine.area.volumes().is_some_and(|size| size <= limits.disk);
        let disk = (!is_enforced).then(|| disk.watch(limits.disk.0, care));
        let marker = Marker::next();
        let workspace = place.clone();
        let body = blocking(move || {
            Beneath::open(&place.tree(), None)?.directory(&spec.working_directory)?;
            let Engine { area, tools, launcher, .. } = &engine;
            launcher.prepare(Launch { area, place: &place, spec: &spec, marker: &marker, tools })
        })
        .await?;
        let supervision = Supervision { body, limits, cancel: self.cancel.clone(), disk, turn };
        let outcome = command::run(supervision, sink).await?;
        let network = way_out.close().await.or_else(|| outcome.network.clone());
        let has_failed =
            !outcome.succeeded() && matches!(outcome.status, StepStatus::Exited { .. });
        let is_full = is_enforced && has_failed && workspace.is_full();
        let status = if is_full { StepStatus::DiskExceeded } else { outcome.status };
        Ok(Outcome { status, network, ..outcome })
    }
}

#[async_trait]
impl Workspace for LocalWorkspace {
    async fn run(&self, spec: CommandSpec, sink: &dyn LogSink) -> Result<Outcome, SandboxError> {
        self.supervise(spec, None, sink).await
    }

    fn turn_length(&self) -> Option<Duration> {
        self.engine.launcher.takes_turns().then_some(TURN)
    }

    async fn run_in_turns(
        &self,
        spec: CommandSpec,
        turn: Turn,
        sink: &dyn LogSink,
    ) -> Result<Outcome, SandboxError> {
        self.supervise(spec, Some(turn), sink).await
    }

    async fn apply(&self, files: &[FileWrite]) -> Result<(), SandboxError> {
        let place = self.live_place()?;
        let owner = self.engine.area.owner();
        let files = files.to_vec();
        blocking(move || {
            let beneath = Beneath::open(&place.tree(), owner)?;
            files.iter().try_for_each(|file| beneath.write(&file.path, &file.bytes, None))
        })
        .await
    }

    async fn freeze(&self) -> Result<SnapshotId, SandboxError> {
        let place = match self.state() {
            State::Frozen(place) => return Ok(SnapshotId(place.id)),
            _ => self.live_place()?,
        };
        let engine = self.engine.clone();
        let cancel = self.cancel.clone();
        let frozen = blocking(move || freeze(&engine.area, &place, engine.clones, &cancel)).await?;
        let id = SnapshotId(frozen.id.clone());
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Frozen(frozen);
        Ok(id)
    }

    async fn fork(&self, snapshot: &SnapshotId) -> Result<Box<dyn Workspace>, SandboxError> {
        let (engine, snapshot) = (self.engine.clone(), snapshot.clone());
        let (label, cancel) = (self.label.clone(), self.cancel.clone());
        blocking(move || {
            let Some(base) = open_snapshot(&engine.area, &snapshot) else {
                return Err(other(format!("snapshot `{}` is gone or incomplete", snapshot.0)));
            };
            let place = engine.area.create(&label, Some(&base.id))?;
            let fork = LocalWorkspace::live(engine.clone(), place.clone(), label, cancel.clone());
            engine.clones.clone_tree(&base, &place, &engine.area, &cancel)?;
            Ok(Box::new(fork) as Box<dyn Workspace>)
        })
        .await
    }

    async fn collect(
        &self,
        globs: &[String],
        limits: CollectLimits,
    ) -> Result<Vec<CollectedFile>, SandboxError> {
        let place = match self.state() {
            State::Live(place) | State::Frozen(place) => place,
            State::Gone => self.live_place()?,
        };
        let globs = globs.to_vec();
        blocking(move || collect(&place.tree(), &globs, limits)).await
    }

    async fn close(self: Box<Self>) -> Result<(), SandboxError> {
        match self.take_state() {
            State::Live(place) => blocking(move || remove_place(&place)).await,
            State::Frozen(_) | State::Gone => Ok(()),
        }
    }
}

impl Drop for LocalWorkspace {
    fn drop(&mut self) {
        if let State::Live(place) = self.take_state() {
            // Here and now, since the process may be about to end. What cannot
            // be removed is left to the reaper.
            let _ = remove_place(&place);
        }
    }
}
