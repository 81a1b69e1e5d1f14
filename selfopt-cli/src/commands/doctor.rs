//! `selfopt doctor`: what is here, what is missing, how to get it.

use std::path::Path;
use std::process::Command;

use selfopt_core::ExitCode;
use selfopt_sandbox::{IsolationChoice, cached_tools, choose};
use selfopt_store::SqliteStore;
use serde::Serialize;

use super::no_sarif;
use crate::args::{Common, Format};
use crate::error::CliError;
use crate::place::store_dir;
use crate::render;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) name: &'static str,
    #[serde(rename = "ok", serialize_with = "is_good")]
    pub(crate) state: State,
    /// Whether a run is impossible without it.
    pub(crate) required: bool,
    pub(crate) found: String,
    pub(crate) fix: Option<String>,
}

/// What was found of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It can be used.
    Good,
    /// It is not there.
    Missing,
    /// It is there, in a version that cannot be used.
    TooOld,
    /// It is there and does not work.
    Unusable,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_good<S: serde::Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(*state == State::Good)
}

impl Finding {
    pub(crate) fn ok(&self) -> bool {
        self.state == State::Good
    }

    /// At most eight characters: a column of the table.
    pub(crate) fn label(&self) -> &'static str {
        match (self.state, self.required) {
            (State::Good, _) => "ok",
            (State::Missing, true) => "missing",
            (State::Missing, false) => "absent",
            (State::TooOld, _) => "too old",
            (State::Unusable, _) => "unusable",
        }
    }
}

pub(crate) async fn run(common: &Common) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let mut findings = vec![
        node(),
        program("npm", true, "it comes with Node.js: https://nodejs.org"),
        program(
            "git",
            false,
            "runs do without it; install it to look at what `proposals apply` did",
        ),
        program("pnpm", false, "obtained through npm for projects that use pnpm"),
        program("yarn", false, "obtained through npm for projects that use Yarn"),
        program("bun", false, "obtained through npm for projects that use Bun"),
    ];
    findings.push(backend("bubblewrap", IsolationChoice::Bubblewrap).await?);
    #[cfg(feature = "docker")]
    findings.push(backend("docker", IsolationChoice::Docker).await?);
    findings.push(store(common).await?);
    findings.push(tools(&store_dir(common)?));
    match common.format {
        Format::Json => render::json(&findings)?,
        Format::Markdown => render::text(&render::markdown::doctor(&findings)),
        _ => render::text(&render::table::doctor(&findings)),
    }
    let broken = findings.iter().any(|finding| finding.required && !finding.ok());
    Ok(if broken { ExitCode::Usage } else { ExitCode::Success })
}

fn node() -> Finding {
    const FIX: &str = "install Node.js 20 or newer: https://nodejs.org";
    let mut finding = program("node", true, FIX);
    let major = finding
        .found
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if finding.ok() && major.is_none_or(|major| major < 20) {
        finding.state = State::TooOld;
        finding.fix = Some(FIX.to_owned());
    }
    finding
}

fn program(name: &'static str, required: bool, fix: &str) -> Finding {
    let version =
        Command::new(name).arg("--version").output().ok().filter(|output| output.status.success());
    match version {
        Some(output) => Finding {
            name,
            state: State::Good,
            required,
            found: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            fix: None,
        },
        None => Finding {
            name,
            state: State::Missing,
            required,
            found: "not found".to_owned(),
            fix: Some(fix.to_owned()),
        },
    }
}

/// Tried in a directory of its own: a store that cannot be written says
/// nothing about the backend.
async fn backend(name: &'static str, choice: IsolationChoice) -> Result<Finding, CliError> {
    let place = tempfile::tempdir()
        .map_err(|source| CliError::Io { doing: "make a temporary directory".into(), source })?;
    Ok(match choose(choice, place.path()).await {
        Ok((_, isolation)) => Finding {
            name,
            state: State::Good,
            required: false,
            found: isolation.version.unwrap_or_else(|| "works".to_owned()),
            fix: None,
        },
        Err(error) => Finding {
            name,
            state: State::Missing,
            required: false,
            found: with_causes(&error),
            fix: error.hint(),
        },
    })
}

async fn store(common: &Common) -> Result<Finding, CliError> {
    let dir = store_dir(common)?;
    Ok(match SqliteStore::open(&dir).await {
        Ok(_) => Finding {
            name: "store",
            state: State::Good,
            required: true,
            found: dir.display().to_string(),
            fix: None,
        },
        Err(error) => Finding {
            name: "store",
            state: State::Unusable,
            required: true,
            found: with_causes(&error),
            fix: error.hint().map(str::to_owned),
        },
    })
}

/// What runs have obtained.
fn tools(store: &Path) -> Finding {
    let tools: Vec<_> = cached_tools(store)
        .into_iter()
        .map(|tool| format!("{} {}", tool.program, tool.version))
        .collect();
    let found = if tools.is_empty() { "none obtained yet".to_owned() } else { tools.join(", ") };
    Finding { name: "tools", state: State::Good, required: false, found, fix: None }
}

/// An error and what led to it, in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut parts = vec![error.to_string()];
    parts.extend(render::error::causes(error));
    parts.join(": ")
}
