//! What a killed process leaves behind.
