//! The proxy on real sockets: what it refuses, what it cuts off, and what it
//! writes down. Names lead to loopback here, which only tests may allow.

mod fake;
mod git;
mod greeting;
mod hello;
mod limits;
mod requests;
mod upstream;
