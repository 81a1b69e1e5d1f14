//! `selfopt rules stats`: what became of each rule's work in earlier runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use selfopt_core::ExitCode;
use selfopt_core::payoff::{Landed, Payoff, Payoffs, payoffs};
use serde_json::json;

use super::no_sarif;
use crate::args::{Common, Format, RulesArgs, RulesCommand};
use crate::compose::open_store;
use crate::error::CliError;
use crate::render;

pub(crate) async fn run(common: &Common, args: &RulesArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let RulesCommand::Stats = args.command;
    let (store, _, _) = open_store(common).await?;
    let payoffs = payoffs(&*store).await?;
    if common.format == Format::Json {
        let rules: Vec<_> = payoffs
            .rules()
            .map(|(rule, version, payoff)| {
                json!({
                    "rule": rule,
                    "version": version,
                    "weight": payoff.weight(),
                    "history": payoff,
                })
            })
            .collect();
        render::json(&json!({ "rules": rules }))?;
    } else {
        render::text(&table(&payoffs));
    }
    Ok(ExitCode::Success)
}

/// A paragraph a rule; the same in Markdown, where it is a list.
fn table(payoffs: &Payoffs) -> String {
    let mut text = String::new();
    for (rule, version, payoff) in payoffs.rules() {
        let _ = writeln!(text, "- {rule} {}: {}", short(version), sentence(payoff));
        for (what, counts) in [("left alone for", &payoff.declined), ("ended at", &payoff.refused)]
        {
            if !counts.is_empty() {
                let _ = writeln!(text, "  {what} {}", counted(counts));
            }
        }
        if let Some(gains) = distribution(&payoff.gains_percent) {
            let _ = writeln!(text, "  saved {gains}");
        }
        if payoff.accepted > 0 {
            let _ = writeln!(text, "  {}", landed(payoff.landed));
        }
    }
    if text.is_empty() {
        text.push_str("no run came to its end in this store; `selfopt optimize` makes one\n");
    }
    text
}

/// The hash of a pack is shown by its beginning.
fn short(version: &str) -> &str {
    let end = version.find("+sha256.").map_or(version.len(), |at| at + "+sha256.".len() + 12);
    version.get(..end).unwrap_or(version)
}

fn sentence(payoff: &Payoff) -> String {
    format!(
        "{} found, {} tried, {} accepted; counts {:.2} in the ranking",
        payoff.fired,
        payoff.tried,
        payoff.accepted,
        payoff.weight()
    )
}

/// The most frequent first.
fn counted(counts: &BTreeMap<String, u64>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let counts: Vec<_> = counts.iter().map(|(what, n)| format!("{what} ({n})")).collect();
    counts.join(", ")
}

fn landed(landed: Option<Landed>) -> String {
    match landed {
        Some(Landed { merged, reverted }) => {
            format!("{merged} merged, {reverted} of them reverted")
        }
        None => "merged and reverted: not known without pull requests".to_owned(),
    }
}

fn distribution(gains: &[f64]) -> Option<String> {
    let (least, most) = (gains.first()?, gains.last()?);
    let median = gains.get(gains.len() / 2)?;
    Some(format!("{least:.1} % to {most:.1} %, median {median:.1} %"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        let counts =
            BTreeMap::from([("b".to_owned(), 1), ("a".to_owned(), 1), ("c".to_owned(), 7)]);
        assert_eq!(counted(&counts), "c (7), a (1), b (1)");
        assert_eq!(distribution(&[]), None);
        assert_eq!(distribution(&[3.0, 5.5, 11.25]).unwrap(), "3.0 % to 11.2 %, median 5.5 %");
        assert_eq!(landed(Some(Landed { merged: 3, reverted: 1 })), "3 merged, 1 of them reverted");
        assert!(landed(None).contains("not known"));
        let hash = "0123456789ab".repeat(5);
        assert_eq!(short(&format!("1.0.0+sha256.{hash}")), "1.0.0+sha256.0123456789ab");
        assert_eq!(short("1.0.0"), "1.0.0");
    }
}
