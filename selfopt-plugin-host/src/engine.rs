//! The runtime: one engine for all packs of a process.

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;
use std::time::Duration;

use selfopt_core::digest::Digest;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store,
    StoreLimitsBuilder,
};

use crate::bindings::{Pack, PackPre};
use crate::cache::CompiledCache;
use crate::call::State;
use crate::error::PackError;
use crate::gate::{Gate, Place};
use crate::inspect::inspect;
use crate::limits::Limits;

/// How often the deadline is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Instances at a time. More threads than that wait for each other.
const PLACES: u32 = 32;

/// Modules inside of a component. A pack of Rust or C has three, one with an
/// engine for JavaScript in it thirteen.
const CORE_INSTANCES: u32 = 32;

/// Loads packs and runs them.
#[derive(Clone)]
pub struct PackHost {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    linker: Linker<State>,
    limits: Limits,
    cache: Option<CompiledCache>,
    gate: Gate,
}

impl std::fmt::Debug for PackHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackHost").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}

impl PackHost {
    /// Starts the runtime. Without a cache every pack is compiled again.
    pub fn new(limits: Limits, cache: Option<CompiledCache>) -> Result<Self, PackError> {
        let failed = |error: wasmtime::Error| PackError::Engine(error.into());
        let made = |memory| Engine::new(&config(&limits, memory));
        let engine = made(Memory::Kept)
            .or_else(|_| made(Memory::Pooled))
            .or_else(|_| made(Memory::OneByOne))
            .map_err(failed)?;
        let mut linker = Linker::new(&engine);
        Pack::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(failed)?;
        start_ticking(&engine)?;
        let gate = Gate::new(PLACES as usize);
        Ok(Self { inner: Arc::new(Inner { engine, linker, limits, cache, gate }) })
    }

    /// The limits on packs.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// A compiled component, from the cache where it is there.
    pub(crate) fn prepare(
        &self,
        wasm: &[u8],
        digest: &Digest,
    ) -> Result<PackPre<State>, PackError> {
        let allowed = self.inner.limits.component_bytes;
        if wasm.len() > allowed {
            return Err(PackError::TooLarge { found: wasm.len(), allowed });
        }
        inspect(wasm)?;
        let Inner { engine, linker, cache, .. } = &*self.inner;
        let failed = |error: wasmtime::Error| PackError::Compile(error.into());
        let compile = || Component::from_binary(engine, wasm).map_err(failed);
        let component = match cache {
            Some(cache) => cache.load_or(engine, &self.cache_key(digest), compile)?,
            None => compile()?,
        };
        let pre = linker.instantiate_pre(&component).map_err(failed)?;
        PackPre::new(pre).map_err(|_| PackError::NotAPack)
    }

    /// The name of a pack's compiled form: another engine, other settings or
    /// other bytes are another form.
    fn cache_key(&self, digest: &Digest) -> String {
        let mut hasher = Collector::default();
        self.inner.engine.precompile_compatibility_hash().hash(&mut hasher);
        let parts = [digest.as_str().as_bytes(), env!("CARGO_PKG_VERSION").as_bytes(), &hasher.0];
        Digest::of_parts(parts).as_str().to_owned()
    }

    /// An empty instance's store, with `fuel` to spend.
    pub(crate) fn store(&self, fuel: u64) -> Result<Store<State>, wasmtime::Error> {
        let Inner { engine, limits, .. } = &*self.inner;
        let store_limits = StoreLimitsBuilder::new()
            .memory_size(limits.memory_bytes)
            .table_elements(limits.table_elements)
            .instances(64)
            .tables(64)
            .memories(8)
            .trap_on_grow_failure(true)
            .build();
        let mut store = Store::new(engine, State::new(store_limits, limits));
        store.limiter(|state| &mut state.limits);
        store.set_hostcall_fuel(limits.answer_bytes);
        store.set_fuel(fuel)?;
        let ticks = limits.deadline.as_millis().div_ceil(TICK.as_millis());
        store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX));
        Ok(store)
    }

    /// Waits for room for an instance.
    pub(crate) fn enter(&self) -> Place<'_> {
        self.inner.gate.enter()
    }
}

/// Where instances get their memory, the fastest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Memory {
    /// From a pool; pages stay mapped, and the changed ones are found through
    /// the kernel (Linux 6.7 or newer) and set back.
    Kept,
    /// From a pool; all pages are given back after each call.
    Pooled,
    /// From the system, where so much address space as a pool takes is not to
    /// be had.
    OneByOne,
}

/// Bytes that stay mapped of each place in the pool. An official pack uses two
/// to three megabytes for a file of usual size.
const KEPT_BYTES: usize = 4 << 20;

fn config(limits: &Limits, memory: Memory) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(limits.stack_bytes)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(true)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(8));
    if memory != Memory::OneByOne {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(PLACES)
            .total_core_instances(PLACES * CORE_INSTANCES)
            .max_core_instances_per_component(CORE_INSTANCES)
            .total_memories(PLACES * 4)
            .max_memories_per_component(4)
            .total_tables(PLACES * CORE_INSTANCES)
            .max_tables_per_component(CORE_INSTANCES)
            .table_elements(limits.table_elements)
            .max_memory_size(limits.memory_bytes);
        if memory == Memory::Kept {
            pool.pagemap_scan(Enabled::Yes)
                .linear_memory_keep_resident(KEPT_BYTES)
                .table_keep_resident(1 << 16);
        }
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    config
}

/// Moves the engine's clock for as long as there is an engine.
fn start_ticking(engine: &Engine) -> Result<(), PackError> {
    let weak = engine.weak();
    let tick = move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::park_timeout(TICK);
        }
    };
    let started = std::thread::Builder::new().name("pack-deadlines".into()).spawn(tick);
    started.map(|_| ()).map_err(|error| PackError::Engine(Box::new(error)))
}

/// Keeps what is hashed, so that a stable digest can be made of it.
#[derive(Default)]
struct Collector(Vec<u8>);

impl Hasher for Collector {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
