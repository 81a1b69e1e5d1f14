//! `selfopt prove`: one change from outside, through all gates.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use selfopt_compose::RunLock;
use selfopt_core::{ExitCode, Phase};
use selfopt_sandbox::checkout::{
    self, Checkout, CheckoutError, CheckoutOptions, DirtyPolicy, open_range,
};

use super::no_sarif;
use crate::args::{Common, Format, ProveArgs, shell_word};
use crate::compose::Session;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::patch::{self, Ground, Patch};
use crate::render::{self, live::LiveObserver};
use crate::tools::Purpose;

/// A patch is read whole; what is larger is none that a person reads.
const MAX_PATCH_BYTES: u64 = 16 << 20;

pub(crate) async fn run(common: &Common, args: ProveArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let (checkout, patch) = change(&args)?;
    let workloads = workloads(&args.workloads, &checkout)?;
    let candidate = patch.candidate;
    render::progress(&render::proof::candidate(&candidate));
    if !patch.left_out.is_empty() {
        render::warning(&format!(
            "not part of the proof, since it changes source files of the project only: {}",
            patch::listed(&patch.left_out)
        ));
    }
    let mut session = Session::on(checkout, common, &args.options, Purpose::Proofs).await?;
    // One change is tried once on the repository's benchmark, where it has
    // one, and once on its functions.
    let project = session.engine.detect(&*session.checkout.tree, &session.config);
    let has_benchmark = project.command(Phase::Benchmark).is_some();
    session.config.benchmark.confirmations = 1 + u32::from(has_benchmark);
    for path in workloads {
        if !session.config.proof.workloads.contains(&path) {
            session.config.proof.workloads.push(path);
        }
    }
    session.config.check()?;
    let _lock = RunLock::take(&session.store_dir, &session.checkout.locator)?;
    render::isolation_warning(&session.isolation);
    let input = session.input(common, cancel_flag());
    let observer =
        Arc::new(LiveObserver::new(common.format == Format::Human, session.checkout.tree.clone()));
    let report = session.engine.prove(input, candidate.clone(), observer.clone()).await;
    observer.finish();
    let report = report?;
    match common.format {
        Format::Json => render::json(&report)?,
        Format::Markdown => render::text(&render::markdown::proved(&report, &candidate)),
        _ => render::text(&render::summary::proved(&report, &candidate, &common.store_flag())),
    }
    Ok(report.exit.code)
}

/// The project at the commit that the change is made for, and the change.
fn change(args: &ProveArgs) -> Result<(Checkout, Patch), CliError> {
    let title = args.title.as_deref();
    if let Some(range) = &args.range {
        let range = open_range(&args.repo, range)?;
        let patch = read(&range.diff, &range.checkout, title)?;
        return Ok((range.checkout, patch));
    }
    let options = CheckoutOptions { dirty: DirtyPolicy::Allow };
    let mut checkout = checkout::open(&args.repo, &options)?;
    let patch = read(&text(args.patch.as_deref())?, &checkout, title)?;
    // The patch often is what the working tree differs by.
    let files = &patch.candidate.files;
    checkout.dirty.retain(|path| files.iter().all(|file| file.path != *path));
    if !checkout.dirty.is_empty() && !args.options.allow_dirty {
        let root = checkout.root;
        return Err(CheckoutError::Dirty { root, paths: checkout.dirty }.into());
    }
    Ok((checkout, patch))
}

fn read(text: &str, checkout: &Checkout, title: Option<&str>) -> Result<Patch, CliError> {
    let ground =
        Ground { tree: &*checkout.tree, commit: &checkout.commit, subfolder: &checkout.subfolder };
    patch::read(text, &ground, title)
}

/// The text of a patch, from a file or from standard input.
fn text(path: Option<&Path>) -> Result<String, CliError> {
    let path = path.unwrap_or(Path::new("-"));
    let name = if path == Path::new("-") {
        "standard input".into()
    } else {
        format!("`{}`", path.display())
    };
    let io = |source| CliError::Io { doing: format!("read the patch from {name}"), source };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_PATCH_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    } else {
        if !path.is_file() {
            return Err(CliError::usage(
                format!("there is no patch {name}"),
                "give a file, `-` for standard input, or `--range BASE..HEAD`",
            ));
        }
        let file = std::fs::File::open(path).map_err(io)?;
        file.take(MAX_PATCH_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    }
    if bytes.len() as u64 > MAX_PATCH_BYTES {
        return Err(CliError::usage(
            format!("the patch in {name} is larger than {} MB", MAX_PATCH_BYTES >> 20),
            "prove a small change of a few functions",
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        CliError::usage(
            format!("the patch in {name} is not UTF-8 text"),
            "source files must be UTF-8 text; leave others out of the patch",
        )
    })
}

/// Workload files from the project's root. They are part of what is measured,
/// so they must be in the commit.
fn workloads(files: &[PathBuf], checkout: &Checkout) -> Result<Vec<String>, CliError> {
    let one = |file: &PathBuf| {
        let here = std::env::current_dir().unwrap_or_default().join(file);
        let here = here.canonicalize().ok();
        let inside = here.as_deref().and_then(|path| path.strip_prefix(&checkout.root).ok());
        let path = inside.unwrap_or(file).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        let path = path.trim_start_matches("./").to_owned();
        if checkout.tree.contains(&path) {
            return Ok(path);
        }
        let commit: String = checkout.commit.as_str().chars().take(12).collect();
        Err(if inside.is_some() {
            CliError::usage(
                format!("the workload `{path}` is not in commit {commit}, which is measured"),
                format!("commit it before the change: `git add {}`", shell_word(&path)),
            )
        } else {
            CliError::usage(
                format!("there is no workload `{}` in the project", file.display()),
                "name a file of the project, from here or from the project's root",
            )
        })
    };
    files.iter().map(one).collect()
}
