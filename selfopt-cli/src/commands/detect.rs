//! `selfopt detect`: static, in any folder; `--try` runs what was found.

use selfopt_core::ExitCode;
use selfopt_core::SourceTree;
use selfopt_core::config::CONFIG_FILE;
use selfopt_core::detection::detect;
use selfopt_core::pipeline::RunError;
use selfopt_core::workspace::focused;
use selfopt_sandbox::checkout::DirTree;

use super::no_sarif;
use crate::args::{Common, DetectArgs, Format, Overrides, RunArgs, RunOptions};
use crate::compose::load_config;
use crate::error::CliError;
use crate::render;
use crate::tools::Purpose;

pub(crate) async fn run(common: &Common, args: DetectArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let overrides = Overrides { package: args.package.clone(), ..Overrides::default() };
    if args.try_commands {
        let run = RunArgs {
            path: args.path,
            options: RunOptions {
                isolation: args.isolation,
                require_enforced: false,
                tools: args.tools,
                allow_dirty: true,
                #[cfg(feature = "packs")]
                locked: false,
                overrides,
            },
        };
        return Box::pin(super::baseline::run(common, run, Purpose::Commands)).await;
    }
    let tree = DirTree::open(&args.path)?;
    let tree: &dyn SourceTree = &tree;
    let config = load_config(tree, &overrides)?;
    let config_text = tree.text(CONFIG_FILE).unwrap_or_default();
    let project = detect(tree, &selfopt_detect::detectors(), &config, &config_text);
    let project = focused(project, &config)?;
    match common.format {
        Format::Json => render::json(&project)?,
        Format::Markdown => {
            if args.explain {
                render::text(&render::explain::markdown(&project));
            } else {
                render::text(&render::markdown::project(&project));
            }
            render::text(&render::packages::markdown(&project));
        }
        _ => {
            if args.explain {
                render::text(&render::explain::human(&project));
            } else {
                render::text(&render::table::project(&project));
            }
            if project.package.is_none() {
                render::text(&render::packages::table(&project));
            }
        }
    }
    if !project.apart.is_empty() {
        let root = args.path.display().to_string();
        return Err(RunError::SeveralProjects { root, folders: project.apart }.into());
    }
    if !tree.contains("package.json") {
        return Err(CliError::usage(
            format!("`{}` has no package.json", args.path.display()),
            "run it in the folder of a JavaScript or TypeScript project",
        ));
    }
    Ok(ExitCode::Success)
}
