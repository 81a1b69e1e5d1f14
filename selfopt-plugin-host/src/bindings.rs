//! The interface `selfopt:rules@0.1.0` as Rust types. A later version gets a
//! module of its own; the rest of the crate knows one internal form only.

wasmtime::component::bindgen!({
    path: "wit",
    world: "pack",
});

pub(crate) use exports::selfopt::rules::guest;
pub(crate) use selfopt::rules::log;
