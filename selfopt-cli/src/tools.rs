//! The tool chain of a project, as the command line says it.

use selfopt_core::SourceTree;
use selfopt_core::config::Config;
use selfopt_sandbox::{LocalSandbox, ToolsChoice};

pub(crate) use selfopt_compose::Purpose;

use crate::args::ToolsArg;
use crate::error::CliError;
use crate::render;

/// The sandbox with the tools that are needed; says which.
pub(crate) async fn equipped(
    sandbox: LocalSandbox,
    tree: &dyn SourceTree,
    config: &Config,
    tools: ToolsArg,
    purpose: Purpose,
) -> Result<LocalSandbox, CliError> {
    let choice = match tools {
        ToolsArg::Auto => ToolsChoice::Auto,
        ToolsArg::Host => ToolsChoice::Host,
    };
    let equipped =
        selfopt_compose::equipped(sandbox, tree, config, choice, purpose, render::said).await?;
    Ok(equipped)
}
