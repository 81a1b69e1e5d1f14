//! `selfopt scan`: opportunities and their patches; runs nothing.

use std::sync::Arc;

use selfopt_compose::threads;
use selfopt_core::config::{CONFIG_FILE, Config};
use selfopt_core::detection::detect;
use selfopt_core::pipeline::opportunities_and_candidates;
use selfopt_core::workspace::{FolderView, focused};
use selfopt_core::{CommitId, ExitCode, PatchTemplate, Scanner, SourceTree};
use selfopt_rules::BuiltinRules;
use selfopt_sandbox::checkout::{self, CheckoutOptions, DirTree, DirtyPolicy};
use serde_json::json;

use crate::args::{Common, Format, Overrides, ScanArgs};
#[cfg(not(feature = "packs"))]
use crate::compose::load_config;
#[cfg(feature = "packs")]
use crate::compose::{check_rules, load_config_unchecked};
use crate::error::CliError;
use crate::place::folder_in_repository;
use crate::render;

/// Stands for the commit in the ids of a folder that is not at a clean commit.
const NO_COMMIT: &str = "uncommitted";

pub(crate) fn run(common: &Common, args: &ScanArgs) -> Result<ExitCode, CliError> {
    let tree: Arc<dyn SourceTree> = Arc::new(DirTree::open(&args.path)?);
    let overrides = Overrides {
        package: args.package.clone(),
        rules: args.rules.clone(),
        ..Overrides::default()
    };
    let rules = Rules::load(common, args, &*tree, &overrides)?;
    let config = &rules.config;
    let folder = package_folder(&*tree, config)?;
    let view = FolderView::new(&*tree, folder.as_deref().unwrap_or("."));
    let scan = opportunities_and_candidates(
        &view,
        &commit(args),
        config,
        &rules.scanners,
        &rules.templates,
        threads(),
    )?;
    let packs = pack_reports(&rules);
    match common.format {
        Format::Json => render::json(&json!({
            "schema": selfopt_core::report::REPORT_SCHEMA,
            "opportunities": scan.reports,
            "packs": packs,
        }))?,
        Format::Sarif => {
            let folder = folder_in_repository(&args.path).unwrap_or_default();
            render::json(&render::sarif::log(&scan.reports, &*tree, &folder))?;
        }
        Format::Markdown => {
            render::text(&render::markdown::opportunities(&scan.reports, scan.files));
        }
        Format::Human => {
            render::text(&render::frames::opportunities(&scan.reports, &*tree, scan.files));
        }
    }
    Ok(ExitCode::Success)
}

/// The configuration and the rules that it asks for.
struct Rules {
    config: Config,
    scanners: Vec<Box<dyn Scanner>>,
    templates: Vec<Box<dyn PatchTemplate>>,
    #[cfg(feature = "packs")]
    loaded: Option<crate::packs::Loaded>,
}

impl Rules {
    #[cfg(feature = "packs")]
    fn load(
        common: &Common,
        args: &ScanArgs,
        tree: &dyn SourceTree,
        overrides: &Overrides,
    ) -> Result<Self, CliError> {
        let config = load_config_unchecked(tree, overrides)?;
        let loaded = crate::packs::load(common, tree, &args.packs, &config)?;
        let others = loaded.as_ref().map(crate::packs::Loaded::rule_ids).unwrap_or_default();
        check_rules(&config, &others)?;
        let mut rules = Self { config, scanners: Vec::new(), templates: Vec::new(), loaded };
        if !rules.loaded.as_ref().is_some_and(|loaded| loaded.replaces_builtins) {
            rules.add(BuiltinRules::default());
        }
        if let Some(packs) = rules.loaded.as_ref().map(|loaded| loaded.packs.clone()) {
            rules.add(packs);
        }
        Ok(rules)
    }

    #[cfg(not(feature = "packs"))]
    fn load(
        _: &Common,
        _: &ScanArgs,
        tree: &dyn SourceTree,
        overrides: &Overrides,
    ) -> Result<Self, CliError> {
        let config = load_config(tree, overrides)?;
        let mut rules = Self { config, scanners: Vec::new(), templates: Vec::new() };
        rules.add(BuiltinRules::default());
        Ok(rules)
    }

    fn add(&mut self, rules: impl Scanner + PatchTemplate + Clone + 'static) {
        self.scanners.push(Box::new(rules.clone()));
        self.templates.push(Box::new(rules));
    }
}

/// What became of the packs; what failed is said at once.
#[cfg(feature = "packs")]
fn pack_reports(rules: &Rules) -> serde_json::Value {
    let reports = rules.loaded.as_ref().map(|loaded| loaded.packs.report()).unwrap_or_default();
    crate::packs::warn_of_failures(&reports);
    json!(reports)
}

#[cfg(not(feature = "packs"))]
fn pack_reports(_: &Rules) -> serde_json::Value {
    json!([])
}

/// The folder of the package that is to be scanned alone.
fn package_folder(tree: &dyn SourceTree, config: &Config) -> Result<Option<String>, CliError> {
    if config.project.package.is_none() {
        return Ok(None);
    }
    let config_text = tree.text(CONFIG_FILE).unwrap_or_default();
    let project = detect(tree, &selfopt_detect::detectors(), config, &config_text);
    Ok(focused(project, config)?.package_folder().map(str::to_owned))
}

/// The commit, when the folder is exactly at one: then ids are those of a run.
fn commit(args: &ScanArgs) -> CommitId {
    checkout::open(&args.path, &CheckoutOptions { dirty: DirtyPolicy::Refuse })
        .map_or_else(|_| CommitId::new(NO_COMMIT), |checkout| checkout.commit)
}
