//! The built-in rules of the pack `collections`, from the sources that selfopt itself
//! is built of.

selfopt_pack::export_builtin_pack!(Collections, "collections", COLLECTIONS);
