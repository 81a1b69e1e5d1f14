//! Puts the parts together as the command line's arguments say.

use std::path::PathBuf;
use std::sync::Arc;

use selfopt_compose::{HostClock, check_workloads, patterns, read_config};
use selfopt_core::config::{CommandOverride, Config};
use selfopt_core::payoff::payoffs;
use selfopt_core::pipeline::{Engine, RunInput};
use selfopt_core::{CancelFlag, Isolation, NetworkAccess, Policy, Sandbox as _, SourceTree, Store};
use selfopt_sandbox::checkout::{self, Checkout, CheckoutOptions, DirtyPolicy};
use selfopt_sandbox::{IsolationChoice, choose_local};
use selfopt_store::{LocalArtifacts, SqliteStore};

#[cfg(feature = "packs")]
use crate::args::PackChoice;
use crate::args::{Common, IsolationArg, Overrides, RunArgs, RunOptions};
use crate::error::CliError;
use crate::place::store_dir;
use crate::render;
use crate::tools::{Purpose, equipped};

pub(crate) use selfopt_compose::{check_rules, with_builtins};

/// A project, a store and an engine, ready to run.
pub(crate) struct Session {
    pub(crate) engine: Engine,
    pub(crate) checkout: Checkout,
    pub(crate) config: Config,
    pub(crate) isolation: Isolation,
    pub(crate) store_dir: PathBuf,
    /// The project's rule packs.
    #[cfg(feature = "packs")]
    pub(crate) packs: Option<crate::packs::Loaded>,
}

impl Session {
    /// Opens everything that a run needs.
    pub(crate) async fn open(
        common: &Common,
        args: &RunArgs,
        purpose: Purpose,
    ) -> Result<Self, CliError> {
        let dirty = if args.options.allow_dirty { DirtyPolicy::Allow } else { DirtyPolicy::Refuse };
        let checkout = checkout::open(&args.path, &CheckoutOptions { dirty })?;
        Self::on(checkout, common, &args.options, purpose).await
    }

    /// Opens everything else that a run on a checkout needs.
    pub(crate) async fn on(
        checkout: Checkout,
        common: &Common,
        options: &RunOptions,
        purpose: Purpose,
    ) -> Result<Self, CliError> {
        for note in &checkout.notes {
            render::warning(note);
        }
        if !checkout.dirty.is_empty() {
            render::warning(&format!(
                "{} uncommitted changes are not part of this run: it works on the last commit",
                checkout.dirty.len()
            ));
        }
        let RunOptions { isolation, require_enforced, tools, overrides, .. } = options;
        let policy = if *require_enforced { Policy::all_enforced() } else { Policy::none() };
        let config = load_config(&*checkout.tree, overrides)?;
        let store_dir = store_dir(common)?;
        let (mut sandbox, mut isolation) =
            choose_local(choice(*isolation), &store_dir, &policy).await?;
        if config.sandbox.network == NetworkAccess::Open {
            sandbox = sandbox.with_open_installs();
            isolation = sandbox.probe().await?;
            policy.check(&isolation)?;
        }
        sandbox.reap().await?;
        let sandbox = Arc::new(equipped(sandbox, &*checkout.tree, &config, *tools, purpose).await?);
        let store = Arc::new(SqliteStore::open(&store_dir).await?);
        let artifacts = Arc::new(LocalArtifacts::new(&store_dir));
        let clock = Arc::new(HostClock::new());
        let payoffs = payoffs(&*store).await?;
        let engine = with_builtins(Engine::new(sandbox, store, artifacts, clock));
        let engine = engine.payoffs(payoffs).scanner(patterns(&config)?);
        #[cfg(feature = "packs")]
        let packs = {
            let choice = PackChoice { locked: options.locked, ..PackChoice::default() };
            crate::packs::load(common, &*checkout.tree, &choice, &config)?
        };
        #[cfg(feature = "packs")]
        let engine = match &packs {
            Some(loaded) => engine.scanner(loaded.packs.clone()).template(loaded.packs.clone()),
            None => engine,
        };
        Ok(Self {
            engine,
            checkout,
            config,
            isolation,
            store_dir,
            #[cfg(feature = "packs")]
            packs,
        })
    }

    /// What the engine works on.
    pub(crate) fn input(&self, common: &Common, cancel: CancelFlag) -> RunInput {
        RunInput {
            tree: self.checkout.tree.clone(),
            commit: self.checkout.commit.clone(),
            locator: self.checkout.locator.clone(),
            config: self.config.clone(),
            seed: common.seed,
            resume: false,
            cancel,
        }
    }
}

/// The store alone.
pub(crate) async fn open_store(
    common: &Common,
) -> Result<(Arc<dyn Store>, LocalArtifacts, PathBuf), CliError> {
    let dir = store_dir(common)?;
    let store = SqliteStore::open(&dir).await?;
    Ok((Arc::new(store), LocalArtifacts::new(&dir), dir))
}

pub(crate) fn choice(isolation: IsolationArg) -> IsolationChoice {
    match isolation {
        IsolationArg::Auto => IsolationChoice::Auto,
        IsolationArg::Process => IsolationChoice::Process,
        IsolationArg::Bubblewrap => IsolationChoice::Bubblewrap,
        IsolationArg::Docker => IsolationChoice::Docker,
        IsolationArg::Kubernetes => IsolationChoice::Kubernetes,
    }
}

/// `selfopt.toml` of the tree, with the flags on top.
pub(crate) fn load_config(
    tree: &dyn SourceTree,
    overrides: &Overrides,
) -> Result<Config, CliError> {
    let config = load_config_unchecked(tree, overrides)?;
    #[cfg(feature = "packs")]
    let others = crate::packs::locked_rules(tree)?;
    #[cfg(not(feature = "packs"))]
    let others = Vec::new();
    check_rules(&config, &others)?;
    Ok(config)
}

/// The same without a look at the names of rules, which packs may bring.
pub(crate) fn load_config_unchecked(
    tree: &dyn SourceTree,
    overrides: &Overrides,
) -> Result<Config, CliError> {
    let mut config = read_config(tree, render::said)?;
    let commands = [
        (&overrides.install, &mut config.commands.install),
        (&overrides.build, &mut config.commands.build),
        (&overrides.typecheck, &mut config.commands.typecheck),
        (&overrides.test, &mut config.commands.test),
        (&overrides.bench, &mut config.commands.bench),
    ];
    for (flag, command) in commands {
        if let Some(cmd) = flag {
            if cmd.trim().is_empty() {
                return Err(CliError::usage(
                    "an empty command was given",
                    "to run none, write `false` for it under `[commands]` in selfopt.toml",
                ));
            }
            *command = Some(CommandOverride::Command(cmd.clone()));
        }
    }
    if overrides.package.is_some() {
        config.project.package.clone_from(&overrides.package);
    }
    if !overrides.rules.is_empty() {
        config.rules.only.clone_from(&overrides.rules);
    }
    if let Some(max_candidates) = overrides.max_candidates {
        config.budget.max_candidates = max_candidates;
    }
    if let Some(minutes) = overrides.compute_minutes {
        config.budget.compute_minutes = minutes;
    }
    config.check()?;
    check_workloads(&config, tree)?;
    Ok(config)
}
