use selfopt_syntax::*;
fn show(n: Node<'_>, d: usize) {
    println!("{}{}{}{} {:?}", " ".repeat(d*2), n.field().map_or(String::new(), |f| format!("{f}: ")), n.kind(), if n.is_named() {""} else {"'"}, n.text().chars().take(40).collect::<String>());
    for c in n.children() { if c.is_named() || d>100 { show(c, d+1); } }
}
fn main() { let t = std::io::read_to_string(std::io::stdin()).unwrap(); let f = parse("a.ts", Language::TypeScript, t); show(f.tree.root(), 0); println!("{:?}", f.diagnostics); }
