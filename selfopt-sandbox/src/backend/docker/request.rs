//! The container of a command, as the daemon is asked for it.

use std::collections::HashMap;
use std::path::Path;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountBindOptions,
    MountBindOptionsPropagationEnum, MountType, ResourcesUlimits, RestartPolicy,
    RestartPolicyNameEnum,
};
use selfopt_core::Phase;

use super::image::Image;
use super::labels::labels;
use crate::backend::bubblewrap::etc::RESOLVER;
use crate::backend::container::{
    Files, HOME, INIT, NPM_CACHE, WORKSPACE, directory, variables_inside,
};
use crate::backend::launcher::Launch;
use crate::backend::package_managers::{is_listed, is_open};
use crate::command::{NpmConfig, SHELL, THREADS_OF_A_PROCESS};
use crate::egress;
use crate::workspace::FileOwner;

const SOCKET: &str = "/run/selfopt-init";

/// What fits into `/tmp`, in bytes. It counts as memory.
pub(super) const TEMPORARY_SIZE: u64 = 512 * 1024 * 1024;

/// Process 1 ends a command by itself that is this much later than its limit:
/// we do it sooner, with a reason.
const LATE_SECONDS: u64 = 30;

/// Everything that a container is made of.
pub(super) struct Request<'a> {
    pub launch: Launch<'a>,
    pub image: &'a Image,
    pub user: FileOwner,
    pub files: &'a Files,
    pub npm: &'a NpmConfig,
    pub seccomp: &'a str,
    pub cores: &'a str,
    /// The socket of process 1, on the host.
    pub socket: &'a Path,
}

/// The cores of this process, in the kernel's notation.
pub(super) fn own_cores() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    line.unwrap_or_default().trim().to_owned()
}

/// The request.
pub(super) fn request(of: &Request<'_>) -> ContainerCreateBody {
    let limits = &of.launch.spec.limits;
    let seconds = limits.wall.0.div_ceil(1000).saturating_add(LATE_SECONDS);
    let command = [
        SOCKET,
        &seconds.to_string(),
        &directory(of.launch.spec),
        SHELL,
        "-c",
        &of.launch.spec.cmd,
    ];
    ContainerCreateBody {
        hostname: Some("sandbox".to_owned()),
        user: Some(format!("{}:{}", of.user.uid, of.user.gid)),
        env: Some(environment(of)),
        entrypoint: Some(vec![INIT.to_owned()]),
        cmd: Some(command.map(str::to_owned).to_vec()),
        // By its hash: the name may come to be another's during a run.
        image: Some(of.image.id.clone()),
        working_dir: Some("/".to_owned()),
        network_disabled: Some(!is_open(of.launch.spec)),
        open_stdin: Some(false),
        labels: Some(labels(limits)),
        host_config: Some(host_config(of)),
        ..ContainerCreateBody::default()
    }
}

fn host_config(of: &Request<'_>) -> HostConfig {
    let limits = &of.launch.spec.limits;
    let memory = Some(signed(limits.memory.0));
    let threads = u64::from(limits.processes) * THREADS_OF_A_PROCESS;
    let limit = |name: &str, value: u64| ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(signed(value)),
        hard: Some(signed(value)),
    };
    let restart =
        RestartPolicy { name: Some(RestartPolicyNameEnum::NO), maximum_retry_count: None };
    let temporary = format!("rw,nosuid,nodev,exec,mode=1777,size={TEMPORARY_SIZE}");
    HostConfig {
        // Swap counts too: as much of both together as of memory alone.
        memory,
        memory_swap: memory,
        pids_limit: Some(signed(threads)),
        cpuset_cpus: (!of.cores.is_empty()).then(|| of.cores.to_owned()),
        ulimits: Some(vec![
            limit("core", 0),
            limit("fsize", limits.file_size.0),
            limit("nofile", u64::from(limits.open_files)),
        ]),
        mounts: Some(mounts(of)),
        tmpfs: Some(HashMap::from([("/tmp".to_owned(), temporary)])),
        network_mode: Some(if is_open(of.launch.spec) { "bridge" } else { "none" }.to_owned()),
        ipc_mode: Some("none".to_owned()),
        readonly_rootfs: Some(true),
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec![
            "no-new-privileges:true".to_owned(),
            format!("seccomp={}", of.seccomp),
        ]),
        log_config: Some(HostConfigLogConfig { typ: Some("none".to_owned()), config: None }),
        restart_policy: Some(restart),
        // Ours is process 1, and removes itself from nothing: how it ended is
        // asked for when it cannot say so.
        init: Some(false),
        auto_remove: Some(false),
        privileged: Some(false),
        ..HostConfig::default()
    }
}

