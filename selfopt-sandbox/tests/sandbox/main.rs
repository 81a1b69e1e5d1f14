//! The sandbox at its public boundary: one contract for both backends, what
//! bubblewrap adds to it, and checkouts.

mod bubblewrap;
mod checkout;
mod contract;
mod fixture;
mod leftovers;
mod patch;
