//! Enumerations as numbers. Written out, because a reordered variant would
//! change the format without a word.

use crate::bindings::{ReferenceUse, ScopeKind, SymbolKind};
use crate::source::DiagnosticSource;

/// A closed set of values with fixed codes.
pub(super) trait Code: Copy + PartialEq + 'static {
    /// The values in the order of their codes.
    const ALL: &'static [Self];

    /// The value's code.
    fn code(self) -> u8 {
        let position = Self::ALL.iter().position(|value| *value == self);
        position.and_then(|position| u8::try_from(position).ok()).unwrap_or(u8::MAX)
    }

    /// The value of a code.
    fn of_code(code: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(code).ok()?).copied()
    }
}

impl Code for SymbolKind {
    const ALL: &'static [Self] = &[
        Self::Let,
        Self::Const,
        Self::Var,
        Self::Function,
        Self::Class,
        Self::Parameter,
        Self::Import,
        Self::Catch,
        Self::Type,
        Self::Enum,
        Self::Other,
    ];
}

impl Code for ReferenceUse {
    const ALL: &'static [Self] = &[Self::Read, Self::Write, Self::ReadWrite, Self::Type];
}

impl Code for ScopeKind {
    const ALL: &'static [Self] = &[
        Self::Top,
        Self::Function,
        Self::Arrow,
        Self::Block,
        Self::Catch,
        Self::StaticBlock,
        Self::Namespace,
    ];
}

impl Code for DiagnosticSource {
    const ALL: &'static [Self] = &[Self::TreeSitter, Self::Oxc, Self::Snapshot];
}
