//! Watching what a workspace takes on the disk. Nothing cheap says how large a
//! tree is, but one call says how much of its file system is used: only when
//! that has grown is the tree looked through, in a thread of its own, and never
//! for more than a small part of the time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat, statvfs};
use rustix::io::Errno;

/// How often the file system is asked.
const TICK: Duration = Duration::from_millis(250);
/// A look through the tree is followed by a pause this many times as long, so
/// that it takes at most one part in twenty of one core.
const PAUSE: u32 = 19;
/// Growth by this part of the limit is worth a look.
const WORTH_A_LOOK: u64 = 16;

/// What a look would disturb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// Nothing that matters.
    Usual,
    /// A measurement: no look before the file system has grown by the whole
    /// limit, and one after the end.
    Measured,
}

/// What a file or directory takes at least: an inode and its name. Empty files
/// fill a disk too.
const ENTRY: u64 = 4096;
/// Deeper than any project, and within what descriptors allow.
const MAX_DEPTH: usize = 256;

const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// The directories of a workspace that count, and what they held when they
/// were last looked through. One for a workspace, whatever runs in it.
#[derive(Debug, Clone)]
pub(crate) struct DiskUse {
    dirs: Arc<[PathBuf]>,
    /// Growth of the file system that no look has explained yet.
    unexplained: Arc<AtomicU64>,
}

impl DiskUse {
    /// Of directories that lie on one file system.
    pub(crate) fn of(dirs: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { dirs: dirs.into_iter().collect(), unexplained: Arc::default() }
    }

    /// Watches while one command runs.
    pub(crate) fn watch(&self, limit: u64, care: Care) -> DiskWatch {
        DiskWatch {
            used: self.clone(),
            limit,
            worth_a_look: limit / if care == Care::Measured { 1 } else { WORTH_A_LOOK },
            before: self.dirs.first().and_then(|dir| used_of_file_system(dir)),
            next: Instant::now() + TICK,
            look: None,
        }
    }
}

/// Holds one command to the limit.
#[derive(Debug)]
pub(crate) struct DiskWatch {
    used: DiskUse,
    limit: u64,
    /// Growth that is worth a look while the command runs.
    worth_a_look: u64,
    before: Option<u64>,
    next: Instant,
    look: Option<Look>,
}

/// A look through the tree that is under way.
#[derive(Debug)]
struct Look {
    thread: JoinHandle<u64>,
    begun: Instant,
    stop: Arc<AtomicBool>,
}

impl DiskWatch {
    /// Whether the limit is exceeded, as far as is known by now.
    pub(crate) fn is_exceeded(&mut self) -> bool {
        if self.look.as_ref().is_some_and(|look| look.thread.is_finished()) {
            return self.end_look();
        }
        if self.look.is_some() || Instant::now() < self.next {
            return false;
        }
        self.next = Instant::now() + TICK;
        if self.grown() >= self.worth_a_look {
            self.begin_look();
        }
        false
    }

    /// The same once the command has ended, when the tree holds still.
    pub(crate) fn was_exceeded(mut self) -> bool {
        if self.look.is_some() {
            return self.end_look();
        }
        if self.grown() < self.limit / WORTH_A_LOOK {
            return false;
        }
        self.begin_look();
        self.end_look()
    }

    /// How much the file system has filled up since the last look.
    fn grown(&mut self) -> u64 {
        let now = self.used.dirs.first().and_then(|dir| used_of_file_system(dir));
        let (Some(now), Some(before)) = (now, self.before) else {
            return 0;
        };
        self.before = Some(now);
        let more = now.saturating_sub(before);
        self.used.unexplained.fetch_add(more, Ordering::Relaxed).saturating_add(more)
    }

    fn begin_look(&mut self) {
        self.used.unexplained.store(0, Ordering::Relaxed);
        let (dirs, limit) = (Arc::clone(&self.used.dirs), self.limit);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || size(&dirs, limit, &stopped));
        self.look = Some(Look { thread, begun: Instant::now(), stop });
    }

    fn end_look(&mut self) -> bool {
        let Some(Look { thread, begun, .. }) = self.look.take() else {
            return false;
        };
        let size = thread.join().unwrap_or(0);
        self.next = Instant::now() + TICK.max(begun.elapsed() * PAUSE);
        size > self.limit
    }
}

impl Drop for DiskWatch {
    fn drop(&mut self) {
        if let Some(Look { thread, stop, .. }) = self.look.take() {
            stop.store(true, Ordering::Relaxed);
            // It has nothing to say any more.
            let _ = thread.join();
        }
    }
}

