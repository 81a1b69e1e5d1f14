//! Where our own control group is, by what the kernel says of mounts and of
//! this process. Groups for commands are made beneath it, so that the limits
//! that somebody has put on us hold for them too.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Controllers of version 1 that are used, the first two always.
const CONTROLLERS: [&str; 5] = ["memory", "pids", "cpuset", "cpuacct", "cpu"];
const NEEDED: usize = 2;

/// Which of the two interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// A tree for each controller.
    One,
    /// One tree for all.
    Two,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::One => "1",
            Self::Two => "2",
        })
    }
}

/// Directories in which groups can be made, by controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hierarchy {
    version: Version,
    parents: Vec<(String, PathBuf)>,
}

impl Hierarchy {
    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// Each directory once: controllers may share one.
    pub(super) fn parents(&self) -> Vec<PathBuf> {
        let mut parents: Vec<_> = self.parents.iter().map(|(_, parent)| parent.clone()).collect();
        parents.sort();
        parents.dedup();
        parents
    }

    pub(super) fn controllers(&self) -> impl Iterator<Item = &str> {
        self.parents.iter().map(|(name, _)| name.as_str())
    }

    /// The cores of the group that we are in.
    pub(super) fn cores(&self) -> Option<String> {
        let (_, parent) = self.parents.iter().find(|(name, _)| name == "cpuset")?;
        let names = ["cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"];
        let cores = names.iter().find_map(|name| fs::read_to_string(parent.join(name)).ok())?;
        Some(cores.trim().to_owned()).filter(|cores| !cores.is_empty())
    }
}

/// What may be used here, best first.
pub(super) fn candidates() -> Vec<Hierarchy> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let second = version_two(&mounts, &own).into_iter().flat_map(|(mount, own)| {
        let above = own.ancestors().take_while(|dir| dir.starts_with(&mount));
        above.filter_map(delegated).collect::<Vec<_>>()
    });
    second.chain(version_one(&mounts, &own)).collect()
}

/// A group of version 2 whose children can be given memory and pids limits.
/// The rule that processes live in leaves keeps our own group from being one,
/// and then one further up may be ours.
fn delegated(dir: &Path) -> Option<Hierarchy> {
    let enable = dir.join("cgroup.subtree_control");
    for controller in ["cpuset", "cpu", "memory", "pids"] {
        // Some may be on already, some are not there; what counts is read back.
        let _ = fs::write(&enable, format!("+{controller}"));
    }
    let enabled = fs::read_to_string(&enable).ok()?;
    let names: Vec<&str> = enabled.split_ascii_whitespace().collect();
    let is_usable = CONTROLLERS[..NEEDED].iter().all(|needed| names.contains(needed));
    let used = CONTROLLERS.iter().filter(|name| names.contains(name));
    let parents = used.map(|name| ((*name).to_owned(), dir.to_owned())).collect();
    is_usable.then_some(Hierarchy { version: Version::Two, parents })
}

/// The mount point and our own group of version 2.
fn version_two(mounts: &str, own: &str) -> Option<(PathBuf, PathBuf)> {
    let path = own.lines().find_map(|line| line.strip_prefix("0::"))?;
    let mount = mounts.lines().filter_map(Mount::parse).find(|mount| mount.kind == "cgroup2")?;
    let own = mount.place(path);
    Some((mount.point, own))
}

/// Our own groups of version 1, if those that are needed are there.
fn version_one(mounts: &str, own: &str) -> Option<Hierarchy> {
    let mounts: Vec<Mount<'_>> =
        mounts.lines().filter_map(Mount::parse).filter(|mount| mount.kind == "cgroup").collect();
    let parents: Vec<(String, PathBuf)> = CONTROLLERS
        .iter()
        .filter_map(|name| {
            let mount = mounts.iter().find(|mount| mount.options.contains(name))?;
            let path = own.lines().find_map(|line| {
                let mut fields = line.splitn(3, ':').skip(1);
                let is_it = fields.next()?.split(',').any(|controller| controller == *name);
                fields.next().filter(|_| is_it)
            })?;
            Some(((*name).to_owned(), mount.place(path)))
        })
        .collect();
    let has = |needed: &&str| parents.iter().any(|(name, _)| name == needed);
    let is_usable = CONTROLLERS[..NEEDED].iter().all(has);
    is_usable.then_some(Hierarchy { version: Version::One, parents })
}

/// A line of `mountinfo` (proc_pid_mountinfo(5)).
struct Mount<'a> {
    kind: &'a str,
    root: &'a str,
    point: PathBuf,
    options: Vec<&'a str>,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let mut before = before.split(' ').skip(3);
        let (root, point) = (before.next()?, before.next()?);
        let mut after = after.split(' ');
        let kind = after.next()?;
        let options = after.nth(1)?.split(',').collect();
        Some(Self { kind, root, point: PathBuf::from(point), options })
    }

    /// Where a group lies. In a container the mount shows a part of the tree
    /// only, whose root is the container's own group.
    fn place(&self, path: &str) -> PathBuf {
        let inside = Path::new(path).strip_prefix(self.root).unwrap_or(Path::new(""));
        self.point.join(inside.strip_prefix("/").unwrap_or(inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

    #[test]
    fn each_controller_of_version_one_is_found_where_we_are_in_it() {
        let own = "8:pids:/jobs/7\n4:memory:/docker/abc/sub\n3:cpuset:/\n2:cpu,cpuacct:/\n0::/x\n";
        let hierarchy = version_one(MOUNTS, own).expect("memory and pids are there");
        assert_eq!(
            hierarchy.parents(),
            [
                "/sys/fs/cgroup/cpu,cpuacct",
                "/sys/fs/cgroup/cpuset",
                "/sys/fs/cgroup/memory/sub",
                "/sys/fs/cgroup/pids/jobs/7"
            ]
            .map(PathBuf::from)
        );
        assert_eq!(version_one(MOUNTS, "3:cpuset:/\n"), None, "memory is needed");
    }

    #[test]
    fn of_version_two_there_is_one_tree() {
        let (mount, own) = version_two(MOUNTS, "1:name=systemd:/y\n0::/user.slice/a.scope\n")
            .expect("it is mounted");
        assert_eq!(mount, Path::new("/sys/fs/cgroup/unified"));
        assert_eq!(own, Path::new("/sys/fs/cgroup/unified/user.slice/a.scope"));
    }

    #[test]
    fn a_group_without_memory_control_is_not_used() {
        let dir = tempfile::tempdir().expect("a directory");
        let control = dir.path().join("cgroup.subtree_control");
        // A plain file keeps what was written last, as a kernel without the
        // other controllers would say.
        fs::write(&control, "").expect("written");
        assert_eq!(delegated(dir.path()), None);
    }
}
