//! A host and a registry: a script in place of npm, which answers from a
//! directory, and scripts in place of the host's other programs.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use selfopt_core::{EvidenceLine, NodeVersion, PackageManager, PackageManagerName, Project};
use selfopt_core::{MemoryTree, detection};
use serde_json::json;
use tempfile::TempDir;

use super::super::cache::ToolCache;
use super::super::host::Host;
use super::super::integrity::sha512;
use super::super::npm::NpmClient;
use super::super::{ToolChain, ToolError, ToolNeeds, ToolResolver, ToolsChoice, cached_tools};

/// What our npm does: notes how it was called, and gives what lies there.
const NPM: &str = r#"#!/bin/sh
[ "$1" = --version ] && { echo 10.0.0; exit; }
echo "$*" >> HERE/calls
if [ -e HERE/offline ]; then
  echo '{"error": {"code": "ENOTFOUND", "summary": "no network"}}'
  exit 1
fi
answer="HERE/registry/$(echo "$2" | tr '/ ' '__')"
case $1 in
  ci)
    grep -q '"integrity": "sha512-' package-lock.json || exit 1
    mkdir -p node_modules/autocannon && echo '{}' > node_modules/autocannon/package.json
    exit
    ;;
  view) [ -e "$answer.json" ] && exec cat "$answer.json" ;;
  pack)
    while [ "$1" != --pack-destination ]; do shift; done
    [ -e "$answer.tgz" ] && exec cp "$answer.tgz" "$2/package.tgz"
    ;;
esac
echo '{"error": {"code": "E404", "summary": "not found"}}'
exit 1
"#;

pub(super) struct Fake {
    dir: TempDir,
    base: PathBuf,
}

