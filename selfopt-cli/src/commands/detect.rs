//! `selfopt detect`: static, in any folder; `--try` runs what was found.

use selfopt_core::ExitCode;
use selfopt_core::SourceTree;
use selfopt_core::config::CONFIG_FILE;
use selfopt_core::detection::detect;
use selfopt_sandbox::checkout::DirTree;

use super::no_sarif;
use crate::args::{Common, DetectArgs, Format, Overrides, RunArgs};
use crate::compose::load_config;
use crate::error::CliError;
use crate::render;

pub(crate) async fn run(common: &Common, args: DetectArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    if args.try_commands {
        let run = RunArgs {
            path: args.path,
            isolation: args.isolation,
            allow_dirty: true,
            overrides: Overrides::default(),
        };
        return super::baseline::run(common, run).await;
    }
    let tree = DirTree::open(&args.path)?;
    let tree: &dyn SourceTree = &tree;
    let config = load_config(tree, &Overrides::default())?;
    let config_text = tree.text(CONFIG_FILE).unwrap_or_default();
    let project = detect(tree, &selfopt_detect::detectors(), &config, &config_text);
    match common.format {
        Format::Json => render::json(&project)?,
        Format::Markdown => render::text(&render::markdown::project(&project)),
        _ => render::text(&render::table::project(&project)),
    }
    if !tree.contains("package.json") {
        return Err(CliError::usage(
            format!("`{}` has no package.json", args.path.display()),
            "run it in the folder of a JavaScript or TypeScript project",
        ));
    }
    Ok(ExitCode::Success)
}
