//! What a component says of itself before any of it is compiled or run: is it
//! a component at all, which interface does it speak, what does it want.

use std::fmt;

use wasmparser::{Encoding, Parser, Payload};

use crate::error::PackError;

/// The interface version that this host speaks.
pub const INTERFACE: InterfaceVersion = InterfaceVersion { major: 0, minor: 1, patch: 0 };

/// The interface as WIT, for those who build packs.
pub const WIT: &str = include_str!("../wit/rules.wit");

const GUEST: &str = "selfopt:rules/guest@";
const LOG: &str = "selfopt:rules/log@";

/// A version of the package `selfopt:rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InterfaceVersion {
    /// Another one is another interface.
    pub major: u32,
    /// Another one is another interface while the major version is 0.
    pub minor: u32,
    /// A later one can import more.
    pub patch: u32,
}

impl fmt::Display for InterfaceVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl InterfaceVersion {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let version = Self { major: parts.next()??, minor: parts.next()??, patch: parts.next()?? };
        parts.next().is_none().then_some(version)
    }
}

/// What the outside of a component says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The interface it speaks.
    pub interface: InterfaceVersion,
    /// What it imports.
    pub imports: Vec<String>,
}

/// Reads the outside of a component and refuses what this host cannot run.
pub fn inspect(wasm: &[u8]) -> Result<Inspection, PackError> {
    let outside = read(wasm)?;
    let version = outside.exports.iter().find_map(|name| name.strip_prefix(GUEST));
    let interface = version.and_then(InterfaceVersion::parse).ok_or(PackError::NotAPack)?;
    if interface > INTERFACE {
        return Err(PackError::TooNew { found: interface });
    }
    if (interface.major, interface.minor) < (INTERFACE.major, INTERFACE.minor) {
        return Err(PackError::TooOld { found: interface });
    }
    match outside.imports.iter().find(|name| !name.starts_with(LOG)) {
        Some(import) => Err(PackError::Import { import: crate::validate::one_line(import) }),
        None => Ok(Inspection { interface, imports: outside.imports }),
    }
}

#[derive(Default)]
struct Outside {
    imports: Vec<String>,
    exports: Vec<String>,
}

fn read(wasm: &[u8]) -> Result<Outside, PackError> {
    let broken = |error: wasmparser::BinaryReaderError| PackError::NotAComponent {
        reason: crate::validate::one_line(&error.to_string()),
    };
    let mut outside = Outside::default();
    // Modules and components inside have imports and exports of their own.
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(broken)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                let reason = "it is a core module".to_owned();
                return Err(PackError::NotAComponent { reason });
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    outside.imports.push(import.map_err(broken)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    outside.exports.push(export.map_err(broken)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_three_numbers() {
        let version = |major, minor, patch| Some(InterfaceVersion { major, minor, patch });
        assert_eq!(InterfaceVersion::parse("0.1.0"), version(0, 1, 0));
        assert_eq!(InterfaceVersion::parse("12.3.45"), version(12, 3, 45));
        for wrong in ["", "0.1", "0.1.0.0", "0.1.x", "0.1.0-rc", "-1.0.0"] {
            assert_eq!(InterfaceVersion::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn other_files_are_named() {
        let refused = |bytes: &[u8]| inspect(bytes).unwrap_err().to_string();
        assert!(refused(b"").contains("no WebAssembly component"));
        assert!(refused(b"\0asm\x01\0\0\0").contains("a core module"));
        assert!(refused(b"\0asm\x0d\0\x01\0").contains("is no rule pack"));
        assert!(refused(b"#!/bin/sh").contains("no WebAssembly component"));
    }
}
