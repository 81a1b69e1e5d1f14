//! The statistics of the benchmark gate, held to brute force, to published approximations and to
//! their specified error rates.

mod approximation;
mod exactness;
mod operating_characteristics;
mod properties;
mod recording;
mod simulation;
