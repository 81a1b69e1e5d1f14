//! Where a frame's code is: in the project, in a package, in Node, or nowhere.

/// The folder of our own runtime within a project.
const RUNTIME: &str = ".selfopt";

/// Longer names of scripts are nobody's.
const MAX_URL: usize = 4096;

/// Whose code it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The project's own; the path relative to its root.
    Own(String),
    /// A package's, or code outside of the project.
    Dependency,
    /// Node's own modules.
    Node,
    /// No script: a built-in, or a state of the engine.
    Engine,
    /// Our own runtime.
    Probe,
}

/// Tells whose code a script is. Test runners name scripts in their own ways:
/// `file://` URLs, absolute paths, `/@fs/` in front, a query behind.
pub(super) fn place_of(url: &str, root: &str) -> Place {
    if url.is_empty() {
        return Place::Engine;
    }
    if url.starts_with("node:") {
        return Place::Node;
    }
    if url.len() > MAX_URL {
        return Place::Dependency;
    }
    let Some(path) = absolute_path(url) else {
        // Node called its modules `fs.js` and `internal/…` before version 16.
        let is_node =
            !url.contains(':') && !url.starts_with('.') && url.strip_suffix(".js").is_some();
        return if is_node { Place::Node } else { Place::Dependency };
    };
    let Some(parts) = normal_parts(&path) else { return Place::Dependency };
    let root: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
    let Some(own) = parts.strip_prefix(root.as_slice()) else { return Place::Dependency };
    if own.contains(&RUNTIME) {
        return Place::Probe;
    }
    own_path(own).map_or(Place::Dependency, Place::Own)
}

/// A path of the project, given from one of its folders; `None` when it leads
/// elsewhere.
pub(super) fn relative(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    own_path(&normal_parts(&format!("{folder}/{path}"))?)
}

/// The parts of a path as a path of the project, unless they are a package's.
fn own_path(parts: &[&str]) -> Option<String> {
    let is_package = |part: &&str| matches!(*part, "node_modules" | ".yarn" | ".pnp.cjs");
    (!parts.is_empty() && !parts.iter().any(is_package)).then(|| parts.join("/"))
}

/// The path that a script's name stands for, if it is an absolute one.
fn absolute_path(url: &str) -> Option<String> {
    let path = match url.strip_prefix("file://") {
        Some(rest) => {
            let end = rest.find(['?', '#']).unwrap_or(rest.len());
            let path = rest[..end].strip_prefix("localhost").unwrap_or(&rest[..end]);
            percent_decoded(path)?
        }
        None => url.split('?').next().unwrap_or_default().to_owned(),
    };
    let path = path.strip_prefix("/@fs/").map(|path| format!("/{path}")).unwrap_or(path);
    path.starts_with('/').then_some(path)
}

/// A path's parts without `.` and `..`; `None` when it leads above the root or
/// holds what no file name of a project holds.
fn normal_parts(path: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part if part.chars().any(char::is_control) => return None,
            part => parts.push(part),
        }
    }
    Some(parts)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = after;
            continue;
        }
        let digits = std::str::from_utf8(after.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(path: &str) -> Place {
        Place::Own(path.to_owned())
    }

    #[test]
    fn scripts_are_found_however_they_are_named() {
        for url in [
            "file:///w/src/a%20b.ts",
            "file:///w/src/a%20b.ts?v=12#x",
            "/w/src/a b.ts",
            "/w/src/a b.ts?t=1&v=2",
            "/@fs/w/src/a b.ts?v=3",
            "file:///@fs/w/src/a b.ts",
            "/w/lib/../src/./a b.ts",
        ] {
            assert_eq!(place_of(url, "/w"), own("src/a b.ts"), "{url}");
        }
        assert_eq!(place_of("/src/a.js", "/"), own("src/a.js"));
    }

    #[test]
    fn what_is_not_the_projects_is_told_apart() {
        let cases = [
            ("", Place::Engine),
            ("node:internal/fs/utils", Place::Node),
            ("internal/modules/cjs/loader.js", Place::Node),
            ("events.js", Place::Node),
            ("/w/node_modules/a/index.js", Place::Dependency),
            ("/w/packages/a/node_modules/b/index.js", Place::Dependency),
            ("/w/.yarn/cache/a.zip/node_modules/a/a.js", Place::Dependency),
            ("/w/.pnp.cjs", Place::Dependency),
            ("/w/node_modules/.selfopt/profile.cjs", Place::Probe),
            ("/web/src/a.js", Place::Dependency),
            ("/w", Place::Dependency),
            ("/w/../etc/a.js", Place::Dependency),
            ("/../../w/a.js", Place::Dependency),
            ("file:///w/%zz.js", Place::Dependency),
            ("file:///w/%", Place::Dependency),
            ("file:///w/a%0ab.js", Place::Dependency),
            ("evalmachine.<anonymous>", Place::Dependency),
            ("webpack://app/./src/a.js", Place::Dependency),
            ("wasm://wasm/1234", Place::Dependency),
            ("data:text/javascript,1", Place::Dependency),
        ];
        for (url, place) in cases {
            assert_eq!(place_of(url, "/w"), place, "{url}");
        }
        assert_eq!(place_of(&format!("/w/{}", "a".repeat(5000)), "/w"), Place::Dependency);
    }
}
