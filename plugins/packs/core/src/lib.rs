//! The built-in rules of the pack `core`, from the sources that selfopt itself
//! is built of.

selfopt_pack::export_builtin_pack!(Core, "core", CORE);
