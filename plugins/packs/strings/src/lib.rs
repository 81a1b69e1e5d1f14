//! The built-in rules of the pack `strings`, from the sources that selfopt itself
//! is built of.

selfopt_pack::export_builtin_pack!(Strings, "strings", STRINGS);
