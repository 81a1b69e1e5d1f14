//! What a pack says of itself, once it is known to be usable.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};
use selfopt_syntax::{KindId, Language, SourceFile, is_node_kind, node_kinds};

use crate::bindings::guest;
use crate::convert::language;
use crate::error::PackError;
use crate::limits::Limits;
use crate::validate::{clip, one_line};

/// A pack's description.
#[derive(Debug, Clone)]
pub struct PackInfo {
    /// `name` or `organization/name`.
    pub id: String,
    /// Semver.
    pub version: String,
    /// SPDX expression.
    pub license: String,
    /// One sentence.
    pub description: String,
    /// A JSON schema of its options, when it has any.
    pub options_schema: Option<serde_json::Value>,
    /// Its rules, sorted by id.
    pub rules: Vec<PackRule>,
}

/// A rule's description.
#[derive(Debug, Clone)]
pub struct PackRule {
    /// Kebab-case.
    pub id: String,
    /// Semver.
    pub version: String,
    /// The problem as a short noun phrase.
    pub title: String,
    /// Why it costs time.
    pub why: String,
    /// 0 to 3.
    pub risk: u8,
    /// A ratio above 1.
    pub typical_speedup: f64,
    pub(crate) applicability: guest::Applicability,
    pub(crate) conditions: Vec<guest::Condition>,
    languages: Vec<Language>,
    paths: Option<GlobSet>,
    literals: Vec<String>,
    kinds: Kinds,
    needs_bindings: bool,
}

/// Node kinds as the grammars number them, found out once a pack and language.
#[derive(Debug, Clone)]
struct Kinds {
    names: Vec<String>,
    found: [OnceLock<Vec<KindId>>; 4],
}

impl Kinds {
    fn new(names: Vec<String>) -> Self {
        Self { names, found: Default::default() }
    }

    /// Whether the file has a node of one of them; without any, every file has.
    fn are_in(&self, file: &SourceFile) -> bool {
        let place = match file.language {
            Language::TypeScript => 0,
            Language::Tsx => 1,
            Language::JavaScript => 2,
            Language::Jsx => 3,
        };
        let ids = || self.found[place].get_or_init(|| node_kinds(file.language, &self.names));
        self.names.is_empty() || file.tree.has_any(ids())
    }
}

impl PackRule {
    /// Whether the rule has to see the file.
    pub(crate) fn wants(&self, file: &SourceFile) -> bool {
        (self.languages.is_empty() || self.languages.contains(&file.language))
            && (!self.needs_bindings || file.bindings.is_some())
            && self.paths.as_ref().is_none_or(|paths| paths.is_match(&file.path))
            && (self.literals.is_empty() || self.literals.iter().any(|l| file.text.contains(l)))
            && self.kinds.are_in(file)
    }
}

/// Checks a description.
pub(crate) fn read(info: guest::PackInfo, limits: &Limits) -> Result<PackInfo, PackError> {
    let reader = Reader { limits };
    let id = reader.text("id", info.id)?;
    let parts: Vec<&str> = id.split('/').collect();
    if parts.len() > 2 || !parts.iter().all(|part| is_kebab(part)) {
        return reader.refuse(&format!("its id `{id}` is not `name` or `organization/name`"));
    }
    if info.rules.is_empty() || info.rules.len() > limits.rules {
        let n_rules = info.rules.len();
        return reader.refuse(&format!("{n_rules} rules, allowed are 1 to {}", limits.rules));
    }
    let options_schema = info.options_schema.map(|schema| reader.schema(&schema)).transpose()?;
    let mut rules =
        info.rules.into_iter().map(|rule| reader.rule(rule)).collect::<Result<Vec<_>, _>>()?;
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(twice) = rules.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return reader.refuse(&format!("it has the rule `{}` twice", twice[0].id));
    }
    Ok(PackInfo {
        version: reader.version(info.version)?,
        license: reader.text("license", info.license)?,
        description: reader.text("description", info.description)?,
        id,
        options_schema,
        rules,
    })
}

fn is_kebab(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 80 && text.chars().all(is_plain)
}

struct Reader<'a> {
    limits: &'a Limits,
}

impl Reader<'_> {
    fn refuse<T>(&self, reason: &str) -> Result<T, PackError> {
        let max = self.limits.text_bytes;
        Err(PackError::Description { reason: clip(&one_line(reason), max).to_owned() })
    }

    fn text(&self, what: &str, text: String) -> Result<String, PackError> {
        let is_sound = !text.trim().is_empty()
            && text.len() <= self.limits.text_bytes
            && one_line(&text) == text;
        if is_sound {
            return Ok(text);
        }
        self.refuse(&format!("its {what} is empty, too long or has control characters"))
    }

    fn version(&self, version: String) -> Result<String, PackError> {
        match semver::Version::parse(&version) {
            // What stands behind a plus belongs to the host: the pack's hash.
            Ok(found) if found.build.is_empty() => Ok(version),
            _ => self.refuse(&format!("`{version}` is no version like `1.2.3`")),
        }
    }

    fn schema(&self, schema: &str) -> Result<serde_json::Value, PackError> {
        let is_object = |value: &serde_json::Value| value.is_object();
        match serde_json::from_str(schema).ok().filter(is_object) {
            Some(schema) => Ok(schema),
            None => self.refuse("its options schema is no JSON object"),
        }
    }

    fn rule(&self, rule: guest::RuleInfo) -> Result<PackRule, PackError> {
        let id = rule.id;
        if !is_kebab(&id) {
            return self.refuse(&format!("`{id}` is no rule id; use letters, digits and `-`"));
        }
        if rule.risk > 3 {
            return self.refuse(&format!("the risk of `{id}` is {}, not 0 to 3", rule.risk));
        }
        if !(1.0..=1e6).contains(&rule.typical_speedup) {
            return self.refuse(&format!("the typical speed-up of `{id}` is no ratio from 1 on"));
        }
        if let Some(kind) = rule.kinds.iter().find(|kind| !is_node_kind(kind)) {
            let kind = clip(&one_line(kind), 80).to_owned();
            return self.refuse(&format!(
                "`{id}` wants nodes of the kind `{kind}`, and no grammar has one"
            ));
        }
        let mut conditions = BTreeSet::new();
        for condition in &rule.conditions {
            self.text("condition's text", condition.text.clone())?;
            if !is_kebab(&condition.id) || !conditions.insert(condition.id.clone()) {
                let condition = &condition.id;
                return self.refuse(&format!("`{condition}` of `{id}` is no new condition id"));
            }
        }
        Ok(PackRule {
            version: self.version(rule.version)?,
            title: self.text("rule's title", rule.title)?,
            why: self.text("rule's reason", rule.why)?,
            risk: rule.risk,
            typical_speedup: rule.typical_speedup,
            applicability: rule.applicability,
            conditions: rule.conditions,
            languages: rule.languages.into_iter().map(language).collect(),
            paths: self.globs(&id, &rule.paths)?,
            literals: rule.literals,
            kinds: Kinds::new(rule.kinds),
            needs_bindings: rule.needs_bindings,
            id,
        })
    }

    fn globs(&self, rule: &str, globs: &[String]) -> Result<Option<GlobSet>, PackError> {
        if globs.is_empty() {
            return Ok(None);
        }
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            match Glob::new(glob) {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(_) => return self.refuse(&format!("`{glob}` of `{rule}` is no glob")),
            }
        }
        match set.build() {
            Ok(set) => Ok(Some(set)),
            Err(_) => self.refuse(&format!("the globs of `{rule}` are too many")),
        }
    }
}
