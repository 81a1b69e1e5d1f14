//! Rebuilds when a migration is added: `sqlx::migrate!` only watches the files
//! that it saw.

#![expect(clippy::print_stdout, reason = "the way to talk to Cargo")]

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