/// What is used of the file system that a directory lies on: bytes, and for
/// each file at least [`ENTRY`].
fn used_of_file_system(dir: &Path) -> Option<u64> {
    let stat = statvfs(dir).ok()?;
    let bytes = stat.f_blocks.saturating_sub(stat.f_bfree).saturating_mul(stat.f_frsize);
    let files = stat.f_files.saturating_sub(stat.f_ffree).saturating_mul(ENTRY);
    Some(bytes.saturating_add(files))
}

/// What directories take on the disk together. Stops early beyond the limit,
/// since nobody needs to know more.
fn size(dirs: &[PathBuf], limit: u64, stop: &AtomicBool) -> u64 {
    let mut sum = Sum { bytes: 0, limit, stop };
    for dir in dirs {
        if let Ok(root) = openat(CWD, dir, DIRECTORY, Mode::empty()) {
            sum.directory(root, 0);
        }
    }
    sum.bytes
}

struct Sum<'a> {
    bytes: u64,
    limit: u64,
    stop: &'a AtomicBool,
}

impl Sum<'_> {
    /// Entered by descriptor, so that nothing can be put in the way. What
    /// cannot be looked at because it is nested too deeply counts as too much:
    /// otherwise that would be the place to hide in.
    fn directory(&mut self, directory: rustix::fd::OwnedFd, depth: usize) {
        if depth > MAX_DEPTH {
            self.bytes = u64::MAX;
            return;
        }
        let Ok(mut entries) = Dir::new(directory) else { return };
        while let Some(entry) = entries.next() {
            if self.bytes > self.limit || self.stop.load(Ordering::Relaxed) {
                return;
            }
            let Ok(entry) = entry else { return };
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let Ok(at) = entries.fd() else { return };
            let Ok(stat) = statat(at, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
            // The room of a file with several names is divided among them.
            let blocks = u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512);
            let own = blocks / u64::from(u32::try_from(stat.st_nlink).unwrap_or(1).max(1));
            let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
            let room = if is_directory { blocks } else { own };
            self.bytes = self.bytes.saturating_add(room.max(ENTRY));
            if is_directory {
                match openat(at, name, DIRECTORY, Mode::empty()) {
                    Ok(child) => self.directory(child, depth + 1),
                    Err(Errno::MFILE | Errno::NFILE) => self.bytes = u64::MAX,
                    Err(_) => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const MANY: u64 = u64::MAX - 1;

    fn size_of(dir: &Path) -> u64 {
        size(&[dir.to_owned()], MANY, &AtomicBool::new(false))
    }

    #[test]
    fn what_is_really_there_counts() {
        let dir = tempfile::tempdir().expect("a directory");
        fs::File::create(dir.path().join("sparse")).expect("made").set_len(1 << 40).expect("set");
        assert!(size_of(dir.path()) < 1 << 20, "holes take no room");
        for index in 0..100 {
            fs::write(dir.path().join(format!("empty{index}")), "").expect("written");
        }
        assert!(size_of(dir.path()) >= 100 * ENTRY, "empty files do");
        fs::write(dir.path().join("big"), vec![1; 3 << 20]).expect("written");
        let once = size_of(dir.path());
        assert!(once >= 3 << 20);
        fs::hard_link(dir.path().join("big"), dir.path().join("again")).expect("linked");
        assert!(size_of(dir.path()) < once + (1 << 20), "names of one file count once");
    }

    #[test]
    fn links_are_not_followed_and_depth_hides_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        std::os::unix::fs::symlink("/usr", dir.path().join("usr")).expect("linked");
        assert_eq!(size_of(dir.path()), ENTRY);
        let deep = (0..=MAX_DEPTH + 1).fold(dir.path().to_owned(), |at, _| at.join("d"));
        fs::create_dir_all(deep).expect("made");
        assert_eq!(size_of(dir.path()), u64::MAX);
    }

    #[test]
    fn a_tree_beyond_the_limit_is_seen_and_one_below_is_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let used = DiskUse::of([dir.path().to_owned()]);
        let (small, large) =
            (used.watch(1 << 20, Care::Usual), used.watch(64 << 20, Care::Measured));
        fs::write(dir.path().join("big"), vec![1; 8 << 20]).expect("written");
        // Delayed allocation is in the figures of the file system already.
        assert!(small.was_exceeded());
        assert!(!large.was_exceeded());
    }
}
