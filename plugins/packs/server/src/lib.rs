//! The built-in rules of the pack `server`, from the sources that selfopt itself
//! is built of.

selfopt_pack::export_builtin_pack!(Server, "server", SERVER);
