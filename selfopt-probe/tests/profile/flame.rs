//! How flame graphs look.

use selfopt_probe::profile::FlameGraph;

use crate::stacks::recorded;

const STACKS: &str = "
    checkout@/w/src/cart.ts:3 = 2
    checkout@/w/src/cart.ts:3 total@/w/src/cart.ts:9 = 6
    checkout@/w/src/cart.ts:3 format@/w/src/money.ts:2 = 3
    checkout@/w/src/cart.ts:3 dep@/w/node_modules/d/d.js:1 = 1
    @/w/test/cart.test.ts:2 checkout@/w/src/cart.ts:3 total@/w/src/cart.ts:9 total@/w/src/cart.ts:9 = 8
    npm@/usr/lib/npm.js:1 = 5";

#[test]
fn svg_is_as_reviewed() {
    insta::assert_snapshot!("svg", FlameGraph::new("shop: tests", &recorded(&[STACKS])).svg());
}

#[test]
fn html_is_as_reviewed() {
    let html = FlameGraph::new("shop: tests", &recorded(&[STACKS])).html();
    // Style and script are files of their own, reviewed there.
    let (head, rest) = html.split_once("<style>").expect("a style");
    let (_, rest) = rest.split_once("</style>").expect("its end");
    let (body, _) = rest.split_once("<script>").expect("a script");
    insta::assert_snapshot!("html", format!("{head}<style></style>{body}"));
}

#[test]
fn a_graph_needs_nothing_from_elsewhere() {
    let recording = recorded(&[STACKS]);
    let graph = FlameGraph::new("shop", &recording);
    for document in [graph.svg(), graph.html()] {
        let without_namespace = document.replace("http://www.w3.org/2000/svg", "");
        for word in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!without_namespace.contains(word), "{word}");
        }
    }
    assert!(!graph.svg().contains("<script"));
}

#[test]
fn the_same_profile_gives_the_same_graph() {
    let first = recorded(&[STACKS]);
    let again = recorded(&[STACKS]);
    assert_eq!(FlameGraph::new("a", &first).html(), FlameGraph::new("a", &again).html());
}

#[test]
fn an_empty_profile_can_be_drawn() {
    let recording = recorded(&[]);
    let graph = FlameGraph::new("nothing", &recording);
    assert!(graph.svg().ends_with("</svg>\n"));
    assert!(graph.html().contains("0.0 ms in and beneath"));
}

#[test]
fn what_is_too_narrow_to_see_is_left_out_and_said() {
    let mut lines: Vec<String> = (1..=3000).map(|n| format!("f{n}@/w/a.js:{n} = 1")).collect();
    lines.push("wide@/w/a.js:1 = 3000".to_owned());
    let recording = recorded(&[&lines.join("\n")]);
    let svg = FlameGraph::new("many", &recording).svg();
    assert_eq!(svg.matches("<g>").count(), 1, "only the wide one");
    assert!(svg.contains("3000 too narrow to see left out."), "{}", &svg[..600]);
}