impl Fake {
    /// A host with Node 20.20.2 and npm.
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in ["bin", "registry", "base"] {
            fs::create_dir(dir.path().join(name)).expect("made");
        }
        let base = dir.path().join("base");
        let fake = Self { dir, base };
        let here = fake.dir.path().display().to_string();
        fake.host_program("npm", &NPM.replace("HERE", &here));
        fake.host_program("node", "#!/bin/sh\necho v20.20.2\n");
        fake
    }

    /// The same with its cache in another place.
    pub(super) fn with_base(self, base: &Path) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    pub(super) fn host_program(&self, name: &str, text: &str) {
        executable(&self.dir.path().join("bin").join(name), text);
    }

    /// A program of the host that is no script.
    pub(super) fn host_binary(&self, name: &str, content: &[u8]) {
        self.binary(&format!("bin/{name}"), content);
    }

    /// A program beneath the fake's directory.
    pub(super) fn binary(&self, path: &str, content: &[u8]) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(&path, content).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }

    /// Makes a host's program part of a package with this manifest.
    pub(super) fn host_package(&self, name: &str, manifest: &str) {
        let bin = self.dir.path().join("bin").join(name);
        let package = self.dir.path().join("lib").join(name);
        fs::create_dir_all(&package).expect("made");
        fs::rename(&bin, package.join("run")).expect("moved");
        fs::write(package.join("package.json"), manifest).expect("written");
        std::os::unix::fs::symlink(package.join("run"), bin).expect("linked");
    }

    pub(super) fn go_offline(&self) {
        fs::write(self.dir.path().join("offline"), "").expect("written");
    }

    /// How often npm was called to do this.
    pub(super) fn n_calls(&self, command: &str) -> usize {
        let calls = fs::read_to_string(self.dir.path().join("calls")).unwrap_or_default();
        calls.lines().filter(|call| call.split(' ').next() == Some(command)).count()
    }

    /// Publishes a package with one program that prints the version.
    pub(super) fn publish(&self, package: &str, version: &str, program: &str) {
        let manifest = json!({
            "name": package, "version": version, "bin": {program: "bin/run.sh"},
            "engines": {"node": ">=18.12"},
        });
        let script = format!("#!/bin/sh\necho {version}\n");
        let path = match program {
            "node" | "esbuild" => &format!("bin/{program}"),
            _ => "bin/run.sh",
        };
        let files = [("package.json", manifest.to_string()), (path, script)];
        let mut builder = tar::Builder::new(self.tarball(package, version));
        for (path, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_mode(0o755);
            header.set_size(content.len() as u64);
            let path = format!("package/{path}");
            builder.append_data(&mut header, path, content.as_bytes()).expect("appended");
        }
        builder.into_inner().and_then(GzEncoder::finish).expect("finished");
    }

    /// A tarball to be filled.
    pub(super) fn tarball(&self, package: &str, version: &str) -> GzEncoder<File> {
        let path = self.tarball_path(package, version);
        GzEncoder::new(File::create(path).expect("created"), Compression::fast())
    }

    pub(super) fn tarball_path(&self, package: &str, version: &str) -> PathBuf {
        self.answer(&format!("{package}@{version}"), "tgz")
    }

    /// What the registry says about a range.
    pub(super) fn lists(&self, package: &str, range: &str, versions: &[&str]) {
        let one = |version: &&str| {
            let integrity = sha512(&self.tarball_path(package, version)).expect("published");
            json!({"version": version, "dist.integrity": integrity})
        };
        let all: Vec<_> = versions.iter().map(one).collect();
        let document = if let [one] = all.as_slice() { one.clone() } else { json!(all) };
        let path = self.answer(&format!("{package}@{range}"), "json");
        fs::write(path, document.to_string()).expect("written");
    }

    /// Publishes one version and lists it for a range.
    pub(super) fn offer(&self, package: &str, range: &str, version: &str, program: &str) {
        self.publish(package, version, program);
        self.lists(package, range, &[version]);
    }

    fn answer(&self, spec: &str, extension: &str) -> PathBuf {
        let name = spec.replace(['/', ' '], "_");
        self.dir.path().join("registry").join(format!("{name}.{extension}"))
    }

    pub(super) fn resolver(&self, choice: ToolsChoice) -> ToolResolver {
        let bin = self.dir.path().join("bin");
        let npm = NpmClient::on(&[bin.clone(), "/usr/bin".into(), "/bin".into()]);
        let cache = ToolCache::open(&self.base).expect("a cache");
        ToolResolver::with(Host::new(vec![bin]), npm, cache, choice)
    }

    pub(super) async fn resolve(&self, needs: &ToolNeeds) -> Result<ToolChain, ToolError> {
        self.resolver(ToolsChoice::Auto).resolve(needs).await
    }

    /// The tools that are found, as people see them.
    pub(super) async fn lines(&self, needs: &ToolNeeds) -> Vec<String> {
        lines(&self.resolve(needs).await.expect("resolved"))
    }

    /// Asserts that nothing was kept, finished or not.
    pub(super) fn assert_nothing_is_kept(&self) {
        assert_eq!(cached_tools(&self.base), []);
        let names = fs::read_dir(self.base.join("cache/toolchain")).expect("a cache");
        let mut names: Vec<_> =
            names.map(|entry| entry.expect("read").file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["locks", "requests"]);
        let requests = fs::read_dir(self.base.join("cache/toolchain/requests")).expect("a cache");
        assert_eq!(requests.count(), 0);
    }
}

pub(super) fn lines(chain: &ToolChain) -> Vec<String> {
    chain.tools().iter().map(ToString::to_string).collect()
}

pub(super) fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// A project of which only the tools matter.
pub(super) fn project() -> Project {
    detection::weigh(&[])
}

/// The needs of a project that pins a package manager, or uses one.
pub(super) fn managed(
    name: PackageManagerName,
    version: Option<&str>,
    hash: Option<&str>,
    files: &[(&str, &str)],
) -> ToolNeeds {
    let manager =
        PackageManager { name, version: version.map(str::to_owned), hash: hash.map(str::to_owned) };
    let project = Project { package_manager: Some(manager), ..project() };
    ToolNeeds::of(&project, &MemoryTree::new(files.iter().copied()))
}

/// The needs of a project that asks for a Node.
pub(super) fn with_node(pick: &str, acceptable: Option<&str>, pinned: bool) -> ToolNeeds {
    let source = EvidenceLine { path: ".nvmrc".into(), line: Some(1), text: pick.into() };
    let version = NodeVersion {
        pick: pick.into(),
        acceptable: acceptable.map(str::to_owned),
        pinned,
        source,
    };
    let project = Project { node_version: Some(version), ..project() };
    ToolNeeds::of(&project, &MemoryTree::default())
}
