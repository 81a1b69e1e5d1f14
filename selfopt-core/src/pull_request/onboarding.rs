//! The pull request that introduces SelfOpt: what was detected, what will
//! happen, and that nothing happens before it is merged.

use std::fmt::Write as _;

use super::limits::PullRequestLimits;
use super::markdown::{code, prose, table};
use super::marker::Marker;
use crate::config::CONFIG_FILE;
use crate::domain::{CommitId, DetectedCommand, EvidenceLine, Project, Ratio};
use crate::ports::{FileUpdate, Phase, PullRequestDraft};

/// The branch of the pull request.
pub const ONBOARDING_BRANCH: &str = "selfopt/onboarding";

/// Rows of a table at most.
const ROWS: usize = 20;

/// What is told of a repository in which the App was installed.
#[derive(Debug, Clone, Copy)]
pub struct Onboarding<'a> {
    /// What was detected.
    pub project: &'a Project,
    /// The file that `selfopt init` would write.
    pub config: &'a str,
    /// The project's folder in the repository, empty for its root.
    pub folder: &'a str,
    /// The branch that is worked on.
    pub base_branch: &'a str,
    /// The commit that was looked at.
    pub base: &'a CommitId,
    /// When runs take place, in words: `every night at 02:00 UTC`.
    pub schedule: &'a str,
}

impl Onboarding<'_> {
    /// The pull request: it adds `selfopt.toml`, with every value a comment.
    pub fn draft(&self) -> PullRequestDraft {
        let folder = self.folder.trim_matches('/');
        let path = if folder.is_empty() {
            CONFIG_FILE.to_owned()
        } else {
            format!("{folder}/{CONFIG_FILE}")
        };
        PullRequestDraft {
            base_branch: self.base_branch.to_owned(),
            base: self.base.clone(),
            branch: ONBOARDING_BRANCH.to_owned(),
            title: "Configure SelfOpt".to_owned(),
            body: self.body(&path),
            message: format!(
                "chore: configure SelfOpt\n\nAdds {CONFIG_FILE}; every value in it is a comment.\n"
            ),
            changes: vec![FileUpdate::Create { path, content: self.config.to_owned() }],
            marker: Marker::Onboarding,
        }
    }

    fn body(&self, path: &str) -> String {
        let mut out = format!(
            "SelfOpt was installed on this repository. It looks for changes that make the code faster, proves each one, and proposes those that hold. **Nothing runs and nothing is proposed before this is merged;** to refuse, close it.\n\n### What was detected\n\nOn {}:\n\n",
            code(self.base.as_str())
        );
        out.push_str(&self.commands());
        let unsure = self.unsure();
        if !unsure.is_empty() {
            let _ = writeln!(
                out,
                "\n**Please confirm {}** in {}: the evidence is weak.",
                unsure.join(", "),
                code(path)
            );
        }
        if let Some(node) = &self.project.node_version {
            let _ = writeln!(out, "\nNode {}.", code(&node.pick));
        }
        for need in self.project.services.iter().take(ROWS) {
            let _ = writeln!(
                out,
                "\nNeeds {}, which a sandbox does not have ({}).",
                code(&need.name),
                code(&need.evidence.to_string())
            );
        }
        for note in self.project.notes.iter().take(ROWS) {
            let _ = writeln!(out, "\n- {}", prose(&note.message));
        }
        let limits = PullRequestLimits::default();
        let _ = writeln!(
            out,
            "\n### What will happen\n\n1. {}: install, build and test {} in a sandbox without your secrets. A repository that is red is left alone, and you are told why.\n2. Changes that pass every gate become proposals with evidence.\n3. A pull request is opened only when a person asks for it: at most {} within an hour and {} at once.\n4. A pull request that you close is not opened again. A branch with your commits is not touched.\n\nSelfOpt never merges, never pushes to your branches, and cannot change workflow files.\n\n### To change something\n\nEdit {} on this branch. Every value in it is a comment and shows what holds without it.\n",
            prose(self.schedule),
            code(self.base_branch),
            limits.hourly,
            limits.open,
            code(path)
        );
        out + &Marker::Onboarding.line() + "\n"
    }

    fn commands(&self) -> String {
        let row = |step: &str, cmd: &str, confidence: Ratio, evidence: &[EvidenceLine]| {
            let line = evidence.first().map(|line| code(&line.to_string())).unwrap_or_default();
            [step.to_owned(), code(cmd), format!("{:.0} %", confidence.percent()), line]
        };
        let none =
            |step: &str| [step.to_owned(), "none found".to_owned(), String::new(), String::new()];
        let detected = self.steps().map(|(step, detected)| match detected {
            Some(one) => row(step, &one.cmd, one.confidence, &one.evidence),
            None => none(step),
        });
        let bench = match &self.project.bench {
            Some(one) => row("benchmark", &one.cmd, one.confidence, &one.evidence),
            None => none("benchmark"),
        };
        table(["step", "command", "confidence", "evidence"], detected.into_iter().chain([bench]))
    }

    fn steps(&self) -> [(&'static str, &Option<DetectedCommand>); 4] {
        let project = self.project;
        [
            ("install", &project.install_cmd),
            ("build", &project.build_cmd),
            ("typecheck", &project.typecheck_cmd),
            ("tests", &project.test_cmd),
        ]
    }

    /// Names of the steps that a person should confirm.
    fn unsure(&self) -> Vec<&'static str> {
        let commands = self.steps().into_iter().filter_map(|(step, detected)| {
            detected.as_ref().filter(|one| one.is_unsure()).map(|_| step)
        });
        let bench = self.project.bench.as_ref();
        let bench = bench.filter(|one| one.confidence < DetectedCommand::SURE).map(|_| "benchmark");
        let tests =
            self.project.command(Phase::Test).is_none().then_some("that there are no tests");
        commands.chain(bench).chain(tests).collect()
    }
}
