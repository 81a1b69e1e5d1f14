//! What is said of the functions of a file.
