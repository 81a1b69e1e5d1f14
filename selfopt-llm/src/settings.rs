//! The user's model file: which model, where it is, what it may cost. It never
//! lies in a repository, because who writes it decides where code is sent.

use std::time::Duration;

use selfopt_core::{ModelError, Spend, SpendingLimits};
use serde::Deserialize;

use crate::budget::{Price, PriceTable};
use crate::request::ProviderKind;

/// The variable that holds the key unless the file names another.
const KEY_VARIABLE: &str = "SELFOPT_MODEL_KEY";

/// Everything that the user decides about a model, but its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The form of its interface.
    pub provider: ProviderKind,
    /// Its name.
    pub model: String,
    /// Where its interface is; the provider's own when absent.
    pub base_url: Option<String>,
    /// The environment variable that holds the key.
    pub key_variable: String,
    /// Tokens of an answer, at most.
    pub max_output_tokens: u32,
    /// How long one try may take.
    pub timeout: Duration,
    /// What it costs.
    pub price: Price,
    /// What it may cost.
    pub limits: SpendingLimits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    provider: ProviderKind,
    model: String,
    base_url: Option<String>,
    key_variable: Option<String>,
    #[serde(default = "default_output")]
    max_output_tokens: u32,
    #[serde(default = "default_timeout")]
    timeout_seconds: u64,
    price: Option<FilePrice>,
    #[serde(default)]
    budget: FileBudget,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePrice {
    input: f64,
    output: f64,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileBudget {
    run: Option<FileSpend>,
    repository: Option<FileSpend>,
    month: Option<FileSpend>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSpend {
    tokens: u64,
    dollars: f64,
}

const fn default_output() -> u32 {
    8000
}

const fn default_timeout() -> u64 {
    120
}

/// What may be spent where the file says nothing.
const DEFAULT_LIMITS: SpendingLimits = SpendingLimits {
    run: Spend { tokens: 500_000, micro_dollars: 1_000_000 },
    repository: Spend { tokens: 5_000_000, micro_dollars: 10_000_000 },
    month: Spend { tokens: 10_000_000, micro_dollars: 20_000_000 },
};

impl Settings {
    /// Reads the text of a model file.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let file: File = toml::from_str(text).map_err(|error| {
            settings(
                format!("the model file does not read: {error}"),
                "see the example in `docs/guides/language-models.md`",
            )
        })?;
        if file.model.trim().is_empty() {
            return Err(settings("the model file names no model", "write `model = \"...\"`"));
        }
        if let Some(url) = &file.base_url {
            check_url(url)?;
        }
        if !(256..=64_000).contains(&file.max_output_tokens) {
            return Err(settings(
                format!("`max_output_tokens` is {}", file.max_output_tokens),
                "give a number from 256 to 64000",
            ));
        }
        if !(1..=3600).contains(&file.timeout_seconds) {
            return Err(settings(
                format!("`timeout_seconds` is {}", file.timeout_seconds),
                "give a number from 1 to 3600",
            ));
        }
        let limit = |given: Option<FileSpend>, default: Spend| match given {
            None => Ok(default),
            Some(spend) => limit(&spend),
        };
        Ok(Self {
            price: price(&file)?,
            limits: SpendingLimits {
                run: limit(file.budget.run, DEFAULT_LIMITS.run)?,
                repository: limit(file.budget.repository, DEFAULT_LIMITS.repository)?,
                month: limit(file.budget.month, DEFAULT_LIMITS.month)?,
            },
            provider: file.provider,
            model: file.model,
            base_url: file.base_url,
            key_variable: file.key_variable.unwrap_or_else(|| KEY_VARIABLE.to_owned()),
            max_output_tokens: file.max_output_tokens,
            timeout: Duration::from_secs(file.timeout_seconds),
        })
    }
}

fn price(file: &File) -> Result<Price, ModelError> {
    let found = match &file.price {
        Some(price) => Price::from_dollars(price.input, price.output),
        None => PriceTable::bundled().price(file.provider.name(), &file.model),
    };
    found.ok_or_else(|| {
        settings(
            format!("the price of `{}` is not known, so no budget could hold", file.model),
            "write `[price]` with `input` and `output` in dollars for a million tokens; 0 for a model of your own",
        )
    })
}

fn limit(spend: &FileSpend) -> Result<Spend, ModelError> {
    let money = Price::from_dollars(spend.dollars, 0.0).ok_or_else(|| {
        settings(
            format!("a budget of {} dollars is none", spend.dollars),
            "give a number from 0 to 1000000",
        )
    })?;
    Ok(Spend { tokens: spend.tokens, micro_dollars: money.input })
}

/// A key and code travel to it: encrypted, or not off this machine.
fn check_url(url: &str) -> Result<(), ModelError> {
    let host = |rest: &str| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.strip_prefix('[') {
            Some(v6) => v6.split(']').next().unwrap_or_default().to_owned(),
            None => authority.split(':').next().unwrap_or_default().to_owned(),
        };
        (!authority.contains('@')).then_some(host).filter(|host| !host.is_empty())
    };
    let https = url.strip_prefix("https://").and_then(host);
    let local = url
        .strip_prefix("http://")
        .and_then(host)
        .filter(|host| ["127.0.0.1", "::1", "localhost"].contains(&host.as_str()));
    match https.or(local) {
        Some(_) => Ok(()),
        None => Err(settings(
            format!("`base_url` is `{url}`"),
            "give an `https://` URL without a user name, or `http://` on this machine, such as `http://127.0.0.1:11434/v1/`",
        )),
    }
}

fn settings(what: impl Into<String>, hint: &str) -> ModelError {
    ModelError::Settings { what: what.into(), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_is_enough() {
        let read =
            Settings::parse("provider = \"anthropic\"\nmodel = \"claude-haiku-4-5\"\n").unwrap();
        assert_eq!(read.key_variable, "SELFOPT_MODEL_KEY");
        assert_eq!(read.price, Price { input: 1_000_000, output: 5_000_000 });
        assert_eq!(read.limits, DEFAULT_LIMITS);
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let whole = |more: &str| {
            Settings::parse(&format!("provider = \"openai\"\nmodel = \"mine\"\n{more}"))
        };
        let why = |more: &str| whole(more).unwrap_err().to_string();
        let priced = "[price]\ninput = 0\noutput = 0\n";
        assert!(whole(priced).is_ok());
        assert!(why("").contains("the price of `mine` is not known"));
        assert!(why(&format!("max_output_tokens = 1\n{priced}")).contains("max_output_tokens"));
        assert!(why(&format!("{priced}[budget.run]\ntokens = 1\ndollars = -1\n")).contains("-1"));
        assert!(why(&format!("key = \"abc\"\n{priced}")).contains("key"));
    }

    #[test]
    fn code_goes_over_tls_or_stays_on_the_machine() {
        for url in [
            "https://api.example/v1/",
            "http://127.0.0.1:8000/v1/",
            "http://localhost/",
            "http://[::1]:80/",
        ] {
            assert!(check_url(url).is_ok(), "{url}");
        }
        for url in [
            "http://api.example/",
            "http://127.0.0.1@api.example/",
            "https://",
            "ftp://a",
            "http://localhost.example/",
            "",
        ] {
            assert!(check_url(url).is_err(), "{url}");
        }
    }
}
