//! Source maps that a build left beside its files, so that the time in
//! `dist/cart.js` is known to be that of `src/cart.ts`. Maps are written by the
//! project's tools: what does not read is left alone.

use std::borrow::Cow;
use std::collections::HashMap;

use selfopt_core::{Bytes, CollectLimits, CollectedFile};
use serde::Deserialize;

use super::place::relative;

const MAX_BYTES: usize = 16 * 1024 * 1024;
const MAX_SEGMENTS: usize = 2_000_000;
/// Bits of a digit of a base-64 variable-length quantity.
const DIGIT_BITS: u32 = 5;

/// Maps by the path of the file that they are about. Each is read when it is
/// first asked for.
#[derive(Debug, Default)]
pub struct SourceMaps {
    maps: HashMap<String, Loaded>,
}

#[derive(Debug)]
enum Loaded {
    Text(Vec<u8>),
    Map(Option<SourceMap>),
}

#[derive(Debug)]
struct SourceMap {
    /// Paths of the project; `None` for what is none.
    sources: Vec<Option<String>>,
    /// Ordered by line and column, both 0-based.
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    line: u32,
    column: u32,
    source: usize,
    source_line: u32,
}

impl SourceMaps {
    /// What to collect from a workspace; packages' own maps stay there.
    pub fn globs() -> Vec<String> {
        ["js", "cjs", "mjs"].map(|extension| format!("**/*.{extension}.map")).into()
    }

    /// How much of it at most.
    pub fn limits() -> CollectLimits {
        CollectLimits {
            files: 5000,
            file_size: Bytes(MAX_BYTES as u64),
            total: Bytes::from_mib(64),
        }
    }

    /// From collected files.
    pub fn new(files: Vec<CollectedFile>) -> Self {
        let named = files.into_iter().filter_map(|file| {
            let path = file.path.strip_suffix(".map")?.to_owned();
            Some((path, Loaded::Text(file.bytes)))
        });
        Self { maps: named.collect() }
    }

    /// The file and 1-based line that a place of a built file comes from; line
    /// and column are 0-based.
    pub(super) fn original(&mut self, path: &str, line: u32, column: u32) -> Option<(String, u32)> {
        let loaded = self.maps.get_mut(path)?;
        if let Loaded::Text(bytes) = loaded {
            *loaded = Loaded::Map(SourceMap::parse(bytes, path));
        }
        let Loaded::Map(Some(map)) = loaded else { return None };
        map.original(line, column)
    }
}

impl SourceMap {
    fn parse(bytes: &[u8], path: &str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Raw<'a> {
            #[serde(default)]
            source_root: Option<String>,
            sources: Vec<Option<String>>,
            #[serde(borrow)]
            mappings: Cow<'a, str>,
        }
        if bytes.len() > MAX_BYTES {
            return None;
        }
        let raw: Raw<'_> = serde_json::from_slice(bytes).ok()?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let root = raw.source_root.as_deref().unwrap_or_default().trim_end_matches('/');
        let source = |name: Option<String>| {
            let name = name?;
            // Bundlers write the path from the project's root behind a scheme.
            if let Some((_, rest)) = name.split_once("://") {
                return relative("", rest.split_once('/')?.1);
            }
            if root.contains(':') || root.starts_with('/') {
                return None;
            }
            let name = if root.is_empty() { name } else { format!("{root}/{name}") };
            relative(folder, &name)
        };
        let sources = raw.sources.into_iter().map(source).collect();
        Some(Self { sources, segments: segments(&raw.mappings) })
    }

    /// By the last segment in front of the place on its line, or the next one
    /// behind it; a file of one source that says nothing of the line is that
    /// source all the same.
    fn original(&self, line: u32, column: u32) -> Option<(String, u32)> {
        let after = self.segments.partition_point(|of| (of.line, of.column) <= (line, column));
        let on_line = |of: &&Segment| of.line == line;
        let before = after.checked_sub(1).and_then(|idx| self.segments.get(idx)).filter(on_line);
        let segment = before.or_else(|| self.segments.get(after).filter(on_line));
        let (source, line) = match segment {
            Some(segment) => (segment.source, segment.source_line.saturating_add(1)),
            None if self.sources.len() == 1 => (0, line.saturating_add(1)),
            None => return None,
        };
        Some((self.sources.get(source)?.clone()?, line))
    }
}

