//! A Postgres of this test process: a new cluster in a temporary directory, on a
//! socket there, gone with the process.

use std::{
    env, fs,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

const STAND_INS: &str = include_str!("stand_ins.sql");

/// A database with what a new Supabase project has; its URL.
pub(crate) fn new_database() -> String {
    static N_DATABASES: AtomicU32 = AtomicU32::new(0);
    let cluster = cluster();
    let name = format!("test_{}", N_DATABASES.fetch_add(1, Ordering::Relaxed));
    psql(cluster, "postgres", &format!("create database {name} template stand_ins"));
    format!("postgres://postgres@localhost/{name}?host={}", cluster.dir.display())
}

/// What `psql` prints for a script, without decoration, whether or not it succeeds.
pub(crate) fn run_script(url: &str, script: &Path) -> (bool, String) {
    let output = Command::new(program("psql"))
        .args(["--quiet", "--no-align", "--tuples-only", "--no-psqlrc", "--dbname", url, "--file"])
        .arg(script)
        .env_remove("PGOPTIONS")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (output.status.success(), said.concat())
}

struct Cluster {
    dir: PathBuf,
    /// Ends the cluster when its input ends, and so with this process, however
    /// that ends.
    _warden: Child,
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(start)
}

fn start() -> Cluster {
    let dir = tempfile::Builder::new().prefix("selfopt-postgres-").tempdir().unwrap().keep();
    if is_root() {
        let (user, group) = postgres_ids();
        chown(&dir, Some(user), Some(group)).unwrap();
    }
    let data = dir.join("data");
    let stop = format!("{} stop --mode immediate", program("pg_ctl").display());
    let warden = unprivileged("sh", &dir)
        .args(["-c", "cat; $0 --pgdata \"$1/data\"; rm -rf \"$1\""])
        .args([stop.as_str().as_ref(), dir.as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // The terminal's Ctrl-C is not for it.
        .process_group(0)
        .spawn()
        .unwrap();
    succeed(
        unprivileged(program("initdb"), &dir)
            .args(["--no-sync", "--no-locale", "--encoding", "UTF8", "--auth", "trust"])
            .args(["--username", "postgres", "--pgdata"])
            .arg(&data),
    );
    let options = format!("-k {} -c listen_addresses='' -c fsync=off", dir.display());
    succeed(
        unprivileged(program("pg_ctl"), &dir)
            .args(["start", "--wait", "--silent", "--options", &options, "--pgdata"])
            .arg(&data)
            .arg("--log")
            .arg(dir.join("log")),
    );
    let cluster = Cluster { dir, _warden: warden };
    psql(&cluster, "postgres", "create database stand_ins");
    psql(&cluster, "stand_ins", STAND_INS);
    cluster
}

fn psql(cluster: &Cluster, database: &str, sql: &str) {
    succeed(
        Command::new(program("psql"))
            .args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--username", "postgres"])
            .args(["--dbname", database, "--command", sql, "--host"])
            .arg(&cluster.dir),
    );
}

fn succeed(command: &mut Command) {
    // Into a file: a server that is started would keep a pipe open.
    let log = tempfile::NamedTempFile::new().unwrap();
    let status = command
        .stdin(Stdio::null())
        .stdout(log.reopen().unwrap())
        .stderr(log.reopen().unwrap())
        .status()
        .unwrap();
    assert!(status.success(), "{command:?}: {}", fs::read_to_string(log.path()).unwrap());
}

/// Postgres refuses to run as root.
fn unprivileged(program: impl AsRef<Path>, dir: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]);
        command.arg(program.as_ref());
        command
    } else {
        Command::new(program.as_ref())
    };
    command.current_dir(dir);
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The user and group `postgres`, which the Debian package makes.
fn postgres_ids() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let mut fields = line.expect("there is a user `postgres`: run `cargo xtask setup`").split(':');
    let mut id = |n| fields.nth(n).and_then(|id| id.parse().ok()).expect("an id");
    (id(2), id(0))
}

/// A program of the newest Postgres that is installed.
pub(crate) fn program(name: &str) -> PathBuf {
    let version = |dir: &PathBuf| dir.file_name()?.to_str()?.parse::<u32>().ok();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = debian.filter_map(|entry| Some(entry.ok()?.path())).max_by_key(version);
    let on_path = env::var_os("PATH").unwrap_or_default();
    newest
        .map(|version| version.join("bin"))
        .into_iter()
        .chain(env::split_paths(&on_path))
        .map(|dir| dir.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("`{name}` was not found: run `cargo xtask setup`"))
}
