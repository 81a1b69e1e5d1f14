//! `why-not`: every refusal with its gate, its numbers, and what would flip it.

use std::fmt::Write as _;

use super::style::{BOLD, DIM, NAME, WARNING};
use crate::commands::why_not::Refused;

pub(crate) fn refused(refused: &Refused) -> String {
    let mut out = String::new();
    for (place, attempt) in &refused.attempts {
        let at = place.as_ref().map_or_else(
            || attempt.files.join(", "),
            |place| format!("{}:{}", place.path, place.line),
        );
        let status = serde_json::to_value(attempt.status).ok();
        let status =
            status.as_ref().and_then(|status| status.as_str()).unwrap_or("ended").replace('_', "-");
        let gate = attempt.gate.as_ref().map(|gate| format!(" at {gate}")).unwrap_or_default();
        let _ = writeln!(out, "{BOLD}{}{BOLD:#} {NAME}{}{NAME:#} {at}", attempt.id, attempt.rule);
        let _ = writeln!(out, "  {WARNING}{status}{gate}{WARNING:#}: {}", attempt.reason);
        if let Some(flip) = attempt.verdicts.last().and_then(|verdict| verdict.would_flip.as_ref())
        {
            let _ = writeln!(out, "  would flip it: {flip}");
        }
        for verdict in &attempt.verdicts {
            let _ = writeln!(out, "  {DIM}{:<10} {}{DIM:#}", verdict.gate, verdict.reason);
        }
        out.push('\n');
    }
    for opportunity in &refused.declined {
        let Some(declined) = &opportunity.finding.declined else {
            continue;
        };
        let line = declined.line.unwrap_or(opportunity.line);
        let _ = writeln!(
            out,
            "{BOLD}{}{BOLD:#} {NAME}{}{NAME:#} {}:{}",
            opportunity.id, opportunity.finding.rule, opportunity.path, opportunity.line
        );
        let _ =
            writeln!(out, "  {WARNING}left alone{WARNING:#}: {} (line {line})", declined.reason);
        let _ = writeln!(
            out,
            "  would flip it: code in which `{}` can be shown\n",
            declined.obligation
        );
    }
    if out.is_empty() {
        out.push_str("nothing was refused in the last run\n");
    }
    out
}
