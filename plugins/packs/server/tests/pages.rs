//! The pages of the rules, through the pack natively.

#[test]
fn pages_hold() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../selfopt-rules/rulebook/server");
    selfopt_pack_test::check_pages::<selfopt_pack_server::Server>(pages);
}
