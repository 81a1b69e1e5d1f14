//! The built-in rules of the pack `async-io`, from the sources that selfopt itself
//! is built of.

selfopt_pack::export_builtin_pack!(AsyncIo, "async-io", ASYNC_IO);
