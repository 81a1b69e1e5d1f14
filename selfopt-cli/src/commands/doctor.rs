//! `selfopt doctor`: what is here, what is missing, how to get it.

use std::process::Command;

use selfopt_core::ExitCode;
use selfopt_sandbox::{IsolationChoice, choose};
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
    pub(crate) ok: bool,
    /// Whether a run is impossible without it.
    pub(crate) required: bool,
    pub(crate) found: String,
    pub(crate) fix: Option<String>,
}

pub(crate) async fn run(common: &Common) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let mut findings = vec![
        node(),
        program(
            "git",
            false,
            "runs do without it; install it to look at what `proposals apply` did",
        ),
        program("npm", false, "it comes with Node.js"),
        program("pnpm", false, "needed for projects that use pnpm: `npm install --global pnpm`"),
        program("yarn", false, "needed for projects that use Yarn: `npm install --global yarn`"),
    ];
    findings.push(bubblewrap(common).await?);
    findings.push(store(common).await?);
    match common.format {
        Format::Json => render::json(&findings)?,
        Format::Markdown => render::text(&render::markdown::doctor(&findings)),
        _ => render::text(&render::table::doctor(&findings)),
    }
    let broken = findings.iter().any(|finding| finding.required && !finding.ok);
    Ok(if broken { ExitCode::Usage } else { ExitCode::Success })
}

fn node() -> Finding {
    let mut finding = program("node", true, "install Node.js 20 or newer");
    let major = finding
        .found
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if finding.ok && major.is_none_or(|major| major < 20) {
        finding.ok = false;
        finding.fix = Some("install Node.js 20 or newer".to_owned());
    }
    finding
}

fn program(name: &'static str, required: bool, fix: &str) -> Finding {
    let version =
        Command::new(name).arg("--version").output().ok().filter(|output| output.status.success());
    match version {
        Some(output) => Finding {
            name,
            ok: true,
            required,
            found: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            fix: None,
        },
        None => Finding {
            name,
            ok: false,
            required,
            found: "not found".to_owned(),
            fix: Some(fix.to_owned()),
        },
    }
}

async fn bubblewrap(common: &Common) -> Result<Finding, CliError> {
    Ok(match choose(IsolationChoice::Bubblewrap, &store_dir(common)?).await {
        Ok((_, isolation)) => Finding {
            name: "bubblewrap",
            ok: true,
            required: false,
            found: isolation.version.unwrap_or_else(|| "works".to_owned()),
            fix: None,
        },
        Err(error) => Finding {
            name: "bubblewrap",
            ok: false,
            required: false,
            found: error.to_string(),
            fix: error.hint(),
        },
    })
}

async fn store(common: &Common) -> Result<Finding, CliError> {
    let dir = store_dir(common)?;
    Ok(match SqliteStore::open(&dir).await {
        Ok(_) => Finding {
            name: "store",
            ok: true,
            required: true,
            found: dir.display().to_string(),
            fix: None,
        },
        Err(error) => Finding {
            name: "store",
            ok: false,
            required: true,
            found: error.to_string(),
            fix: error.hint().map(str::to_owned),
        },
    })
}
