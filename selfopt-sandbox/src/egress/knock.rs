//! Finding out whether a command can reach us: it is told to come to a door of
//! ours, and we look whether it did.

use std::fs::{self, Permissions};
use std::io::{ErrorKind, Read as _};
use std::net::{IpAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use selfopt_core::SandboxError;

use super::door::Door;
use crate::failure::failed;
use crate::workspace::{FileOwner, give, remove_tree};

/// How long one that came may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// A door that leads nowhere. Its directory is removed with it.
pub(crate) struct Knock {
    dir: PathBuf,
    door: Door,
    listener: TcpListener,
}

impl Knock {
    /// Listens, and writes down where, in a new directory.
    pub(crate) fn open(
        dir: &Path,
        owner: Option<FileOwner>,
        host: IpAddr,
    ) -> Result<Self, SandboxError> {
        remove_tree(dir)?;
        fs::create_dir(dir).map_err(failed("create", dir))?;
        let (door, listener) = Door::open(host).map_err(failed("listen beside", dir))?;
        listener.set_nonblocking(true).map_err(failed("listen beside", dir))?;
        door.write(dir)?;
        give(dir, owner)?;
        fs::set_permissions(dir, Permissions::from_mode(0o755))
            .map_err(failed("set the mode of", dir))?;
        Ok(Self { dir: dir.to_owned(), door, listener })
    }

    /// The shell command that tries it. It succeeds in any case.
    pub(crate) fn script(&self) -> String {
        let Door { host, port, token } = &self.door;
        format!(
            "node -e \"const s = require('net').connect({port}, '{host}', () => s.end('{token}')); s.on('error', () => {{}}); setTimeout(() => process.exit(), 10000).unref(); s.setTimeout(8000, () => s.destroy())\""
        )
    }

    /// Whether it came since this was asked last. Others who came do not count.
    pub(crate) fn was_heard(&self) -> bool {
        let mut was_heard = false;
        loop {
            match self.listener.accept() {
                Ok((mut stream, _)) => {
                    let mut said = vec![0; self.door.token.len()];
                    let is_read = stream.set_nonblocking(false).is_ok()
                        && stream.set_read_timeout(Some(PATIENCE)).is_ok()
                        && stream.read_exact(&mut said).is_ok();
                    was_heard |= is_read && said == self.door.token.as_bytes();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return was_heard,
            }
        }
    }
}

impl Drop for Knock {
    fn drop(&mut self) {
        // What cannot be removed goes with the workspace.
        let _ = remove_tree(&self.dir);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpStream;
    use std::process::Command;

    use super::*;

    #[test]
    fn only_who_knows_the_word_is_heard() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("egress");
        let knock = Knock::open(&dir, None, IpAddr::from([127, 0, 0, 1])).unwrap();
        assert!(!knock.was_heard());
        let mut stranger = TcpStream::connect(("127.0.0.1", knock.door.port)).unwrap();
        stranger.write_all(b"hello").unwrap();
        drop(stranger);
        assert!(!knock.was_heard());
        let script = knock.script();
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
        assert!(knock.was_heard());
        assert!(!knock.was_heard(), "since it was asked last");
        drop(knock);
        assert!(!dir.exists());
    }
}
