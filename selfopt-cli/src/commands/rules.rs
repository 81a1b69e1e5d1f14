//! `selfopt rules`: the built-in rules, their pages, and what became of each
//! rule's work in earlier runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use selfopt_core::ExitCode;
use selfopt_core::config::nearest_rules;
use selfopt_core::payoff::{Landed, Payoff, Payoffs, payoffs};
use selfopt_rules::pages::page;
use selfopt_rules::{Applicability, RuleMeta, SizeWitness, registry};
use serde_json::json;

use super::no_sarif;
use crate::args::{Common, Format, RulesArgs, RulesCommand};
use crate::compose::open_store;
use crate::error::CliError;
use crate::render;

pub(crate) async fn run(common: &Common, args: &RulesArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    match &args.command {
        RulesCommand::List => list(common.format),
        RulesCommand::Explain { rule } => explain(common.format, rule),
        RulesCommand::Stats => stats(common).await,
    }
}

/// Every built-in rule, by id.
fn list(format: Format) -> Result<ExitCode, CliError> {
    let mut rules: Vec<_> = registry::all().iter().map(|rule| rule.meta()).collect();
    rules.sort_by_key(|meta| meta.id);
    if format == Format::Json {
        let rules: Vec<_> = rules.iter().map(|meta| described(meta)).collect();
        render::json(&json!({ "rules": rules }))?;
    } else {
        let mut text = String::new();
        for meta in rules {
            let _ = writeln!(text, "- {}: {} ({})", meta.id, meta.title, promise(meta));
        }
        render::text(&text);
    }
    Ok(ExitCode::Success)
}

/// The page of one rule; Markdown reads well as it is.
fn explain(format: Format, id: &str) -> Result<ExitCode, CliError> {
    let Some((rule, page)) = registry::find(id).zip(page(id)) else {
        let near = nearest_rules(id, registry::all().iter().map(|rule| rule.meta().id));
        let near = near.first().map(|near| format!("did you mean `{near}`? "));
        return Err(CliError::usage(
            format!("there is no built-in rule `{id}`"),
            format!("{}`selfopt rules list` names all", near.unwrap_or_default()),
        ));
    };
    if format == Format::Json {
        let mut value = described(rule.meta());
        value["page"] = json!(page);
        render::json(&value)?;
    } else {
        render::text(page);
    }
    Ok(ExitCode::Success)
}

fn described(meta: &RuleMeta) -> serde_json::Value {
    json!({
        "id": meta.id,
        "pack": meta.pack,
        "version": meta.version,
        "title": meta.title,
        "why": meta.why,
        "patches": meta.applicability != Applicability::ReportOnly,
        "risk": meta.risk,
        "typical_speedup": meta.typical_speedup,
    })
}

/// What a rule does with what it finds.
fn promise(meta: &RuleMeta) -> String {
    match (meta.applicability, meta.size_witness) {
        (Applicability::ReportOnly, _) => format!("pack {}, no patch", meta.pack),
        (_, SizeWitness::Needed) => {
            format!("pack {}, risk {}, can lose on small data", meta.pack, meta.risk)
        }
        _ => format!("pack {}, risk {}", meta.pack, meta.risk),
    }
}

async fn stats(common: &Common) -> Result<ExitCode, CliError> {
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
