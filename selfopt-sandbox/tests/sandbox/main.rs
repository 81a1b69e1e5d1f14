//! The sandbox at its public boundary: one contract for both backends, what
//! bubblewrap adds to it, and checkouts.

#[macro_use]
mod fixture;

mod bubblewrap;
mod checkout;
mod commands;
#[cfg(feature = "docker")]
mod docker;
mod egress;
mod held;
mod killed;
mod leftovers;
mod patch;
mod range;
mod trees;
mod turns;
