//! The tools of an image, for a sandbox in which none of the host's are seen.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::packages::Program;
#[cfg(any(all(any(feature = "docker", feature = "kubernetes"), target_os = "linux"), test))]
use super::range::parse;

/// What an image brings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct ImageTools {
    /// Versions of what is on the `PATH`.
    #[serde(default)]
    pub tools: BTreeMap<Program, String>,
    /// Other versions of Node, and the directories that they lie in.
    #[serde(default)]
    pub nodes: BTreeMap<String, String>,
}

/// A script for the image's Node that prints what [`ImageTools::parse`] reads.
/// It starts none of the tools, which takes longer than all of this.
#[cfg(all(any(feature = "docker", feature = "kubernetes"), target_os = "linux"))]
pub(crate) const SCRIPT: &str = r"
const fs = require('fs');
const path = require('path');
const version = (file) => {
  try { return JSON.parse(fs.readFileSync(file, 'utf8')).version; } catch { return undefined; }
};
const modules = path.join(path.dirname(process.execPath), '../lib/node_modules');
const tools = { node: process.versions.node };
for (const name of ['npm', 'pnpm', 'yarn']) tools[name] = version(path.join(modules, name, 'package.json'));
const nodes = {};
const list = (dir) => { try { return fs.readdirSync(dir); } catch { return []; } };
for (const major of list('/opt/node')) {
  const dir = '/opt/node/' + major;
  for (const name of list(dir + '/node_modules')) {
    const found = version(dir + '/node_modules/' + name + '/package.json');
    if (found && name.startsWith('node-')) nodes[found] = dir;
  }
}
console.log(JSON.stringify({ tools, nodes }));
";

#[cfg(any(all(any(feature = "docker", feature = "kubernetes"), target_os = "linux"), test))]
impl ImageTools {
    /// Reads what the script printed; nothing of what makes no sense.
    pub(crate) fn parse(text: &str) -> Self {
        let mut read: Self = serde_json::from_str(text).unwrap_or_default();
        read.tools.retain(|_, version| parse(version).is_some());
        read.nodes.retain(|version, dir| parse(version).is_some() && dir.starts_with("/opt/node/"));
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_script_prints_is_read() {
        let text = r#"{"tools":{"node":"24.1.0","npm":"11.0.0"},"nodes":{"20.1.0":"/opt/node/20","22.0.0":"/etc","x":"/opt/node/x"}}"#;
        let read = ImageTools::parse(text);
        assert_eq!(read.tools[&Program::Node], "24.1.0");
        assert_eq!(read.nodes, [("20.1.0".to_owned(), "/opt/node/20".to_owned())].into());
        assert_eq!(ImageTools::parse("node: not found"), ImageTools::default());
    }
}
