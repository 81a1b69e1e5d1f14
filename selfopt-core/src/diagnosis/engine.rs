//! A Node.js that the project or a dependency does not take.

use super::words::{is_warning, npm_code, npm_error};
use super::{Diagnosis, Red, diagnosis};

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = refused(red).or_else(|| broke(red))?;
    let asked = red.step.project.node_version.as_ref();
    let way_out = asked.map_or_else(
        || "run with the Node.js that the project is developed with, and say which in `engines.node` or `.nvmrc`".to_owned(),
        |node| {
            let run = format!("run with Node.js {}, which `{}` asks for", node.pick, node.source);
            // A suggestion gives way to the host's.
            let name = format!(": name it in selfopt.toml, `[project]` `node = \"{}\"`", node.pick);
            if node.pinned { run } else { run + &name }
        },
    );
    Some(diagnosis("this Node.js is not the one that the project needs", way_out, line))
}

/// The package manager refuses.
fn refused<'a>(red: &Red<'a>) -> Option<&'a str> {
    if !red.is_install() {
        return None;
    }
    if let Some(code) = red.find(|line| matches!(npm_code(line), Some("EBADENGINE" | "ENOTSUP"))) {
        let detail = red.find(|line| {
            npm_error(line)
                .is_some_and(|said| said.contains("Not compatible with your version of node"))
        });
        return Some(detail.unwrap_or(code));
    }
    red.find(|line| {
        !is_warning(line)
            && (line.contains("ERR_PNPM_UNSUPPORTED_ENGINE")
                || line.contains("The engine \"node\" is incompatible with this module"))
    })
}

/// The code meets a Node.js that lacks, or no longer has, what it uses.
fn broke<'a>(red: &Red<'a>) -> Option<&'a str> {
    red.find(|line| {
        let line = line.trim_start();
        line.contains("error:0308010C:digital envelope routines::unsupported")
            || line.contains("ERR_OSSL_EVP_UNSUPPORTED")
            || line.contains("was compiled against a different Node.js version")
            || line.contains("primordials is not defined")
            || line.starts_with("node: bad option: ")
            || line.contains("/node: bad option: ")
            || line.starts_with("node: ") && line.ends_with("is not allowed in NODE_OPTIONS")
            || line.contains("does not provide an export named 'styleText'")
    })
}
