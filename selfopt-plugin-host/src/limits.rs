//! What a pack may use. Every number is a constant of the host and not a
//! setting of the pack, and those that decide a result depend on nothing but
//! the file.

use std::time::Duration;

/// Limits on packs.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a component.
    pub component_bytes: usize,
    /// Fuel for `describe` and `configure`. The official packs use less than a
    /// hundredth of it.
    pub describe_fuel: u64,
    /// Fuel for `scan` and `propose`, whatever the file.
    pub file_fuel: u64,
    /// Fuel on top, for each byte of the file.
    pub fuel_per_byte: u64,
    /// Elapsed time of one call. Far behind what the fuel takes; it is there
    /// for what fuel does not count.
    pub deadline: Duration,
    /// Bytes of linear memory of an instance.
    pub memory_bytes: usize,
    /// Elements of all tables of an instance.
    pub table_elements: usize,
    /// Bytes of the guest's stack.
    pub stack_bytes: usize,
    /// Bytes that one answer may make the host allocate.
    pub answer_bytes: usize,
    /// Findings in one file.
    pub findings: usize,
    /// Edits in one patch.
    pub edits: usize,
    /// Rules of a pack.
    pub rules: usize,
    /// Bytes of one text for people: a message, a reason, a title.
    pub text_bytes: usize,
    /// Lines that one call may log.
    pub log_lines: usize,
    /// Files on which a pack may fail before it is switched off.
    pub failed_files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes: 32 << 20,
            describe_fuel: 200_000_000,
            file_fuel: 1_000_000_000,
            fuel_per_byte: 20_000,
            deadline: Duration::from_secs(20),
            memory_bytes: 64 << 20,
            table_elements: 20_000,
            stack_bytes: 512 << 10,
            answer_bytes: 4 << 20,
            findings: 10_000,
            edits: 1_000,
            rules: 200,
            text_bytes: 2_000,
            log_lines: 50,
            failed_files: 3,
        }
    }
}

impl Limits {
    /// Fuel for one call about a file of `len` bytes.
    pub(crate) fn fuel_for(&self, len: usize) -> u64 {
        let bytes = u64::try_from(len).unwrap_or(u64::MAX);
        self.file_fuel.saturating_add(bytes.saturating_mul(self.fuel_per_byte))
    }
}
