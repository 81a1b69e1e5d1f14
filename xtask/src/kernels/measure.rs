//! Runs `selfopt noise` for every seed, kernel and gain.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};

use selfopt_core::FunctionPair;
use serde::{Deserialize, Serialize};

use super::Request;
use super::load::{Load, processors};
use super::trial::Trial;
use crate::shell::{CommandLine, repository_root};

/// The kernels of `selfopt noise`.
const KERNELS: [&str; 4] = ["alloc", "includes", "intloop", "json"];
/// Each seed is a round of all kernels, so that what is there when a run is stopped is of all kinds.
const SEEDS: std::ops::RangeInclusive<u64> = 20_260_101..=20_260_105;
/// Gain in percent and candidates of it, for each kernel and seed.
const CANDIDATES: [(u32, u32); 3] = [(0, 5), (10, 1), (20, 1)];
/// What the samples beside it were measured in.
const CONDITIONS: &str = "conditions.json";
/// `selfopt noise` ends so when a kernel is too noisy; the samples say it, too.
const TOO_NOISY: i32 = 4;

/// Measures what the samples in `folder` do not hold yet.
pub(super) fn run(request: &Request, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("failed to create `{}`", folder.display()))?;
    let program = match &request.program {
        Some(program) => program.clone(),
        None => built()?,
    };
    let conditions = Conditions {
        busy_loops: if request.is_loaded { processors() } else { 0 },
        at_once: request.at_once.max(1),
    };
    std::fs::write(folder.join(CONDITIONS), serde_json::to_string(&conditions)?)
        .with_context(|| format!("failed to write `{CONDITIONS}`"))?;
    let _load = request.is_loaded.then(Load::start);
    let next = AtomicUsize::new(0);
    let has_failed = AtomicBool::new(false);
    let works: Vec<(u64, &str)> =
        SEEDS.flat_map(|seed| KERNELS.map(|kernel| (seed, kernel))).collect();
    let work = || -> Result<()> {
        while let Some((seed, kernel)) = works.get(next.fetch_add(1, Ordering::Relaxed))
            && !has_failed.load(Ordering::Relaxed)
        {
            for (gain, trials) in CANDIDATES {
                measure(&program, folder, kernel, *seed, gain, trials)
                    .inspect_err(|_| has_failed.store(true, Ordering::Relaxed))?;
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..request.at_once.max(1)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(result) => result,
            Err(_) => bail!("a thread that measures ended early"),
        })
    })
}

fn built() -> Result<PathBuf> {
    CommandLine::new("cargo build --release --package selfopt").run()?;
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| repository_root().join("target"), PathBuf::from);
    Ok(target.join("release/selfopt"))
}

/// The candidates of one kernel, gain and seed; those that are kept already cost nothing.
fn measure(
    program: &Path,
    folder: &Path,
    kernel: &str,
    seed: u64,
    gain: u32,
    trials: u32,
) -> Result<()> {
    eprintln!("{kernel}, {gain} % less work, seed {seed}");
    let name = format!("{kernel}-{seed}");
    let status = Command::new(program)
        .args(["noise", "--format", "json", "--kernel", kernel])
        .args(["--gain", &gain.to_string(), "--trials", &trials.to_string()])
        .args(["--seed", &seed.to_string()])
        .arg("--samples")
        .arg(folder.join(format!("{name}.jsonl")))
        // Of its own: clones of another program that still runs would be removed.
        .arg("--store")
        .arg(folder.join("stores").join(&name))
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("failed to start `{}`", program.display()))?;
    if status.success() || status.code() == Some(TOO_NOISY) {
        return Ok(());
    }
    bail!("`{} noise` failed ({status}); the same command goes on", program.display())
}

/// What the program that measures had beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Conditions {
    /// Loops that kept processors busy.
    pub(super) busy_loops: usize,
    /// Kernels that were measured at the same time.
    pub(super) at_once: usize,
}

/// What the measurement ran on and in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Surroundings {
    pub(super) processor: String,
    pub(super) processors: usize,
    pub(super) node: String,
    /// Where they are known.
    pub(super) conditions: Option<Conditions>,
    /// The least, the middle and the largest load average that a pair began or ended in.
    pub(super) load: Option<[u64; 3]>,
    pub(super) trials: usize,
    pub(super) pairs: usize,
    pub(super) blocks: usize,
}

/// The conditions that the samples in `folder` were measured in, where they are known.
pub(super) fn conditions(folder: &Path) -> Option<Conditions> {
    serde_json::from_slice(&std::fs::read(folder.join(CONDITIONS)).ok()?).ok()
}

/// Says where this runs, and how much there is.
pub(super) fn described(trials: &[Trial], conditions: Option<Conditions>) -> Surroundings {
    // Candidates that share their noise hold the same pairs of it.
    let mut noises: Vec<&[FunctionPair]> = Vec::new();
    let measured = || trials.iter().flat_map(|trial| &trial.inputs.measured);
    for one in measured() {
        if !noises.contains(&one.noise_pairs.as_slice()) {
            noises.push(&one.noise_pairs);
        }
    }
    let pairs = || {
        let of_noise = noises.iter().copied().flatten();
        of_noise.chain(measured().flat_map(|one| &one.pairs))
    };
    let mut loads: Vec<u64> = pairs().flat_map(|pair| pair.load_milli).flatten().collect();
    loads.sort_unstable();
    let at = |index: usize| loads.get(index).copied();
    let middle = loads.len() / 2;
    Surroundings {
        processor: processor().unwrap_or_else(|| "an unknown processor".to_owned()),
        processors: processors(),
        node: CommandLine::new("node --version")
            .output()
            .map_or_else(|| "of an unknown version".to_owned(), |text| text.trim().to_owned()),
        conditions,
        load: at(0).zip(at(middle)).zip(loads.last()).map(|((low, mid), high)| [low, mid, *high]),
        trials: trials.len(),
        pairs: pairs().count(),
        blocks: pairs().map(|pair| pair.blocks.len()).sum(),
    }
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

impl fmt::Display for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, processors, node, trials, pairs, blocks, .. } = self;
        writeln!(
            f,
            "{trials} candidates, {pairs} pairs, {blocks} blocks of each side. {processors} processors ({processor}), Node {node}."
        )?;
        if let Some(Conditions { busy_loops, at_once }) = self.conditions {
            writeln!(
                f,
                "Beside it ran {busy_loops} busy loops; kernels measured at a time: {at_once}."
            )?;
        }
        if let Some([least, middle, most]) = self.load {
            let load = |milli: u64| format!("{}.{:02}", milli / 1000, milli % 1000 / 10);
            let [least, middle, most] = [least, middle, most].map(load);
            writeln!(
                f,
                "One-minute load average while it ran: {least} to {most}, in the middle {middle}."
            )?;
        }
        Ok(())
    }
}
