//! git over https under bubblewrap, against a server of ours: what package
//! managers do with dependencies that lie in a repository.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use selfopt_core::{
    CancelFlag, CommandLimits, CommandSpec, HostDecision, HostPattern, MemoryTree, Millis, Network,
    NetworkUse, NoLog, Outcome, Phase, Sandbox as _, Workspace, WorkspaceSpec,
};
use tempfile::TempDir;

use crate::LocalSandbox;

const HOST: &str = "git.example";

/// A bare repository behind https, as any static server serves it.
const SERVER: &str = "const fs = require('fs'), path = require('path');
const [dir] = process.argv.slice(2);
const tls = { key: fs.readFileSync(path.join(dir, 'key.pem')), cert: fs.readFileSync(path.join(dir, 'cert.pem')) };
require('https').createServer(tls, (request, response) => {
  const file = path.join(dir, 'www', new URL(request.url, 'https://x').pathname);
  fs.readFile(file, (error, bytes) => { response.statusCode = error ? 404 : 200; response.end(bytes); });
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });";

/// Ends with the test.
struct Server {
    dir: TempDir,
    child: Child,
    address: SocketAddr,
    certificate: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        let certificate = made.cert.pem();
        let files = [
            ("cert.pem", certificate.clone()),
            ("key.pem", made.signing_key.serialize_pem()),
            ("server.js", SERVER.to_owned()),
        ];
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).expect("written");
        }
        repository(dir.path());
        let mut child = Command::new("node")
            .arg(dir.path().join("server.js"))
            .arg(dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs");
        let mut port = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut port).expect("a port");
        let address = SocketAddr::new([127, 0, 0, 1].into(), port.trim().parse().expect("a port"));
        Self { dir, child, address, certificate }
    }

    /// The commit that the repository has.
    fn commit(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("commit")).expect("written")
    }
}

/// `www/dep.git`: a package in a repository that needs no program to be served.
fn repository(dir: &Path) {
    let script = "set -e
mkdir work www && cd work && git init -q -b main .
echo '{\"name\":\"dep\",\"version\":\"2.0.0\"}' > package.json
git add . && git -c user.name=x -c user.email=x@example.com commit -q -m x
git rev-parse HEAD | tr -d '\\n' > ../commit
git clone -q --bare . ../www/dep.git
cd ../www/dep.git && git update-server-info";
    let done = Command::new("sh")
        .args(["-c", script])
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .status();
    assert!(done.expect("a shell").success());
}

/// A workspace whose installs find the server, and the server.
async fn workspace(files: &[(&str, &str)]) -> (Box<dyn Workspace>, TempDir, Server) {
    let server = Server::start();
    let dir = tempfile::tempdir().expect("a directory");
    let sandbox = LocalSandbox::bubblewrap(dir.path())
        .expect("bubblewrap is needed for this test; run `cargo xtask setup`")
        .with_name(HOST, server.address);
    let mut all: Vec<(&str, &str)> = files.to_vec();
    all.push(("cert.pem", &server.certificate));
    let spec = WorkspaceSpec {
        label: "git".into(),
        files: Arc::new(MemoryTree::new(all)),
        cancel: CancelFlag::default(),
    };
    (sandbox.open(spec).await.expect("a workspace"), dir, server)
}

async fn install(workspace: &dyn Workspace, hosts: &[&str], cmd: &str) -> (Outcome, NetworkUse) {
    let hosts = hosts.iter().map(|host| HostPattern::parse(host).expect("a host")).collect();
    let env = ["GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"];
    let spec = CommandSpec {
        cmd: cmd.to_owned(),
        working_directory: String::new(),
        env: env.map(|name| (name.to_owned(), "/sandbox/cert.pem".to_owned())).into(),
        phase: Phase::Install,
        network: Network::AllowList(hosts),
        limits: CommandLimits { wall: Millis::from_secs(120), ..CommandLimits::default() },
    };
    let outcome = workspace.run(spec, &NoLog).await.expect("the command runs to an outcome");
    let network = outcome.network.clone().expect("an install has a network");
    (outcome, network)
}

#[tokio::test]
async fn git_reaches_a_listed_host_by_every_address() {
    let (workspace, _dir, server) = workspace(&[]).await;
    let addresses = [
        "https://git.example/dep.git",
        "ssh://git@git.example/dep.git",
        "git@git.example:dep.git",
        "git://git.example/dep.git",
        "git+ssh://git@git.example/dep.git",
    ];
    for address in addresses {
        let cmd = format!("git ls-remote {address} HEAD");
        let (outcome, network) = install(&*workspace, &[HOST], &cmd).await;
        assert!(outcome.succeeded(), "{address}: {}\n{network:?}", outcome.text());
        assert!(outcome.text().starts_with(&server.commit()), "{address}: {}", outcome.text());
        assert_eq!(network.hosts.len(), 1, "{network:?}");
        assert_eq!(network.hosts[0].decision, HostDecision::Allowed);
    }
}

#[tokio::test]
async fn git_is_refused_a_host_that_is_not_listed() {
    let (workspace, _dir, _server) = workspace(&[]).await;
    for address in ["https://git.example/dep.git", "ssh://git@git.example/dep.git"] {
        let (outcome, network) =
            install(&*workspace, &["*.git.example"], &format!("git ls-remote {address}")).await;
        assert!(!outcome.succeeded(), "{}", outcome.text());
        assert!(outcome.text().contains("403"), "{}", outcome.text());
        assert_eq!(network.hosts[0].decision, HostDecision::NotListed);
    }
    let (outcome, network) =
        install(&*workspace, &[HOST], "git ls-remote ssh://git@git.example:22/dep.git").await;
    assert!(!outcome.succeeded());
    let reason = "port 443 is the only one".to_owned();
    assert_eq!(network.hosts[0].decision, HostDecision::Refused { reason });
}

#[tokio::test]
async fn npm_installs_a_dependency_from_a_repository() {
    let manifest = r#"{"name":"x","version":"1.0.0","dependencies":{"dep":"git+ssh://git@git.example/dep.git"}}"#;
    let (workspace, _dir, _server) = workspace(&[("package.json", manifest)]).await;
    let cmd = "npm install && node -p \"require('dep/package.json').version\"";
    let (outcome, network) = install(&*workspace, &[HOST], cmd).await;
    assert!(outcome.succeeded(), "{}\n{network:?}", outcome.text());
    assert!(outcome.text().contains("2.0.0"), "{}", outcome.text());
    assert_eq!(network.hosts[0].host, HOST);
    assert_eq!(network.hosts[0].decision, HostDecision::Allowed);
}
