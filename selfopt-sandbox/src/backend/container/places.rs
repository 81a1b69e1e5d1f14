//! Where things are in a container, whose they are, and what variables a
//! command finds there.

use selfopt_core::CommandSpec;

use crate::command::environment::{Places, Variables, variables};
use crate::command::{Marker, NpmConfig};
use crate::toolchain::ToolChain;
use crate::workspace::FileOwner;

/// The workspace, the same path for every fork and as under bubblewrap.
pub(in crate::backend) const WORKSPACE: &str = "/sandbox";
/// The private home.
pub(in crate::backend) const HOME: &str = "/home/sandbox";
/// npm's cache, in installs.
pub(in crate::backend) const NPM_CACHE: &str = "/var/cache/npm";
/// Process 1 of the runner image.
pub(in crate::backend) const INIT: &str = "/usr/local/lib/selfopt/init";

/// The user of commands, unless we are an ordinary user ourselves: then the
/// files are ours, and so are the commands.
const INSIDE: FileOwner = FileOwner { uid: 1000, gid: 1000 };

/// The user inside, and whom files are given to, where that is not us.
pub(in crate::backend) fn user() -> (FileOwner, Option<FileOwner>) {
    let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
    if uid.is_root() {
        (INSIDE, Some(INSIDE))
    } else {
        (FileOwner { uid: uid.as_raw(), gid: gid.as_raw() }, None)
    }
}

/// The directory in which a command starts.
pub(in crate::backend) fn directory(spec: &CommandSpec) -> String {
    let directory = spec.working_directory.trim_start_matches("./");
    format!("{WORKSPACE}/{directory}").trim_end_matches(['/', '.']).to_owned()
}

/// The variables of a command.
pub(in crate::backend) fn variables_inside(
    spec: &CommandSpec,
    npm: &NpmConfig,
    marker: &Marker,
    tools: &ToolChain,
) -> Variables {
    let programs = ["/usr/local/bin", "/usr/bin", "/bin"].map(str::to_owned);
    let places = Places {
        workspace: WORKSPACE.to_owned(),
        home: HOME.to_owned(),
        temporary: "/tmp".to_owned(),
        npm_cache: NPM_CACHE.to_owned(),
        path: tools.inside_path().into_iter().chain(programs).collect(),
    };
    variables(&places, spec, npm, marker)
}
