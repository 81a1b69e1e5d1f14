//! Commands that set up a package manager: `corepack prepare pnpm@9 --activate`,
//! `npm install -g pnpm@9`.

use selfopt_core::EvidenceLine;

use super::Ci;
use crate::shell::split;

/// Programs that install dependencies.
const MANAGERS: [&str; 4] = ["pnpm", "yarn", "bun", "npm"];

/// Notes the package manager that a command sets up, if it does.
pub(super) fn read_command(cmd: &str, line: &EvidenceLine, ci: &mut Ci) {
    if !["corepack ", " -g", " --global"].iter().any(|part| cmd.contains(part)) {
        return;
    }
    for command in split(cmd) {
        let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
        let names = match words.as_slice() {
            ["corepack", "prepare" | "use" | "install", names @ ..] => names,
            ["npm", "install" | "i" | "add", names @ ..]
                if names.iter().any(|word| matches!(*word, "-g" | "--global")) =>
            {
                names
            }
            _ => continue,
        };
        for name in names.iter().filter(|name| !name.starts_with('-')) {
            let (name, version) = match name.split_once('@') {
                Some((name, version)) => (name, Some(version)),
                None => (*name, None),
            };
            // `npm install -g npm@latest` only updates what every image has.
            if MANAGERS.contains(&name) && name != "npm" {
                let version =
                    version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit()));
                ci.add_manager(name, version.map(str::to_owned), || line.clone());
            }
        }
    }
}
