//! What the host does with a workspace after an attack, which is where some of
//! them are meant to strike.

use selfopt_core::{
    Bytes, CollectLimits, CollectedFile, FileWrite, Outcome, SandboxError, Workspace,
};

use crate::targets::CANARY;

const LIMITS: CollectLimits =
    CollectLimits { files: 100, file_size: Bytes(1024 * 1024), total: Bytes(4 * 1024 * 1024) };

/// How often a file is taken out of a folder that trades places with a link.
const LOOKS: usize = 200;
const MOST_LOOKS: usize = 100_000;

/// What stopped the attack, or how it succeeded.
pub(crate) type Verdict = Result<Vec<String>, String>;

/// Does what the attack waits for, and looks at what came of it.
pub(crate) async fn of(name: &str, workspace: &dyn Workspace, outcome: &Outcome) -> Verdict {
    match name {
        "artifact-names" => names(&collect(workspace, "out/**").await.map_err(text)?),
        "artifact-race" => race(workspace).await,
        "artifact-sparse" => refused(collect(workspace, "out/*.json").await, "size limit"),
        "deep-tree" => refused(collect(workspace, "out/**").await, "depth limit"),
        "control-bytes" => control_bytes(outcome),
        "git-config" => git_config(workspace).await,
        "symlinks" => symlinks(workspace).await,
        _ => Ok(Vec::new()),
    }
}

async fn collect(
    workspace: &dyn Workspace,
    glob: &str,
) -> Result<Vec<CollectedFile>, SandboxError> {
    workspace.collect(&[glob.to_owned()], LIMITS).await
}

fn names(files: &[CollectedFile]) -> Verdict {
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    if names != ["out/plain.json"] {
        return Err(format!("collected {names:?}"));
    }
    Ok(vec!["only regular files with plain names are collected".to_owned()])
}

async fn race(workspace: &dyn Workspace) -> Verdict {
    // The command runs on beside this and ends when it finds `enough`. At first
    // it has nothing to show, and a folder that is gone between two looks is an
    // error: what counts is how often the file was seen.
    let mut seen = 0;
    for _ in 0..MOST_LOOKS {
        let files = collect(workspace, "out/**").await.unwrap_or_default();
        if files.iter().any(|file| file.bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes()))
        {
            return Err("the secret was collected".to_owned());
        }
        seen += usize::from(!files.is_empty());
        if seen == LOOKS {
            break;
        }
        tokio::task::yield_now().await;
    }
    if seen < LOOKS {
        return Err(format!("the file was seen {seen} times only"));
    }
    let enough = FileWrite { path: "enough".to_owned(), bytes: Vec::new() };
    workspace.apply(&[enough]).await.map_err(text)?;
    Ok(vec!["opened beneath the workspace, without links".to_owned()])
}

fn refused(result: Result<Vec<CollectedFile>, SandboxError>, by: &str) -> Verdict {
    match result {
        Err(SandboxError::TooMuch { .. }) => Ok(vec![format!("{by} of the collector")]),
        Err(error) => Err(text(error)),
        Ok(files) => Err(format!("{} files were collected", files.len())),
    }
}

fn control_bytes(outcome: &Outcome) -> Verdict {
    let text = outcome.text();
    let left: Vec<char> =
        text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\t')).collect();
    let is_reordered = text.contains('\u{202e}');
    if !left.is_empty() || is_reordered {
        return Err(format!("{left:?} are left in what people read, reordering: {is_reordered}"));
    }
    Ok(vec!["control characters are stripped from what people read".to_owned()])
}

async fn git_config(workspace: &dyn Workspace) -> Verdict {
    // All that the host does with a tree that a sandbox wrote.
    let write = FileWrite { path: "src/new.js".to_owned(), bytes: b"1".to_vec() };
    workspace.apply(&[write]).await.map_err(text)?;
    collect(workspace, "**/*.js").await.map_err(text)?;
    let snapshot = workspace.freeze().await.map_err(text)?;
    let fork = workspace.fork(&snapshot).await.map_err(text)?;
    fork.close().await.map_err(text)?;
    Ok(vec!["no git looks at a tree that a sandbox wrote".to_owned()])
}

async fn symlinks(workspace: &dyn Workspace) -> Verdict {
    for path in ["src/file.js", "lib/secret.json", "lib/new.js", "root/new.js", "dangling.js"] {
        let write = FileWrite { path: path.to_owned(), bytes: b"owned".to_vec() };
        match workspace.apply(&[write]).await {
            Err(SandboxError::PathEscapes { .. }) => {}
            Err(error) => return Err(format!("{path}: {error}")),
            Ok(()) => return Err(format!("{path} was written")),
        }
    }
    let files = collect(workspace, "**").await.map_err(text)?;
    if files.iter().any(|file| file.path.starts_with("lib") || file.path == "src/file.js") {
        return Err("what links lead to was collected".to_owned());
    }
    Ok(vec!["links are neither written through nor followed".to_owned()])
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn text(error: SandboxError) -> String {
    error.to_string()
}
