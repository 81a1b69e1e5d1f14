//! One loaded pack.

use selfopt_core::digest::Digest;
use selfopt_core::{Finding, Patch};
use selfopt_syntax::SourceFile;
use serde::Serialize;

use crate::bindings::{PackPre, guest};
use crate::call::{Call, State};
use crate::convert;
use crate::describe::{self, PackInfo, PackRule};
use crate::engine::PackHost;
use crate::error::PackError;
use crate::failure::{CallFailure, Phase};
use crate::validate::Judge;

/// A line that a pack logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// `debug`, `info` or `warn`.
    pub level: &'static str,
    /// What it said, in one line.
    pub message: String,
}

/// A pack that was compiled and has described itself.
pub struct RulePack {
    host: PackHost,
    pre: PackPre<State>,
    sha256: Digest,
    info: PackInfo,
    options: Option<String>,
}

impl std::fmt::Debug for RulePack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RulePack({} {})", self.info.id, self.info.version)
    }
}

impl PackHost {
    /// Loads a pack out of a component.
    pub fn load(&self, wasm: &[u8]) -> Result<RulePack, PackError> {
        let sha256 = Digest::of(wasm);
        let pre = self.prepare(wasm, &sha256)?;
        let described = Call::start(self, &pre, self.limits().describe_fuel)
            .and_then(|mut call| call.describe())
            .map_err(PackError::Describe)?;
        let info = describe::read(described, self.limits())?;
        Ok(RulePack { host: self.clone(), pre, sha256, info, options: None })
    }
}

impl RulePack {
    /// What it says of itself.
    pub fn info(&self) -> &PackInfo {
        &self.info
    }

    /// The digest of its bytes.
    pub fn sha256(&self) -> &Digest {
        &self.sha256
    }

    /// The limits it runs under.
    pub(crate) fn limits(&self) -> &crate::limits::Limits {
        self.host.limits()
    }

    /// Gives it options, which must fit its schema.
    pub fn configure(&mut self, options: &serde_json::Value) -> Result<(), PackError> {
        let refused = |reason: String| PackError::Options { pack: self.info.id.clone(), reason };
        let Some(schema) = &self.info.options_schema else {
            return Err(refused("it has none".to_owned()));
        };
        crate::options::check(schema, options).map_err(refused)?;
        let text = options.to_string();
        Call::start(&self.host, &self.pre, self.limits().describe_fuel)
            .and_then(|mut call| call.configure(&text))
            .map_err(|failure| refused(failure.to_string()))?;
        self.options = Some(text);
        Ok(())
    }

    /// The rules that have to see a file.
    pub(crate) fn rules_for(&self, file: &SourceFile) -> Vec<&PackRule> {
        self.info.rules.iter().filter(|rule| rule.wants(file)).collect()
    }

    pub(crate) fn has_rule(&self, id: &str) -> bool {
        self.info.rules.iter().any(|rule| rule.id == id)
    }

    /// The rule's version with the pack's hash behind it, so that evidence and
    /// history name the very bytes that answered.
    pub fn stamped_version(&self, rule: &PackRule) -> String {
        format!("{}+sha256.{}", rule.version, self.sha256)
    }

    /// The findings of these rules, in the order of their spans.
    pub(crate) fn scan(
        &self,
        file: &SourceFile,
        sent: &guest::SourceFile,
        rules: &[&PackRule],
    ) -> Result<Answer<Vec<Finding>>, CallFailure> {
        let ids: Vec<String> = rules.iter().map(|rule| rule.id.clone()).collect();
        let mut call = self.call(file)?;
        let fuel = call.fuel_left();
        let found = call.scan(sent, &ids)?;
        let fuel = fuel - call.fuel_left();
        let judge = Judge { file, limits: self.limits(), phase: Phase::Scan };
        let mut findings: Vec<Finding> = judge
            .findings(found, rules)?
            .into_iter()
            .map(|(rule, found)| convert::finding(file, rule, self.stamped_version(rule), found))
            .collect();
        findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        Ok(Answer { value: findings, fuel, log: call.into_log() })
    }

    /// The patch for a finding of one of its rules.
    pub(crate) fn propose(
        &self,
        file: &SourceFile,
        sent: &guest::SourceFile,
        finding: &Finding,
    ) -> Result<Option<Patch>, CallFailure> {
        let id = finding.rule.as_str();
        let Some(rule) = self.info.rules.iter().find(|rule| rule.id == id) else {
            return Ok(None);
        };
        let mut call = self.call(file)?;
        let Some(patch) = call.propose(sent, &convert::asked(finding))? else {
            return Ok(None);
        };
        let judge = Judge { file, limits: self.limits(), phase: Phase::Propose };
        let edits = judge.patch(rule, &patch)?;
        let obligations = patch.obligations.into_iter().map(convert::obligation).collect();
        Ok(Some(Patch { title: patch.title, edits, obligations }))
    }

    /// A configured instance for a file.
    fn call(&self, file: &SourceFile) -> Result<Call<'_>, CallFailure> {
        let fuel = self.limits().fuel_for(file.text.len());
        let mut call = Call::start(&self.host, &self.pre, fuel)?;
        if let Some(options) = &self.options {
            call.configure(options)?;
        }
        Ok(call)
    }
}

/// An answer and what it took.
pub(crate) struct Answer<T> {
    pub(crate) value: T,
    pub(crate) fuel: u64,
    pub(crate) log: Vec<LogLine>,
}
