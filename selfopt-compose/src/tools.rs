//! The tool chain of a project: found, or obtained, before anything runs.

use selfopt_core::SourceTree;
use selfopt_core::config::{CONFIG_FILE, Config};
use selfopt_core::detection::detect;
use selfopt_sandbox::{LocalSandbox, ToolError, ToolNeeds, ToolResolver, ToolsChoice};

use crate::say::{Said, Say};

/// Whether changed functions will be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The project's commands alone are run.
    Commands,
    /// Functions are judged too, for which a bundler is needed.
    Proofs,
}

/// The sandbox with the tools that are needed; says which.
pub async fn equipped(
    sandbox: LocalSandbox,
    tree: &dyn SourceTree,
    config: &Config,
    choice: ToolsChoice,
    purpose: Purpose,
    say: Say,
) -> Result<LocalSandbox, ToolError> {
    let config_text = tree.text(CONFIG_FILE).unwrap_or_default();
    let project = detect(tree, &selfopt_detect::detectors(), config, &config_text);
    let needs = ToolNeeds::of(&project, tree);
    let needs = match purpose {
        Purpose::Commands => needs,
        Purpose::Proofs => needs.with_bundler(),
    };
    let needs = if project.load().is_some() { needs.with_load() } else { needs };
    let resolver = ToolResolver::new(&sandbox, choice)?.announcing(move |tool| {
        say(Said::Progress(&format!("looking for {tool} in the registry")));
    });
    let chain = resolver.resolve(&needs).await?;
    for tool in chain.tools() {
        say(Said::Progress(&format!("tool: {tool}")));
    }
    for warning in chain.warnings() {
        say(Said::Warning(warning));
    }
    Ok(sandbox.with_tool_chain(chain))
}
