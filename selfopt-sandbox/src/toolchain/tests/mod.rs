//! Resolving as a whole, with a registry of our own behind a stand-in for npm.

mod bundler;
mod fake;
mod image;
mod load;
mod manager;
mod node;
mod refused;
mod used;
