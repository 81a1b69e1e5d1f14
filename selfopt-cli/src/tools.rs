//! The tool chain of a project: found, or obtained, before anything runs.

use selfopt_core::SourceTree;
use selfopt_core::config::{CONFIG_FILE, Config};
use selfopt_core::detection::detect;
use selfopt_sandbox::{LocalSandbox, ToolNeeds, ToolResolver, ToolsChoice};

use crate::args::ToolsArg;
use crate::error::CliError;
use crate::render;

/// The sandbox with the tools that the project needs; says which.
pub(crate) async fn equipped(
    sandbox: LocalSandbox,
    tree: &dyn SourceTree,
    config: &Config,
    tools: ToolsArg,
) -> Result<LocalSandbox, CliError> {
    let config_text = tree.text(CONFIG_FILE).unwrap_or_default();
    let project = detect(tree, &selfopt_detect::detectors(), config, &config_text);
    let needs = ToolNeeds::of(&project, tree);
    let choice = match tools {
        ToolsArg::Auto => ToolsChoice::Auto,
        ToolsArg::Host => ToolsChoice::Host,
    };
    let resolver = ToolResolver::new(&sandbox, choice)?
        .announcing(|tool| render::progress(&format!("looking for {tool} in the registry")));
    let chain = resolver.resolve(&needs).await?;
    for tool in chain.tools() {
        render::progress(&format!("tool: {tool}"));
    }
    for warning in chain.warnings() {
        render::warning(warning);
    }
    Ok(sandbox.with_tool_chain(chain))
}
