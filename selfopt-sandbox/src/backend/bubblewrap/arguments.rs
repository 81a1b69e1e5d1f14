//! bubblewrap's arguments: what a command sees. The order matters, since each
//! mount lies on top of those before it.

use std::ffi::OsString;
use std::path::Path;

use selfopt_core::Phase;

use super::etc::{Etc, RESOLVER};
use super::programs::Programs;
use super::{FILTER_FDS, GATE_FDS};
use crate::backend::launcher::Launch;
use crate::backend::package_managers::{is_listed, is_open};
use crate::command::NpmConfig;
use crate::command::environment::{Places, variables};
use crate::egress;

/// The workspace, the same path for every fork.
const WORKSPACE: &str = "/sandbox";
const HOME: &str = "/home/sandbox";
const NPM_CACHE: &str = "/var/cache/npm";

/// What fits into `/tmp`, in bytes. It counts as memory.
pub(super) const TEMPORARY_SIZE: u64 = 512 * 1024 * 1024;
/// What fits into `/dev/shm`, in bytes.
const SHARED_MEMORY_SIZE: u64 = 64 * 1024 * 1024;

/// The user and group inside, whatever they are outside.
const INSIDE_ID: &str = "1000";

/// Everything that the arguments are made of.
pub(super) struct View<'a> {
    pub launch: Launch<'a>,
    pub programs: &'a Programs,
    pub etc: &'a Etc,
    pub npm: &'a NpmConfig,
    /// Whether the command waits until it is let go.
    pub has_gate: bool,
}

/// All arguments but the command.
pub(super) fn arguments(view: &View<'_>) -> Vec<OsString> {
    let mut arguments = Arguments(Vec::new());
    arguments.namespaces(is_open(view.launch.spec));
    arguments.system(view);
    arguments.writable(view);
    arguments.add(&["--remount-ro", "/dev", "--remount-ro", "/"]);
    arguments.environment(view);
    for fd in FILTER_FDS {
        arguments.add(&["--add-seccomp-fd", &fd.to_string()]);
    }
    if view.has_gate {
        let [info, block] = GATE_FDS.map(|fd| fd.to_string());
        arguments.add(&["--info-fd", &info, "--block-fd", &block]);
    }
    arguments.0
}

struct Arguments(Vec<OsString>);

impl Arguments {
    fn add(&mut self, arguments: &[&str]) {
        self.0.extend(arguments.iter().map(OsString::from));
    }

    fn bind(&mut self, how: &str, from: &Path, to: impl Into<OsString>) {
        self.0.extend([how.into(), from.into(), to.into()]);
    }

    fn namespaces(&mut self, has_network: bool) {
        self.add(&[
            "--unshare-all",
            "--unshare-user",
            "--disable-userns",
            "--die-with-parent",
            "--as-pid-1",
            "--new-session",
        ]);
        if has_network {
            self.add(&["--share-net"]);
        }
        self.add(&[
            "--cap-drop",
            "ALL",
            "--uid",
            INSIDE_ID,
            "--gid",
            INSIDE_ID,
            "--hostname",
            "sandbox",
        ]);
    }

    /// The read-only part.
    fn system(&mut self, view: &View<'_>) {
        // The configuration names files, so they go together.
        let is_install = view.launch.spec.phase == Phase::Install;
        self.bind("--ro-bind", &view.programs.on_host("/usr"), "/usr");
        for name in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] {
            let on_host = view.programs.on_host(name);
            match std::fs::read_link(&on_host) {
                Ok(target) => self.bind("--symlink", &target, name),
                Err(_) => self.bind("--ro-bind-try", &on_host, name),
            }
        }
        for prefix in view.programs.prefixes() {
            self.bind("--ro-bind", prefix, prefix);
        }
        for (dir, inside) in view.launch.tools.mounts() {
            self.bind("--ro-bind", &dir, inside);
        }
        for (file, inside) in view.etc.files(is_install) {
            // Names are looked up by the proxy, where there is one.
            if inside != RESOLVER || is_open(view.launch.spec) {
                self.bind("--ro-bind", &file, inside);
            }
        }
        for path in Etc::host_paths(is_install) {
            self.bind("--ro-bind-try", &view.programs.on_host(path), path);
        }
        self.add(&["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev"]);
    }

    fn writable(&mut self, view: &View<'_>) {
        let (temporary, shared) = (TEMPORARY_SIZE.to_string(), SHARED_MEMORY_SIZE.to_string());
        self.add(&[
            "--size", &shared, "--tmpfs", "/dev/shm", "--size", &temporary, "--tmpfs", "/tmp",
        ]);
        self.bind("--bind", &view.launch.place.tree(), WORKSPACE);
        self.bind("--bind", &view.launch.place.home(), HOME);
        if view.launch.spec.phase == Phase::Install {
            self.bind("--bind", &view.launch.area.npm_cache(), NPM_CACHE);
        }
        if is_listed(view.launch.spec) {
            self.bind("--ro-bind", &view.launch.place.egress(), egress::INSIDE);
        }
    }

    fn environment(&mut self, view: &View<'_>) {
        let places = Places {
            workspace: WORKSPACE.to_owned(),
            home: HOME.to_owned(),
            temporary: "/tmp".to_owned(),
            npm_cache: NPM_CACHE.to_owned(),
            path: [view.launch.tools.inside_path(), view.programs.path().to_vec()].concat(),
        };
        for (name, value) in variables(&places, view.launch.spec, view.npm, view.launch.marker) {
            self.add(&["--setenv", &name, &value]);
        }
        let directory = view.launch.spec.working_directory.trim_start_matches("./");
        self.add(&["--chdir", format!("{WORKSPACE}/{directory}").trim_end_matches(['/', '.'])]);
    }
}
