//! The built-in rules of the pack `react`, from the sources that selfopt itself
//! is built of.

selfopt_pack::export_builtin_pack!(React, "react", REACT);
