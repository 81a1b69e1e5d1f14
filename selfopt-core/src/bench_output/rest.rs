//! What a benchmark printed beside its figures.

/// The lines that say nothing about speed: without those that the reader took,
/// without those that name a case, and without words of comparison, because a
/// faster candidate may well change who is the fastest.
pub(super) fn rest(lines: &[&str], taken: &[bool], names: &[&str]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let is_taken = taken.get(at).copied().unwrap_or_default();
        if is_taken || line.trim().is_empty() || compares(line) {
            continue;
        }
        if names.iter().any(|name| !name.is_empty() && line.contains(name)) {
            continue;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn compares(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["fastest", "slowest", "faster", "slower", "winner", "ops/s"]
        .iter()
        .any(|word| lower.contains(word))
}