fn mounts(of: &Request<'_>) -> Vec<Mount> {
    let bind = |from: &Path, to: &str, read_only: bool| Mount {
        target: Some(to.to_owned()),
        source: Some(from.display().to_string()),
        typ: Some(MountType::BIND),
        read_only: Some(read_only),
        bind_options: Some(MountBindOptions {
            propagation: Some(MountBindOptionsPropagationEnum::RPRIVATE),
            ..MountBindOptions::default()
        }),
        ..Mount::default()
    };
    let mut mounts = vec![
        bind(&of.launch.place.tree(), WORKSPACE, false),
        bind(&of.launch.place.home(), HOME, false),
        bind(of.socket, SOCKET, true),
    ];
    let is_install = of.launch.spec.phase == Phase::Install;
    if is_install {
        mounts.push(bind(&of.launch.area.npm_cache(), NPM_CACHE, false));
    }
    if is_listed(of.launch.spec) {
        mounts.push(bind(&of.launch.place.egress(), egress::INSIDE, true));
    }
    let files = of.files.mounts(is_install);
    // Names are looked up by the proxy, where there is one.
    let files = files.filter(|(_, inside)| inside != RESOLVER || !is_open(of.launch.spec));
    mounts.extend(files.map(|(file, inside)| bind(&file, &inside, true)));
    mounts.extend(of.launch.tools.mounts().iter().map(|(dir, inside)| bind(dir, inside, true)));
    mounts
}

