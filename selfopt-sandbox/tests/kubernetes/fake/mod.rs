//! A stand-in for a cluster, written by hand from the published OpenAPI of
//! Kubernetes: an API server on loopback that knows the few resources that are
//! used, and a node that runs pods with Docker as their manifests say.
//!
//! What is sent to it is checked against the types that are generated from that
//! OpenAPI, and against the rules of the API that no type holds. It is no proof
//! that a real cluster does the same.

mod body;
mod node;
mod server;
mod state;
mod validate;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use selfopt_sandbox::{KubernetesOptions, LocalSandbox};
use tempfile::TempDir;

pub(crate) use self::state::{Behaviour, State};

/// The namespace of all tests.
pub(crate) const NAMESPACE: &str = "runs";
/// The claim whose volume is a directory of the test.
pub(crate) const CLAIM: &str = "work";

/// A cluster, and the volume that it shares with us.
pub(crate) struct Fake {
    pub(crate) volume: TempDir,
    pub(crate) state: Arc<State>,
    kubeconfig: PathBuf,
    /// Ends the server with the test.
    server: tokio::task::JoinHandle<()>,
}

impl Fake {
    /// Starts it. Must be called within a Tokio runtime.
    pub(crate) async fn start() -> Self {
        let volume = tempfile::tempdir().expect("a directory");
        let state = Arc::new(State::new(volume.path()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let server = tokio::spawn(server::serve(listener, Arc::clone(&state)));
        let kubeconfig = volume.path().join("kubeconfig");
        let config = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: fake\n\
             clusters: [{{ name: fake, cluster: {{ server: 'http://{address}' }} }}]\n\
             users: [{{ name: me, user: {{ token: {TOKEN} }} }}]\n\
             contexts: [{{ name: fake, context: {{ cluster: fake, user: me, namespace: {NAMESPACE} }} }}]\n",
            TOKEN = server::TOKEN,
        );
        std::fs::write(&kubeconfig, config).expect("written");
        Self { volume, state, kubeconfig, server }
    }

    /// How it is used.
    pub(crate) fn options(&self) -> KubernetesOptions {
        let mut options = KubernetesOptions::new(CLAIM);
        options.kubeconfig = Some(self.kubeconfig.clone());
        options.mount = Some(self.volume.path().to_owned());
        options.runtime_class = None;
        options.cores = 1;
        options
    }

    /// The directory of the sandbox, in the volume.
    pub(crate) fn base(&self) -> PathBuf {
        self.volume.path().join("store")
    }

    /// A sandbox in it.
    pub(crate) async fn sandbox(&self) -> LocalSandbox {
        let (base, options) = (self.base(), self.options());
        open(&base, options).await.unwrap_or_else(|error| {
            panic!("{error}: {:?}; {:?}", error.hint(), self.state.violations())
        })
    }

    /// Waits until the node has ended its containers, for a while.
    pub(crate) async fn gone(&self) {
        let mut changes = self.state.changes();
        let gone = async {
            while !self.state.left().is_empty() {
                changes.changed().await.expect("the state is there");
            }
        };
        let _ = tokio::time::timeout(Duration::from_mins(1), gone).await;
    }

    /// Nothing of it is left, and nothing that was sent broke a rule.
    pub(crate) async fn end(self) {
        self.gone().await;
        assert_eq!(self.state.left(), Vec::<String>::new());
        assert_eq!(self.state.violations(), Vec::<String>::new());
        self.server.abort();
    }
}

/// Opens a sandbox, which waits for answers, beside the server.
pub(crate) async fn open(
    base: &Path,
    options: KubernetesOptions,
) -> Result<LocalSandbox, selfopt_core::SandboxError> {
    let base = base.to_owned();
    let opened = tokio::task::spawn_blocking(move || LocalSandbox::kubernetes(base, &options));
    opened.await.expect("it does not panic")
}
