//! Temporary.
use std::time::Instant;
fn main() {
    let many: Vec<_> = (0..3_000).map(|i| format!("\"s{i}\": \"npm run s{} && npm run s{} && npm run test\"", i + 1, i + 2)).collect();
    let manifest = format!("{{\"scripts\": {{\"test\": \"yarn\", {}}}}}", many.join(","));
    let steps: Vec<_> = (0..5_000).map(|i| format!("      - run: npm run s{i}")).collect();
    let workflow = format!("on: push\njobs:\n  a:\n    strategy: {{matrix: {{a: [1, 2, 3, 4], b: [1, 2, 3, 4]}}}}\n    steps:\n{}", steps.join("\n"));
    for files in [vec![("package.json", manifest.as_str())], vec![("package.json", "{}"), (".github/workflows/ci.yml", workflow.as_str())], vec![("package.json", manifest.as_str()), (".github/workflows/ci.yml", workflow.as_str())]] {
        let tree = selfopt_core::MemoryTree::new(files);
        let mut so_far = Vec::new();
        for (i, detector) in selfopt_detect::detectors().iter().enumerate() {
            let t = Instant::now();
            let more = detector.detect(&tree, &so_far);
            so_far.extend(more);
            println!("{i} {:?}", t.elapsed());
        }
        println!();
    }
}
