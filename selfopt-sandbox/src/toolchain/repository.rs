//! The Yarn that a repository carries: `yarnPath` in `.yarnrc.yml`, `yarn-path`
//! in `.yarnrc`.

use selfopt_core::SourceTree;

const MAX_BYTES: u64 = 1 << 20;

/// The path of the program, if the repository names one and has it.
pub(super) fn yarn_path(tree: &dyn SourceTree) -> Option<String> {
    let value = |path: &str, key: &str| {
        tree.entry(path).filter(|entry| entry.size <= MAX_BYTES)?;
        let text = tree.text(path)?;
        let line = text.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim().trim_matches(['\'', '"']).trim_start_matches("./").to_owned())
    };
    let path = value(".yarnrc.yml", "yarnPath:").or_else(|| value(".yarnrc", "yarn-path "))?;
    // It goes into a script, and must stay inside.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/@+".contains(c);
    let is_inside = !path.starts_with('/') && path.split('/').all(|part| part != "..");
    let is_file = tree.entry(&path).is_some_and(|entry| entry.symlink.is_none());
    (path.chars().all(is_plain) && is_inside && is_file).then_some(path)
}

/// A script that runs the program from any folder of the repository.
pub(super) fn shim(path: &str) -> String {
    format!(
        "#!/bin/sh
# Runs the Yarn that the repository carries.
directory=$PWD
while [ ! -f \"$directory/{path}\" ]; do
  if [ -z \"$directory\" ]; then
    echo 'yarn: `{path}` is not in this folder or above it' >&2
    exit 127
  fi
  directory=${{directory%/*}}
done
exec node \"$directory/{path}\" \"$@\"
"
    )
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    #[test]
    fn only_a_plain_path_that_is_there_is_taken() {
        let check = |files: &[(&str, &str)], expected: Option<&str>| {
            let tree = MemoryTree::new(files.iter().copied());
            assert_eq!(yarn_path(&tree).as_deref(), expected, "{files:?}");
        };
        let file = (".yarn/releases/yarn-4.1.0.cjs", "");
        let berry =
            (".yarnrc.yml", "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n");
        check(&[berry, file], Some(".yarn/releases/yarn-4.1.0.cjs"));
        check(&[berry], None);
        let classic = (".yarnrc", "yarn-path \"./.yarn/releases/yarn-4.1.0.cjs\"\n");
        check(&[classic, file], Some(".yarn/releases/yarn-4.1.0.cjs"));
        for hostile in ["../x.cjs", "/bin/x", "a\"; touch /tmp/x; \"", "a$(x)"] {
            let config = format!("yarnPath: {hostile}\n");
            check(&[(".yarnrc.yml", &config), (hostile, "")], None);
        }
    }
}
