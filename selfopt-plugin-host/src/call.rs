//! One call in an instance of its own.

use wasmtime::{Store, StoreLimits, Trap};

use crate::bindings::{Pack, PackPre, guest, log};
use crate::engine::PackHost;
use crate::failure::{CallFailure, FailureKind, Phase};
use crate::limits::Limits;
use crate::pack::LogLine;
use crate::validate::{clip, one_line};

/// What an instance has on the host's side.
pub(crate) struct State {
    pub(crate) limits: StoreLimits,
    pub(crate) log: Vec<LogLine>,
    max_lines: usize,
    max_bytes: usize,
}

impl State {
    pub(crate) fn new(store_limits: StoreLimits, limits: &Limits) -> Self {
        let (max_lines, max_bytes) = (limits.log_lines, limits.text_bytes);
        Self { limits: store_limits, log: Vec::new(), max_lines, max_bytes }
    }
}

impl log::Host for State {
    fn emit(&mut self, level: log::Level, message: String) {
        if self.log.len() < self.max_lines {
            let level = match level {
                log::Level::Debug => "debug",
                log::Level::Info => "info",
                log::Level::Warn => "warn",
            };
            let message = clip(&one_line(&message), self.max_bytes).to_owned();
            self.log.push(LogLine { level, message });
        }
    }
}

/// An instance that serves one file, or one description, and is dropped.
pub(crate) struct Call<'h> {
    store: Store<State>,
    pack: Pack,
    // Behind the store: the place is free once the instance is gone.
    _place: crate::gate::Place<'h>,
}

impl<'h> Call<'h> {
    pub(crate) fn start(
        host: &'h PackHost,
        pre: &PackPre<State>,
        fuel: u64,
    ) -> Result<Self, CallFailure> {
        let place = host.enter();
        let failed = |error: wasmtime::Error| failure(Phase::Start, &error, &[]);
        let mut store = host.store(fuel).map_err(failed)?;
        let pack = pre.instantiate(&mut store).map_err(failed)?;
        Ok(Self { store, pack, _place: place })
    }

    pub(crate) fn describe(&mut self) -> Result<guest::PackInfo, CallFailure> {
        let answer = self.pack.selfopt_rules_guest().call_describe(&mut self.store);
        answer.map_err(|error| self.failed(Phase::Describe, &error))
    }

    pub(crate) fn configure(&mut self, options: &str) -> Result<(), CallFailure> {
        let answer = self.pack.selfopt_rules_guest().call_configure(&mut self.store, options);
        self.judged(Phase::Configure, answer)
    }

    pub(crate) fn scan(
        &mut self,
        file: &guest::SourceFile,
        rules: &[String],
    ) -> Result<Vec<guest::Finding>, CallFailure> {
        let answer = self.pack.selfopt_rules_guest().call_scan(&mut self.store, file, rules);
        self.judged(Phase::Scan, answer)
    }

    pub(crate) fn propose(
        &mut self,
        file: &guest::SourceFile,
        finding: &guest::Finding,
    ) -> Result<Option<guest::Patch>, CallFailure> {
        let answer = self.pack.selfopt_rules_guest().call_propose(&mut self.store, file, finding);
        self.judged(Phase::Propose, answer)
    }

    /// What is left to spend.
    pub(crate) fn fuel_left(&self) -> u64 {
        self.store.get_fuel().unwrap_or(0)
    }

    /// What the pack had to say.
    pub(crate) fn into_log(self) -> Vec<LogLine> {
        self.store.into_data().log
    }

    fn judged<T>(
        &self,
        phase: Phase,
        answer: wasmtime::Result<Result<T, guest::PackError>>,
    ) -> Result<T, CallFailure> {
        match answer {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(refused)) => {
                let code = match refused.code {
                    guest::ErrorCode::BadOptions => "the options are not usable",
                    guest::ErrorCode::Unsupported => "not supported",
                    guest::ErrorCode::Internal => "a defect",
                };
                let text = format!("{code}: {}", refused.message);
                Err(CallFailure::new(phase, FailureKind::Refused, clip(&text, 500)))
            }
            Err(error) => Err(self.failed(phase, &error)),
        }
    }

    fn failed(&self, phase: Phase, error: &wasmtime::Error) -> CallFailure {
        failure(phase, error, &self.store.data().log)
    }
}

/// Sorts an error of the runtime. The last warning that the pack logged is the
/// message of its panic, when it was built with the SDK.
fn failure(phase: Phase, error: &wasmtime::Error, log: &[LogLine]) -> CallFailure {
    let kind = match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => FailureKind::Fuel,
        Some(Trap::Interrupt) => FailureKind::Deadline,
        Some(Trap::StackOverflow) => FailureKind::Stack,
        Some(Trap::AllocationTooLarge) => FailureKind::Memory,
        Some(_) => FailureKind::Trap,
        None => untyped(&error.root_cause().to_string()),
    };
    let said = log.iter().rev().find(|line| line.level == "warn").map(|line| line.message.as_str());
    let message = match (kind, said) {
        (FailureKind::Trap, Some(said)) => said.to_owned(),
        _ => error.root_cause().to_string(),
    };
    CallFailure::new(phase, kind, clip(&message, 500))
}

/// Errors that the runtime has no type for.
fn untyped(message: &str) -> FailureKind {
    if message.contains("too much data is being copied") {
        FailureKind::Flood
    } else if message.contains("growing memory") || message.contains("growing table") {
        FailureKind::Memory
    } else if message.contains("utf-8")
        || message.contains("out of bounds")
        || message.contains("discriminant")
    {
        FailureKind::Lie
    } else if message.contains("exceeds") || message.contains("limit") {
        FailureKind::Memory
    } else {
        FailureKind::Trap
    }
}
