//! The socket between us and process 1 of a container (`images/runner/init.c`,
//! which says what the messages are). It is connected once; the path is removed
//! before the command starts.

use std::fs;
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType, accept_with, bind, listen, recv, send, sendmsg, socket_with,
};
use selfopt_core::SandboxError;

use crate::command::Marker;
use crate::failure::failed;
use crate::workspace::{FileOwner, give, set_mode};

/// What a report may hold.
const MOST: usize = 64 * 1024;

/// Waits for a container's process 1.
pub(super) struct Listener {
    socket: OwnedFd,
    path: PathBuf,
}

impl Listener {
    /// A socket in the directory of a workspace, for its user only.
    pub(super) fn bind(
        dir: &Path,
        marker: &Marker,
        owner: Option<FileOwner>,
    ) -> Result<Self, SandboxError> {
        let name = format!("socket.{}", marker.as_str());
        let path = dir.join(&name);
        let make = || -> rustix::io::Result<OwnedFd> {
            let flags = SocketFlags::CLOEXEC;
            let socket = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
            // Paths of sockets are short, those of workspaces may be long.
            let beneath = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let directory = openat(CWD, dir, beneath, Mode::empty())?;
            let short =
                format!("/proc/self/fd/{}/{name}", std::os::fd::AsRawFd::as_raw_fd(&directory));
            bind(&socket, &SocketAddrUnix::new(short.as_str())?)?;
            listen(&socket, 1)?;
            Ok(socket)
        };
        let socket = make().map_err(|error| failed("make a socket at", &path)(error.into()))?;
        let listener = Self { socket, path };
        set_mode(&listener.path, 0o600)?;
        give(&listener.path, owner)?;
        Ok(listener)
    }

    /// Where it is, on the host.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits that long; `None` if nobody has come.
    pub(super) fn accept(&self, patience: Duration) -> Result<Option<Channel>, SandboxError> {
        if !is_readable(self.socket.as_fd(), patience) {
            return Ok(None);
        }
        let socket = accept_with(&self.socket, SocketFlags::CLOEXEC)
            .map_err(|error| failed("accept a connection at", &self.path)(error.into()))?;
        Ok(Some(Channel { socket, end: None, is_stopped: false }))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The whole directory goes later, if it is still there.
        let _ = fs::remove_file(&self.path);
    }
}

/// How the other side ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// With a report.
    Report(Vec<u8>),
    /// Without a word: it was killed.
    Silence,
}

/// A connection to process 1.
pub(super) struct Channel {
    socket: OwnedFd,
    end: Option<End>,
    is_stopped: bool,
}

impl Channel {
    /// Becomes readable when the command ends.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Lets the command begin, with these ends of pipes.
    pub(super) fn go(&self, output: [BorrowedFd<'_>; 2]) -> rustix::io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
        let mut rights = SendAncillaryBuffer::new(&mut space);
        if !rights.push(SendAncillaryMessage::ScmRights(&output)) {
            return Err(Errno::NOBUFS);
        }
        sendmsg(&self.socket, &[IoSlice::new(b"g")], &mut rights, SendFlags::NOSIGNAL).map(drop)
    }

    /// Stops the command, and waits until it is stopped.
    pub(super) fn stop(&mut self, patience: Duration) {
        self.tell(b's');
        let deadline = Instant::now() + patience;
        while self.end.is_none() && !self.is_stopped {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() || !is_readable(self.fd(), rest) {
                return;
            }
            self.listen();
        }
    }

    /// Continues it.
    pub(super) fn go_on(&mut self) {
        self.is_stopped = false;
        self.tell(b'c');
    }

    /// Asks process 1 to kill everything and to report; whether it did.
    pub(super) fn kill(&mut self, patience: Duration) -> bool {
        self.tell(b'k');
        let deadline = Instant::now() + patience;
        while self.end.is_none() {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() || !is_readable(self.fd(), rest) {
                return false;
            }
            self.listen();
        }
        true
    }

    /// Whether the other side has ended.
    pub(super) fn has_ended(&mut self) -> bool {
        if self.end.is_none() && is_readable(self.fd(), Duration::ZERO) {
            self.listen();
        }
        self.end.is_some()
    }

    /// How it ended; silence if it has not said anything.
    pub(super) fn end(&self) -> End {
        self.end.clone().unwrap_or(End::Silence)
    }

    fn tell(&self, word: u8) {
        if self.end.is_none() {
            // Whoever is gone is seen when it is listened to.
            let _ = send(&self.socket, &[word], SendFlags::NOSIGNAL);
        }
    }

    fn listen(&mut self) {
        let mut buffer = vec![0; MOST];
        match recv(&self.socket, buffer.as_mut_slice(), RecvFlags::DONTWAIT) {
            Ok((1.., _)) if buffer.first() == Some(&b's') => self.is_stopped = true,
            Ok((length @ 1.., _)) => {
                buffer.truncate(length);
                self.end = Some(End::Report(buffer));
            }
            Err(Errno::AGAIN | Errno::INTR) => {}
            Ok((0, _)) | Err(_) => self.end = Some(End::Silence),
        }
    }
}

fn is_readable(fd: BorrowedFd<'_>, patience: Duration) -> bool {
    let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    let timeout = Timespec {
        tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(patience.subsec_nanos()),
    };
    matches!(poll(&mut fds, Some(&timeout)), Ok(1..))
}
