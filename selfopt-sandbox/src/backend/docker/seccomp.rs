//! The system calls that no build, test or benchmark needs and that attacks on
//! kernels begin with, as a profile of Docker's. Its own profile allows some of
//! them: `io_uring`, and sockets to the machine's hypervisor.

use serde_json::{Value, json};

/// Answered with EPERM whatever the arguments. Names that an engine does not
/// know are left out by it.
const DENIED: [&str; 62] = [
    // Mounts and roots.
    "mount",
    "umount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "name_to_handle_at",
    "open_by_handle_at",
    // Namespaces.
    "unshare",
    "setns",
    // Other processes.
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "migrate_pages",
    "move_pages",
    // Keys of the kernel.
    "keyctl",
    "add_key",
    "request_key",
    // Programs in the kernel, and what is hard to filter.
    "bpf",
    "perf_event_open",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "userfaultfd",
    "fanotify_init",
    "fanotify_mark",
    // The machine.
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "settimeofday",
    "clock_settime",
    "clock_settime64",
    "clock_adjtime",
    "adjtimex",
    "init_module",
    "finit_module",
    "delete_module",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "quotactl_fd",
    "syslog",
    "sethostname",
    "setdomainname",
    "vhangup",
    "lookup_dcookie",
    "nfsservctl",
    "mknod",
    "iopl",
    "ioperm",
    "modify_ldt",
    "uselib",
];

const EPERM: u32 = 1;
const ENOSYS: u32 = 38;

/// `CLONE_NEW*` for mounts, cgroups, host names, IPC, users, processes, networks.
const NAMESPACES: [u64; 7] =
    [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000];

/// Families of sockets that remain: unix, IPv4, IPv6, netlink. The network
/// namespace decides what they reach. A rule compares an argument once, so the
/// others are named, and all those above.
const OTHER_FAMILIES: [u64; 13] = [0, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15];
const FIRST_FAMILY_ABOVE: u64 = 17;

/// Typing into a terminal: `TIOCSTI`, `TIOCLINUX`.
const TERMINAL: [u64; 2] = [0x5412, 0x541c];

/// The present execution domain, asked for.
const SAME_PERSONALITY: u64 = 0xffff_ffff;

/// The profile, as the daemon takes it.
pub(super) fn profile() -> String {
    let mut rules = vec![deny(&DENIED, EPERM, &[])];
    // Its flags lie in memory, where no filter can look; libraries then use
    // `clone`.
    rules.push(deny(&["clone3"], ENOSYS, &[]));
    for flag in NAMESPACES {
        let argument =
            json!({ "index": 0, "value": flag, "valueTwo": flag, "op": "SCMP_CMP_MASKED_EQ" });
        rules.push(deny(&["clone"], EPERM, &[argument]));
    }
    let sockets = ["socket", "socketpair"];
    for family in OTHER_FAMILIES {
        rules.push(deny(&sockets, EPERM, &[compare(0, family, "SCMP_CMP_EQ")]));
    }
    rules.push(deny(&sockets, EPERM, &[compare(0, FIRST_FAMILY_ABOVE, "SCMP_CMP_GE")]));
    for request in TERMINAL {
        rules.push(deny(&["ioctl"], EPERM, &[compare(1, request, "SCMP_CMP_EQ")]));
    }
    rules.push(deny(&["personality"], EPERM, &[compare(0, SAME_PERSONALITY, "SCMP_CMP_NE")]));
    // One architecture: calls by the numbers of another one end the process.
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "SCMP_ARCH_X86_64",
        "aarch64" => "SCMP_ARCH_AARCH64",
        other => other,
    };
    json!({
        "defaultAction": "SCMP_ACT_ALLOW",
        "architectures": [architecture],
        "syscalls": rules,
    })
    .to_string()
}

fn deny(names: &[&str], errno: u32, arguments: &[Value]) -> Value {
    json!({ "names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": errno, "args": arguments })
}

fn compare(index: u32, value: u64, operator: &str) -> Value {
    json!({ "index": index, "value": value, "valueTwo": 0, "op": operator })
}
