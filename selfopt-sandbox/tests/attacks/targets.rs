//! What the attacks aim at: stand-ins on this machine's loopback and in a
//! folder of their own, which are untouched in the end or were reached.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};

use tempfile::TempDir;

/// In every secret, so that it is found in any output.
pub(crate) const CANARY: &str = "attack-canary-6f1d";

const CORE_PATTERN: &str = "/proc/sys/kernel/core_pattern";

/// The stand-ins of one attack.
pub(crate) struct Targets {
    dir: TempDir,
    tcp: [TcpListener; 2],
    udp: UdpSocket,
    unix: [UnixListener; 2],
    abstract_name: String,
    core_pattern: String,
    /// Found in the command lines of all that the attack starts.
    pub(crate) id: String,
}

impl Targets {
    pub(crate) fn new(attack: &str, backend: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        // Open to everybody, so that nothing but the sandbox is in the way.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).expect("set");
        let secret = dir.path().join("secret.json");
        fs::write(&secret, CANARY).expect("written");
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o666)).expect("set");
        // Other attacks run at the same time, and no name is the beginning of
        // another one.
        let id = format!("attack-{attack}-{backend}-{}-end", std::process::id());
        let address = own_address().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let loopback = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = loopback.local_addr().expect("bound").port();
        // The same port on the machine's own address, if it has one.
        let outside = TcpListener::bind((address, port))
            .or_else(|_| TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let udp = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let name = SocketAddr::from_abstract_name(&id).expect("a name");
        let unix = [
            UnixListener::bind_addr(&name).expect("an abstract socket"),
            UnixListener::bind(dir.path().join("socket")).expect("a socket"),
        ];
        for socket in &unix {
            socket.set_nonblocking(true).expect("set");
        }
        udp.set_nonblocking(true).expect("set");
        let tcp = [loopback, outside];
        for listener in &tcp {
            listener.set_nonblocking(true).expect("set");
        }
        let core_pattern = fs::read_to_string(CORE_PATTERN).expect("readable");
        Self { dir, tcp, udp, unix, abstract_name: id.clone(), core_pattern, id }
    }

    /// How the attack finds them.
    pub(crate) fn variables(&self, other_tree: &str) -> BTreeMap<String, String> {
        let path = |name: &str| self.dir.path().join(name).display().to_string();
        let port = |listener: &TcpListener| listener.local_addr().expect("bound").port();
        let udp = self.udp.local_addr().expect("bound").port();
        [
            ("ATTACK_ID", self.id.clone()),
            ("CLIENT_PID", std::process::id().to_string()),
            ("OTHER_TREE", other_tree.to_owned()),
            ("TARGET_ABSTRACT", self.abstract_name.clone()),
            (
                "TARGET_ADDRESS",
                own_address().map_or("127.0.0.1".to_owned(), |address| address.to_string()),
            ),
            ("TARGET_FILE", path("secret.json")),
            ("TARGET_MARK", path("mark")),
            ("TARGET_PORT", port(&self.tcp[0]).to_string()),
            ("TARGET_SOCKET", path("socket")),
            ("TARGET_UDP", udp.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// What the attack reached.
    pub(crate) fn breaches(&self) -> Vec<String> {
        let mut breaches = Vec::new();
        let mut say = |what: &str| breaches.push(what.to_owned());
        if self.tcp.iter().any(|listener| is_reached(&listener.accept())) {
            say("a server of the host was connected to");
        }
        if is_reached(&self.udp.recv_from(&mut [0; 16])) {
            say("a datagram came to the host");
        }
        if self.unix.iter().any(|socket| is_reached(&socket.accept())) {
            say("a unix socket of the host was connected to");
        }
        let names: Vec<_> = fs::read_dir(self.dir.path())
            .expect("listed")
            .map(|entry| entry.expect("read").file_name())
            .collect();
        if names.len() != 2 {
            say(&format!("the folder of the targets holds {names:?}"));
        }
        if fs::read_to_string(self.dir.path().join("secret.json")).expect("still there") != CANARY {
            say("the secret was changed");
        }
        if fs::read_to_string(CORE_PATTERN).expect("readable") != self.core_pattern {
            say("a setting of the kernel was changed");
        }
        let left = processes_with(&self.id);
        if !left.is_empty() {
            say(&format!("processes are left: {left:?}"));
        }
        breaches
    }
}

fn is_reached<T>(result: &std::io::Result<T>) -> bool {
    !matches!(result, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

/// The address of this machine's network card, which a route leads to; nothing
/// is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Processes of the host whose command line has the text, zombies aside.
fn processes_with(text: &str) -> Vec<String> {
    let own = std::process::id().to_string();
    let entries = fs::read_dir("/proc").expect("listed").filter_map(Result::ok);
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()) && *pid != own)
        .filter_map(|pid| fs::read(format!("/proc/{pid}/cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(text))
        .collect()
}
