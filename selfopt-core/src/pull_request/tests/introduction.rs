//! The pull request that introduces SelfOpt to a repository.

use super::hostile::acts_on;
use crate::domain::{
    CommandSource, CommitId, DetectedCommand, DetectionNote, EvidenceLine, Project, Ratio,
    WorkspaceKind,
};
use crate::ports::FileUpdate;
use crate::pull_request::Onboarding;

#[test]
fn the_introduction_says_what_will_happen() {
    let evidence = |path: &str, line, text: &str| EvidenceLine {
        path: path.into(),
        line: Some(line),
        text: text.into(),
    };
    let command = |cmd: &str, confidence| {
        Some(DetectedCommand {
            cmd: cmd.into(),
            confidence: Ratio(confidence),
            source: CommandSource::User,
            evidence: vec![evidence("package.json", 7, "x")],
        })
    };
    let project = Project {
        name: Some("graph".into()),
        package_manager: None,
        working_directory: ".".into(),
        install_cmd: command("npm ci", 1.0),
        build_cmd: None,
        typecheck_cmd: None,
        test_cmd: command("npm test | tee `log` @octocat", 0.4),
        bench: None,
        node_version: None,
        workspace_kind: WorkspaceKind::None,
        packages: Vec::new(),
        package: None,
        apart: Vec::new(),
        rejected: Vec::new(),
        services: Vec::new(),
        tags: Vec::new(),
        notes: vec![DetectionNote {
            message: "two lock files <b>".into(),
            hint: None,
            evidence: None,
        }],
    };
    let base = CommitId::new("0123456789abcdef0123456789abcdef01234567");
    let draft = Onboarding {
        project: &project,
        config: "# selfopt\n",
        folder: "packages/graph",
        base_branch: "main",
        base: &base,
        schedule: "Every night at 02:00 UTC",
    }
    .draft();
    assert_eq!(acts_on(&draft.body), [""; 0], "{}", draft.body);
    assert_eq!(
        draft.changes,
        [FileUpdate::Create {
            path: "packages/graph/selfopt.toml".into(),
            content: "# selfopt\n".into()
        }]
    );
    insta::assert_snapshot!(draft.body);
}