/// Reads the mappings as far as they make sense: lines are parted by `;`,
/// segments by `,`, and each number is the difference to the one before.
fn segments(mappings: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let (mut source, mut source_line) = (0_i64, 0_i64);
    for (line, text) in (0..).zip(mappings.split(';')) {
        let mut column = 0_i64;
        for text in text.split(',').filter(|text| !text.is_empty()) {
            let Some(numbers) = numbers(text) else { return segments };
            column += numbers[0];
            if numbers.len() < 4 {
                continue;
            }
            source += numbers[1];
            source_line += numbers[2];
            let (Ok(column), Ok(source), Ok(source_line)) =
                (u32::try_from(column), usize::try_from(source), u32::try_from(source_line))
            else {
                return segments;
            };
            if segments.len() == MAX_SEGMENTS {
                return segments;
            }
            segments.push(Segment { line, column, source, source_line });
        }
    }
    // Honest ones are in order.
    segments.sort_by_key(|of| (of.line, of.column));
    segments
}

/// The numbers of a segment, one to five of them.
fn numbers(text: &str) -> Option<Vec<i64>> {
    let mut numbers = Vec::with_capacity(5);
    let (mut value, mut shift) = (0_i64, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        // 32 bits and a sign fit into seven digits.
        if shift > 6 * DIGIT_BITS || numbers.len() == 5 {
            return None;
        }
        value |= i64::from(digit & 31) << shift;
        shift += DIGIT_BITS;
        if digit & 32 == 0 {
            numbers.push(if value & 1 == 0 { value >> 1 } else { -(value >> 1) });
            (value, shift) = (0, 0);
        }
    }
    (shift == 0 && !numbers.is_empty()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maps(path: &str, map: &str) -> SourceMaps {
        let path = format!("{path}.map");
        SourceMaps::new(vec![CollectedFile { path, bytes: map.into() }])
    }

    #[test]
    fn a_place_is_found_by_the_segment_in_front_of_it() {
        // Line 1: column 0 from line 3, column 10 from line 8; line 2: column 4 from line 9.
        let mut maps = maps(
            "dist/src/a.js",
            r#"{"version":3,"sources":["../../src/a.ts"],"sourcesContent":["x"],"mappings":";AAEA,UAKA;IACA"}"#,
        );
        let mut at = |line, column| maps.original("dist/src/a.js", line, column);
        let found = |line| Some(("src/a.ts".to_owned(), line));
        assert_eq!(at(1, 0), found(3));
        assert_eq!(at(1, 9), found(3));
        assert_eq!(at(1, 10), found(8));
        assert_eq!(at(2, 0), found(9), "the next segment of the line");
        assert_eq!(at(0, 0), found(1), "the only source");
        assert_eq!(at(40, 2), found(41));
        assert_eq!(maps.original("dist/b.js", 1, 0), None);
    }

    #[test]
    fn sources_are_named_in_many_ways_and_stay_in_the_project() {
        let one = |root: &str, source: &str| {
            let json = serde_json::json!({
                "sourceRoot": root, "sources": [source, null], "mappings": "AAAA,CCAA",
            });
            maps("lib/a.js", &json.to_string()).original("lib/a.js", 0, 0).map(|(path, _)| path)
        };
        assert_eq!(one("", "../src/a.ts").as_deref(), Some("src/a.ts"));
        assert_eq!(one("../src/", "a.ts").as_deref(), Some("src/a.ts"));
        assert_eq!(one("", "webpack://shop/./src/a.ts").as_deref(), Some("src/a.ts"));
        assert_eq!(one("", "../../../etc/passwd"), None);
        assert_eq!(one("", "../node_modules/x/a.ts"), None);
        assert_eq!(one("", "/src/a.ts"), None);
        assert_eq!(one("https://example.com/", "a.ts"), None);
    }

    #[test]
    fn what_does_not_read_is_left_alone() {
        for map in [
            "",
            "[]",
            r#"{"sources":[],"mappings":"AAAA"}"#,
            r#"{"sources":["a","b"],"mappings":"A!AA"}"#,
            r#"{"sources":["a","b"],"mappings":"gggggggggggggggA"}"#,
            r#"{"sources":["a","b"],"mappings":"AADA,AAAD"}"#,
            r#"{"sources":["a","b"],"mappings":"AAAAAA,AAAAg"}"#,
            r#"{"sources":["a","b"],"sections":[]}"#,
        ] {
            assert_eq!(maps("a.js", map).original("a.js", 0, 0), None, "{map}");
        }
    }
}
