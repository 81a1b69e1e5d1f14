//! Commits that are real: those of a bare repository, which is served, too.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;

use super::objects::{Commit, Objects, Tree};
use super::{FakeGitHub, State};
use crate::git_server::backend;

impl FakeGitHub {
    /// Serves `acme/web.git` of a folder, and knows the commit of its `main`.
    /// Said again after a push, it knows that one.
    pub(crate) fn serve_git(&self, root: &Path) -> String {
        let bare = root.join("acme/web.git");
        let head = text(&bare, &["rev-parse", "main"]);
        let mut state = self.state();
        state.git = Some(root.to_owned());
        import(&mut state.objects, &bare, &head);
        state.set_branch("main", &head);
        head
    }
}

fn run(bare: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git").args(arguments).current_dir(bare).output().expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn text(bare: &Path, arguments: &[&str]) -> String {
    String::from_utf8(run(bare, arguments)).expect("text").trim().to_owned()
}

fn import(objects: &mut Objects, bare: &Path, sha: &str) {
    let tree = text(bare, &["rev-parse", &format!("{sha}^{{tree}}")]);
    import_tree(objects, bare, &tree);
    let parents = text(bare, &["log", "-1", "--format=%P", sha]);
    let parents: Vec<String> = parents.split_whitespace().map(str::to_owned).collect();
    let message = text(bare, &["log", "-1", "--format=%B", sha]);
    for parent in &parents {
        if !objects.commits.contains_key(parent) {
            import(objects, bare, parent);
        }
    }
    objects.commits.insert(sha.to_owned(), Commit { message, tree, parents });
}

fn import_tree(objects: &mut Objects, bare: &Path, tree: &str) {
    let mut items = Tree::new();
    let listed = text(bare, &["ls-tree", "-z", tree]);
    for entry in listed.split('\0').filter(|entry| !entry.is_empty()) {
        let (about, name) = entry.split_once('\t').expect("a name");
        let [mode, kind, sha] = about.split(' ').collect::<Vec<_>>()[..] else {
            panic!("no entry of a tree: {entry}")
        };
        if kind == "tree" {
            import_tree(objects, bare, sha);
        } else {
            objects.blobs.insert(sha.to_owned(), run(bare, &["cat-file", "blob", sha]));
        }
        items.insert(name.to_owned(), (mode.to_owned(), sha.to_owned()));
    }
    objects.trees.insert(tree.to_owned(), items);
}

/// Whether a header holds a token that may read the repository.
fn is_known(state: &State, authorization: Option<&str>) -> bool {
    let encoded = authorization.and_then(|value| value.strip_prefix("Basic "));
    let pair = encoded.and_then(|value| STANDARD.decode(value).ok()).unwrap_or_default();
    let pair = String::from_utf8_lossy(&pair);
    let token = pair.strip_prefix("x-access-token:");
    token.is_some_and(|token| state.tokens.iter().any(|(known, _)| known == token))
}

/// One request of git's.
pub(super) async fn serve(
    state: &Mutex<State>,
    parts: &http::request::Parts,
    body: &Bytes,
) -> Response<Full<Bytes>> {
    let authorization = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let (is_known, root) = {
        let state = state.lock().expect("not poisoned");
        (is_known(&state, authorization), state.git.clone())
    };
    let refused = |status: StatusCode| {
        let answer = Response::builder().status(status);
        let answer = answer.header("www-authenticate", "Basic realm=\"git\"");
        answer.body(Full::new(Bytes::new())).expect("an answer")
    };
    match root {
        None => refused(StatusCode::NOT_FOUND),
        Some(_) if !is_known => refused(StatusCode::UNAUTHORIZED),
        Some(root) => backend(&root, parts, body).await,
    }
}
