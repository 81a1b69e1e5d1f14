//! The pages of the rules, through the pack natively.

#[test]
fn pages_hold() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../selfopt-rules/rulebook/dead-code");
    selfopt_pack_test::check_pages::<selfopt_pack_dead_code::DeadCode>(pages);
}
