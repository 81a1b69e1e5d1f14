//! A rule pack with options: the host's tests set them.

use selfopt_pack::syntax::Node;
use selfopt_pack::{
    Applicability, Condition, Match, Outcome, Pack, PackInfo, Refusal, Rule, RuleContext, RuleMeta,
    SizeWitness, export_pack, schemars, serde, syntax,
};

/// The pack.
#[derive(Debug)]
pub struct Settings;

/// What its users can set.
#[derive(Debug, Clone, Copy, serde::Deserialize, schemars::JsonSchema)]
#[serde(crate = "selfopt_pack::serde", deny_unknown_fields, default)]
#[schemars(crate = "selfopt_pack::schemars")]
pub struct Options {
    /// Bytes of a text that is left alone, with its quotes.
    #[schemars(range(min = 1))]
    most_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { most_bytes: 20 }
    }
}

impl Pack for Settings {
    const INFO: PackInfo = PackInfo {
        id: "settings",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "A pack with options, for tests.",
    };

    type Options = Options;

    fn rules(options: &Options) -> Vec<Box<dyn Rule>> {
        vec![Box::new(LongText { most_bytes: options.most_bytes })]
    }
}

export_pack!(Settings);

static IS_SHORT: Condition =
    Condition::new("is-short", "The text is short enough.", syntax::MetBy::Syntax);

static META: RuleMeta = RuleMeta {
    id: "long-text",
    pack: "settings",
    version: "0.1.0",
    title: "long text",
    why: "It takes room.",
    applicability: Applicability::ReportOnly,
    kinds: &["string"],
    literals: &["'", "\""],
    risk: 0,
    typical_speedup: 1.0,
    needs_bindings: false,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&IS_SHORT],
};

struct LongText {
    most_bytes: usize,
}

impl Rule for LongText {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, _: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let n_bytes = node.text().len();
        (n_bytes > self.most_bytes).then(|| Match {
            span: node.span(),
            message: format!("a text of {n_bytes} bytes, allowed are {}", self.most_bytes),
            outcome: Outcome::Declined(Refusal::new(&IS_SHORT, node, "it is longer")),
        })
    }
}
