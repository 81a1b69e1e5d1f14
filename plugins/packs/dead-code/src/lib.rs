//! The built-in rules of the pack `dead-code`, from the sources that selfopt itself
//! is built of.

selfopt_pack::export_builtin_pack!(DeadCode, "dead-code", DEAD_CODE);
