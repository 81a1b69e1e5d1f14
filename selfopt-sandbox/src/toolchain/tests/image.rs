//! Tools of an image, where none of the host's are seen.

use super::super::cache::ToolCache;
use super::super::chain::Origin;
use super::super::host::Host;
use super::super::image::ImageTools;
use super::super::npm::NpmClient;
use super::super::packages::Program;
use super::super::{ToolResolver, ToolsChoice};
use super::fake::with_node;

const TOOLS: &str = r#"{"tools":{"node":"24.1.0","npm":"11.0.0"},"nodes":{"20.1.0":"/opt/node/20","22.3.0":"/opt/node/22"}}"#;

#[tokio::test]
async fn an_image_says_what_it_has() {
    let host = Host::of_image(ImageTools::parse(TOOLS));
    let node = host.tool(Program::Node).await.expect("there");
    assert_eq!(node.version, "24.1.0");
    assert!(host.tool(Program::Bun).await.is_none() && host.find("esbuild").is_none());
    assert_eq!(host.other_nodes(), [("22.3.0", "/opt/node/22"), ("20.1.0", "/opt/node/20")]);
    assert_eq!(host.origin(), Origin::Image { dir: None });
}

#[tokio::test]
async fn its_node_is_used_that_the_project_asks_for() {
    let dir = tempfile::tempdir().expect("a directory");
    let cache = ToolCache::open(dir.path()).expect("made");
    let host = Host::of_image(ImageTools::parse(TOOLS));
    // Without an npm nothing could be obtained.
    let resolver = ToolResolver::with(host, NpmClient::on(&[]), cache, ToolsChoice::Auto);
    for (pick, acceptable, version, path) in [
        ("24", None, "24.1.0", None),
        ("20", None, "20.1.0", Some("/opt/node/20/bin")),
        ("22", Some(">=22.2"), "22.3.0", Some("/opt/node/22/bin")),
        ("20", Some(">=20 <24"), "20.1.0", Some("/opt/node/20/bin")),
    ] {
        let chain = resolver.resolve(&with_node(pick, acceptable, true)).await.expect("found");
        let [node] = chain.tools() else { panic!("{chain:?}") };
        assert_eq!(node.version.as_deref(), Some(version), "{pick}");
        assert_eq!(chain.inside_path(), Vec::from_iter(path.map(str::to_owned)), "{pick}");
        assert!(node.to_string().ends_with(", the image's") && chain.mounts().is_empty());
    }
}