fn environment(of: &Request<'_>) -> Vec<String> {
    let variables = variables_inside(of.launch.spec, of.npm, of.launch.marker, of.launch.tools);
    // A name alone takes away what the image and the daemon would set.
    let image = of.image.variables.iter().map(String::as_str).chain(["HOSTNAME"]);
    let taken = image.filter(|name| !variables.contains_key(*name)).map(str::to_owned);
    let set = variables.iter().map(|(name, value)| format!("{name}={value}"));
    taken.chain(set).collect()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use selfopt_core::{Bytes, CommandLimits, CommandSpec, Millis, Network};
    use serde_json::{Value, json};

    use super::*;
    use crate::command::Marker;
    use crate::toolchain::ToolChain;
    use crate::workspace::Area;

    fn shape(spec: &CommandSpec) -> Value {
        let dir = tempfile::tempdir().unwrap();
        let area = Area::open(dir.path(), "docker", None).unwrap();
        let place = area.create("test", None).unwrap();
        let npm = NpmConfig::default();
        let user = FileOwner { uid: 1000, gid: 1000 };
        let files = Files::write(&dir.path().join("etc"), user, &npm).unwrap();
        let image = Image {
            name: "runner".to_owned(),
            id: "sha256:1".to_owned(),
            variables: vec!["NODE_VERSION".to_owned(), "PATH".to_owned()],
        };
        let body = request(&Request {
            launch: Launch {
                area: &area,
                place: &place,
                spec,
                marker: &Marker::next(),
                tools: &ToolChain::default(),
            },
            image: &image,
            user,
            files: &files,
            npm: &npm,
            seccomp: "{}",
            cores: "0-1",
            socket: Path::new("/base/socket"),
        });
        serde_json::to_value(body).unwrap()
    }

    fn spec(phase: Phase, network: Network) -> CommandSpec {
        CommandSpec {
            cmd: "npm test".to_owned(),
            working_directory: "./packages/a".to_owned(),
            env: BTreeMap::new(),
            phase,
            network,
            limits: CommandLimits {
                wall: Millis(1500),
                memory: Bytes::from_mib(512),
                processes: 10,
                ..CommandLimits::default()
            },
        }
    }

    fn targets(body: &Value) -> Vec<(String, bool)> {
        let mounts = body["HostConfig"]["Mounts"].as_array().unwrap();
        let one = |mount: &Value| {
            let is_read_only = mount["ReadOnly"].as_bool().unwrap();
            (mount["Target"].as_str().unwrap().to_owned(), is_read_only)
        };
        mounts.iter().map(one).collect()
    }

    #[test]
    fn everything_is_taken_away_that_can_be() {
        let body = shape(&spec(Phase::Test, Network::None));
        let host = &body["HostConfig"];
        for (key, value) in [
            ("ReadonlyRootfs", json!(true)),
            ("NetworkMode", json!("none")),
            ("IpcMode", json!("none")),
            ("CapDrop", json!(["ALL"])),
            ("SecurityOpt", json!(["no-new-privileges:true", "seccomp={}"])),
            ("LogConfig", json!({ "Type": "none" })),
            ("RestartPolicy", json!({ "Name": "no" })),
            ("Memory", json!(512 << 20)),
            ("MemorySwap", json!(512 << 20)),
            ("PidsLimit", json!(80)),
            ("CpusetCpus", json!("0-1")),
            ("Privileged", json!(false)),
        ] {
            assert_eq!(host[key], value, "{key}");
        }
        assert!(host["CapAdd"].is_null() && host["Devices"].is_null() && host["PidMode"].is_null());
        assert_eq!(body["Image"], "sha256:1");
        assert_eq!(body["User"], "1000:1000");
        assert_eq!(body["NetworkDisabled"], true);
        assert_eq!(body["Entrypoint"], json!([INIT]));
        assert_eq!(
            body["Cmd"],
            json!([SOCKET, "32", "/sandbox/packages/a", "/bin/sh", "-c", "npm test"])
        );
        let writable: Vec<_> =
            targets(&body).into_iter().filter(|(_, read_only)| !read_only).collect();
        assert_eq!(writable, [("/sandbox".to_owned(), false), ("/home/sandbox".to_owned(), false)]);
    }

    #[test]
    fn only_an_install_has_a_way_out() {
        let list = Network::AllowList(Vec::new());
        let has = |body: &Value, target: &str| targets(body).iter().any(|(one, _)| one == target);
        let listed = shape(&spec(Phase::Install, list.clone()));
        assert!(has(&listed, egress::INSIDE) && has(&listed, NPM_CACHE) && has(&listed, RESOLVER));
        assert_eq!(listed["HostConfig"]["NetworkMode"], "none");
        let open = shape(&spec(Phase::Install, Network::Open));
        assert_eq!(open["HostConfig"]["NetworkMode"], "bridge");
        assert!(!has(&open, egress::INSIDE) && !has(&open, RESOLVER));
        for network in [list, Network::Open, Network::None] {
            let body = shape(&spec(Phase::Test, network));
            assert_eq!(body["HostConfig"]["NetworkMode"], "none");
            assert!(!has(&body, egress::INSIDE) && !has(&body, NPM_CACHE));
        }
    }

    #[test]
    fn variables_of_the_image_are_taken_away() {
        let body = shape(&spec(Phase::Test, Network::None));
        let variables: Vec<_> =
            body["Env"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        assert!(variables.contains(&"NODE_VERSION") && variables.contains(&"HOSTNAME"));
        assert!(!variables.contains(&"PATH"), "it is set");
        assert!(
            variables
                .iter()
                .any(|one| one.starts_with("PATH=/sandbox/packages/a/node_modules/.bin:"))
        );
    }
}
