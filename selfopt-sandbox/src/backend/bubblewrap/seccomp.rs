//! The system calls that no build, test or benchmark needs and that attacks
//! on kernels begin with. Everything else is allowed: bubblewrap has already
//! taken away what it could act on.

use std::collections::BTreeMap;

use nix::libc::{self, c_long};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};
use selfopt_core::SandboxError;

use super::BACKEND;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Answered with EPERM whatever the arguments.
const DENIED: [c_long; 55] = [
    // Mounts and roots.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    // Namespaces.
    libc::SYS_unshare,
    libc::SYS_setns,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    // Keys of the kernel.
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // Programs in the kernel, and what is hard to filter.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_fanotify_init,
    libc::SYS_fanotify_mark,
    // The machine.
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_syslog,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    libc::SYS_kexec_file_load,
    libc::SYS_lookup_dcookie,
    libc::SYS_nfsservctl,
];

#[cfg(target_arch = "x86_64")]
const DENIED_HERE: [c_long; 4] =
    [libc::SYS_iopl, libc::SYS_ioperm, libc::SYS_modify_ldt, libc::SYS_uselib];
#[cfg(not(target_arch = "x86_64"))]
const DENIED_HERE: [c_long; 0] = [];

/// Families of sockets that remain; the network namespace decides what they
/// reach. Netlink is how programs list interfaces.
const FAMILIES: [i32; 4] = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];

/// Flags of `clone` that make a namespace.
const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWUTS,
];

/// Two programs as the kernel takes them. The second answers `clone3` with
/// ENOSYS, since its flags lie in memory where no filter can look; libraries
/// then use `clone`.
pub(super) fn filters() -> Result<[Vec<u8>; 2], SandboxError> {
    let build = || -> Result<[Vec<u8>; 2], seccompiler::BackendError> {
        let denied = program(denied()?, libc::EPERM)?;
        let clone3 = program(every_abi([(libc::SYS_clone3, Vec::new())]), libc::ENOSYS)?;
        Ok([bytes(&denied), bytes(&clone3)])
    };
    build().map_err(|error| SandboxError::Unavailable {
        backend: BACKEND.to_owned(),
        reason: format!("the system-call filter cannot be built for this processor: {error}"),
        hint: "use `--isolation process` for code that you trust".to_owned(),
    })
}

fn denied() -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Vec<(c_long, Vec<SeccompRule>)> =
        DENIED.iter().chain(&DENIED_HERE).map(|number| (*number, Vec::new())).collect();
    let other_families: Result<Vec<_>, _> =
        FAMILIES.iter().map(|family| condition(0, SeccompCmpOp::Ne, *family)).collect();
    let other_families = SeccompRule::new(other_families?)?;
    rules.push((libc::SYS_socket, vec![other_families.clone()]));
    rules.push((libc::SYS_socketpair, vec![other_families]));
    let mut namespaces = Vec::new();
    for flag in NAMESPACES {
        let mask = SeccompCmpOp::MaskedEq(u64::from(flag.cast_unsigned()));
        namespaces.push(SeccompRule::new(vec![condition(0, mask, flag)?])?);
    }
    rules.push((libc::SYS_clone, namespaces));
    // Typing into the terminal that we run in.
    let mut terminal = Vec::new();
    for request in [libc::TIOCSTI, libc::TIOCLINUX] {
        let request = i32::try_from(request).unwrap_or_default();
        terminal.push(SeccompRule::new(vec![condition(1, SeccompCmpOp::Eq, request)?])?);
    }
    rules.push((libc::SYS_ioctl, terminal));
    Ok(every_abi(rules))
}

fn condition(
    argument: u8,
    operator: SeccompCmpOp,
    value: i32,
) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(argument, Dword, operator, u64::from(value.cast_unsigned()))
}

/// On `x86_64` the same calls can be made with numbers of the x32 ABI, which
/// the kernel reports as the same architecture: bit 30, and a few numbers of
/// their own from 512 on.
fn every_abi(rules: impl IntoIterator<Item = (c_long, Vec<SeccompRule>)>) -> Rules {
    const X32: i64 = 0x4000_0000;
    let mut every = Rules::new();
    for (number, rules) in rules {
        if cfg!(target_arch = "x86_64") {
            every.insert(number | X32, rules.clone());
        }
        every.insert(number, rules);
    }
    if cfg!(target_arch = "x86_64") {
        every.extend((512..=547).map(|number| (number | X32, Vec::new())));
    }
    every
}

fn program(rules: Rules, errno: i32) -> Result<BpfProgram, seccompiler::BackendError> {
    let architecture: TargetArch = std::env::consts::ARCH.try_into()?;
    let action = SeccompAction::Errno(errno.cast_unsigned());
    SeccompFilter::new(rules, SeccompAction::Allow, action, architecture)?.try_into()
}

/// `struct sock_filter` as it lies in memory.
fn bytes(program: &BpfProgram) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(program.len() * 8);
    for instruction in program {
        bytes.extend_from_slice(&instruction.code.to_ne_bytes());
        bytes.extend_from_slice(&[instruction.jt, instruction.jf]);
        bytes.extend_from_slice(&instruction.k.to_ne_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_are_within_the_kernels_limit() {
        let [denied, clone3] = filters().expect("builds for this processor");
        assert!(denied.len() / 8 < 4096 && denied.len() > clone3.len());
        assert_eq!(clone3.len() % 8, 0);
    }
}
