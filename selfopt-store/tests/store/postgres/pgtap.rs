//! The tests in `supabase/tests`, through `psql`.

use std::{fs, path::Path};

use selfopt_store::PostgresDatabase;

use super::cluster;

#[tokio::test]
async fn the_database_tests_pass() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../supabase/tests");
    let mut scripts: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.sort();
    assert!(!scripts.is_empty());
    let url = cluster::new_database();
    PostgresDatabase::open(&url).await.unwrap().close().await;
    for script in scripts {
        let (succeeded, said) = cluster::run_script(&url, &script);
        let name = script.display();
        assert!(succeeded, "{name}: {said}");
        // `1..n`, then a line `ok` for each of the n.
        let plan = said.lines().find_map(|line| line.strip_prefix("1.."));
        let planned: usize =
            plan.unwrap_or_else(|| panic!("{name} has a plan: {said}")).parse().unwrap();
        let n_passed = said.lines().filter(|line| line.starts_with("ok ")).count();
        assert_eq!(n_passed, planned, "{name}: {said}");
        assert!(!said.contains("not ok") && !said.contains("ERROR"), "{name}: {said}");
    }
}
