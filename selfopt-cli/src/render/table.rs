//! Small tables.

use std::fmt::Write as _;

use selfopt_core::{DetectedCommand, EvidenceLine, Project, Ratio};

use super::explain::one_line;
use super::style::{BAD, BOLD, DIM, GOOD, WARNING, pad};
use crate::commands::doctor::Finding;

/// What was detected, each command with its evidence line.
pub(crate) fn project(project: &Project) -> String {
    let mut out = String::new();
    let name = project.name.as_deref().unwrap_or("unnamed project");
    let manager = project.package_manager.as_ref().map_or_else(
        || "no package manager".to_owned(),
        |manager| match &manager.version {
            Some(version) => format!("{} {version}", manager.name),
            None => manager.name.to_string(),
        },
    );
    let tags = if project.tags.is_empty() {
        String::new()
    } else {
        format!(", {}", project.tags.join(", "))
    };
    let (name, about) = (one_line(name), one_line(&format!("{manager}{tags}")));
    let _ = writeln!(out, "{BOLD}{name}{BOLD:#} ({about})");
    let row = |out: &mut String, phase: &str, cmd: Option<(&str, f64, &[EvidenceLine])>| {
        let _ = match cmd {
            Some((cmd, confidence, evidence)) => {
                let line = evidence.first().map(|line| one_line(&line.to_string()));
                let line = line.unwrap_or_default();
                let sure = if Ratio(confidence) < DetectedCommand::SURE { "  unsure" } else { "" };
                writeln!(
                    out,
                    "  {} {} {DIM}{line}{DIM:#}{WARNING}{sure}{WARNING:#}",
                    pad(phase, 10),
                    pad(&one_line(cmd), 34)
                )
            }
            None => writeln!(out, "  {} {DIM}none found{DIM:#}", pad(phase, 10)),
        };
    };
    let command = |detected: &Option<DetectedCommand>| -> Option<(String, f64, Vec<EvidenceLine>)> {
        detected
            .as_ref()
            .map(|command| (command.cmd.clone(), command.confidence.0, command.evidence.clone()))
    };
    let bench = project
        .bench
        .as_ref()
        .map(|bench| (bench.cmd.clone(), bench.confidence.0, bench.evidence.clone()));
    let rows = [
        ("install", command(&project.install_cmd)),
        ("build", command(&project.build_cmd)),
        ("typecheck", command(&project.typecheck_cmd)),
        ("tests", command(&project.test_cmd)),
        ("benchmark", bench),
    ];
    for (phase, cmd) in &rows {
        row(
            &mut out,
            phase,
            cmd.as_ref().map(|(cmd, sure, lines)| (cmd.as_str(), *sure, lines.as_slice())),
        );
    }
    if let Some(node) = &project.node_version {
        let _ = writeln!(
            out,
            "  {} {} {DIM}{}{DIM:#}",
            pad("node", 10),
            pad(&node.pick, 34),
            node.source
        );
    }
    for note in &project.notes {
        let place = note.evidence.as_ref().map(|line| format!("{line}: ")).unwrap_or_default();
        let _ = writeln!(out, "  {WARNING}note{WARNING:#}: {place}{}", note.message);
        if let Some(hint) = &note.hint {
            let _ = writeln!(out, "        {hint}");
        }
    }
    out
}

/// What is here and what is missing.
pub(crate) fn doctor(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let style = match (finding.ok(), finding.required) {
            (true, _) => GOOD,
            (false, true) => BAD,
            (false, false) => WARNING,
        };
        let mark = format!("{style}{}{style:#}", pad(finding.label(), 8));
        let _ = writeln!(out, "{mark} {} {}", pad(finding.name, 11), finding.found);
        if let Some(fix) = &finding.fix {
            let _ = writeln!(out, "{}{fix}", " ".repeat(21));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_add_lines() {
        let plain = selfopt_core::detection::weigh(&[]);
        let named = Project { name: Some("a\n  tests      npm test".to_owned()), ..plain.clone() };
        let text = project(&named);
        assert!(text.contains("a   tests      npm test"), "{text}");
        assert_eq!(text.lines().count(), project(&plain).lines().count());
    }
}
