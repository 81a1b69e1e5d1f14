//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3, as npm
//! writes them: a key a line.

use super::{Locked, MAX_PACKAGES, indent, string_of};

/// Keys of a package that hold an object.
const FIELDS: [&str; 13] = [
    "bin",
    "cpu",
    "dependencies",
    "devDependencies",
    "engines",
    "funding",
    "libc",
    "optionalDependencies",
    "os",
    "packages",
    "peerDependencies",
    "peerDependenciesMeta",
    "requires",
];

/// Tools that compile native code or fetch it from outside of the registry.
const BUILDERS: [&str; 6] = [
    "\"prebuild-install\":",
    "\"@mapbox/node-pre-gyp\":",
    "\"node-pre-gyp\":",
    "\"install-artifact-from-github\":",
    "\"nan\":",
    "\"node-gyp\":",
];

/// What it locks. Version 2 says everything twice; its second part is left
/// out.
pub(super) fn packages(text: &str) -> Vec<Locked<'_>> {
    let has_paths = text.lines().take(40).any(|line| line.trim() == "\"packages\": {");
    let mut top = None;
    let mut found: Vec<Locked<'_>> = Vec::new();
    let mut is_inside = false;
    for (line_idx, line) in text.lines().enumerate() {
        let bare = line.trim();
        if let Some(key) = bare.strip_prefix('"').and_then(|rest| rest.strip_suffix("\": {")) {
            let here = indent(line);
            if here <= *top.get_or_insert(here) {
                is_inside = key == if has_paths { "packages" } else { "dependencies" };
                continue;
            }
            let name = if has_paths {
                key.rsplit_once("node_modules/").map(|(_, name)| name)
            } else {
                Some(key)
            };
            if let Some(name) =
                name.filter(|name| is_inside && (has_paths || !FIELDS.contains(name)))
            {
                if found.len() >= MAX_PACKAGES {
                    break;
                }
                found.push(Locked { name, line_idx, ..Locked::default() });
            }
            continue;
        }
        let Some(package) = found.last_mut().filter(|_| is_inside) else {
            continue;
        };
        if let Some(version) = string_of(bare, "version") {
            package.version = version;
            // Version 1 writes the address of a git dependency here.
            if version.contains(':') && package.address.is_empty() {
                (package.address, package.line_idx) = (version, line_idx);
            }
        } else if let Some(address) = string_of(bare, "resolved") {
            (package.address, package.line_idx) = (address, line_idx);
        } else if bare.starts_with("\"hasInstallScript\": true") {
            package.has_script = true;
        } else if bare.starts_with("\"optional\": true")
            || bare.starts_with("\"devOptional\": true")
        {
            package.is_optional = true;
        } else if BUILDERS.iter().any(|tool| bare.starts_with(tool)) {
            package.builds = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_two_and_three() {
        let text = r#"{
  "name": "x",
  "lockfileVersion": 2,
  "packages": {
    "": {
      "name": "x",
      "dependencies": {
        "a": "^1"
      }
    },
    "node_modules/a": {
      "version": "1.0.0",
      "resolved": "https://registry.example/a/-/a-1.0.0.tgz",
      "hasInstallScript": true,
      "dependencies": {
        "nan": "^2"
      }
    },
    "node_modules/a/node_modules/@s/b": {
      "version": "2.0.0",
      "resolved": "git+ssh://git@github.com/s/b.git#c",
      "optional": true
    }
  },
  "dependencies": {
    "a": {
      "version": "9.9.9"
    }
  }
}"#;
        let found = packages(text);
        let names: Vec<_> = found.iter().map(|package| (package.name, package.version)).collect();
        assert_eq!(names, [("a", "1.0.0"), ("@s/b", "2.0.0")]);
        assert!(found[0].has_script && found[0].builds && !found[0].is_optional);
        assert_eq!(
            (found[1].address, found[1].line_idx),
            ("git+ssh://git@github.com/s/b.git#c", 20)
        );
        assert!(found[1].is_optional);
    }

    #[test]
    fn version_one() {
        let text = "{\n\t\"lockfileVersion\": 1,\n\t\"requires\": true,\n\t\"dependencies\": {\n\t\t\"a\": {\n\t\t\t\"version\": \"github:s/a#c\",\n\t\t\t\"from\": \"github:s/a\",\n\t\t\t\"requires\": {\n\t\t\t\t\"b\": \"^1\"\n\t\t\t},\n\t\t\t\"dependencies\": {\n\t\t\t\t\"b\": {\n\t\t\t\t\t\"version\": \"1.0.0\"\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t}\n}";
        let found = packages(text);
        let names: Vec<_> =
            found.iter().map(|package| (package.name, package.version, package.address)).collect();
        assert_eq!(names, [("a", "github:s/a#c", "github:s/a#c"), ("b", "1.0.0", "")]);
    }
}
