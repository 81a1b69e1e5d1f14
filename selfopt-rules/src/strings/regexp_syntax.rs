//! Which patterns cannot throw.
//!
//! The grammar here is a part of ECMAScript's that every engine accepts, with
//! and without the flag `u`. What is legal only by Annex B, or newer than 2018,
//! is left out: a lookbehind is a syntax error in some browsers still in use.

use std::iter::Peekable;
use std::str::Chars;

/// What is known of a valid pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Whether it can be a literal without asking for a newer language level
    /// than the constructor did.
    pub(super) is_basic: bool,
}

/// Reads a pattern; otherwise what is not known to be valid about it.
pub(super) fn read(pattern: &str, is_unicode: bool) -> Result<Pattern, String> {
    let mut reader = Reader {
        rest: pattern.chars().peekable(),
        is_unicode,
        names: Vec::new(),
        n_groups: 0,
        highest_reference: 0,
    };
    reader.pattern()?;
    if reader.highest_reference > reader.n_groups {
        return Err("it refers to a group that does not exist".to_owned());
    }
    Ok(Pattern { is_basic: reader.names.is_empty() && !pattern.is_empty() })
}

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    is_unicode: bool,
    names: Vec<String>,
    n_groups: u32,
    highest_reference: u32,
}

/// A character of a class, or `None` for a set of them such as `\d`.
type Member = Option<char>;

impl Reader<'_> {
    fn pattern(&mut self) -> Result<(), String> {
        // For each open group, whether it may be repeated as a whole.
        let mut groups = Vec::new();
        let mut is_repeatable = false;
        while let Some(c) = self.rest.next() {
            is_repeatable = match c {
                '^' | '$' | '|' => false,
                '*' | '+' | '?' | '{' => {
                    if !is_repeatable {
                        return Err(format!("`{c}` has nothing to repeat"));
                    }
                    if c == '{' {
                        self.bounds()?;
                    }
                    self.rest.next_if_eq(&'?');
                    false
                }
                '}' | ']' => return Err(format!("`{c}` stands alone")),
                '(' => {
                    groups.push(self.group()?);
                    false
                }
                ')' => groups.pop().ok_or("`)` closes nothing")?,
                '[' => self.class().map(|()| true)?,
                '\\' => self.escape()?,
                _ => self.plain(c).map(|_| true)?,
            };
        }
        if groups.is_empty() { Ok(()) } else { Err("a group is not closed".to_owned()) }
    }

    fn plain(&self, c: char) -> Result<char, String> {
        if !self.is_unicode && u32::from(c) > 0xffff {
            return Err(format!("`{c}` is two characters without the flag `u`"));
        }
        Ok(c)
    }

    fn number(&mut self) -> Option<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok()
    }

    /// `2}`, `2,}`, `2,3}`.
    fn bounds(&mut self) -> Result<(), String> {
        let least = self.number();
        let has_comma = self.rest.next_if_eq(&',').is_some();
        let most = if has_comma { self.number() } else { None };
        let is_closed = self.rest.next() == Some('}');
        match (least, most) {
            (Some(least), most) if is_closed && most.is_none_or(|most| least <= most) => Ok(()),
            _ => Err("`{` opens no count".to_owned()),
        }
    }

    fn group(&mut self) -> Result<bool, String> {
        if self.rest.next_if_eq(&'?').is_none() {
            self.n_groups += 1;
            return Ok(true);
        }
        match self.rest.next() {
            Some(':') => Ok(true),
            Some('=' | '!') => Ok(false),
            Some('<') => {
                let mut name = String::new();
                while let Some(c) = self.rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                }
                let is_name = name.starts_with(|c: char| !c.is_ascii_digit());
                let is_new = !self.names.contains(&name);
                if self.rest.next() != Some('>') || !is_name || !is_new {
                    return Err("not every engine knows this group".to_owned());
                }
                self.n_groups += 1;
                self.names.push(name);
                Ok(true)
            }
            _ => Err("not every engine knows this group".to_owned()),
        }
    }

    fn class(&mut self) -> Result<(), String> {
        self.rest.next_if_eq(&'^');
        let mut is_empty = true;
        loop {
            let Some(first) = self.member()? else {
                return if is_empty { Err("a class is empty".to_owned()) } else { Ok(()) };
            };
            is_empty = false;
            let mut ahead = self.rest.clone();
            if ahead.next() != Some('-') || matches!(ahead.next(), None | Some(']')) {
                continue;
            }
            self.rest.next();
            match (first, self.member()?) {
                (Some(from), Some(Some(to))) if from <= to => {}
                _ => return Err("a range of a class has no order".to_owned()),
            }
        }
    }

    /// One member of a class; the outer `None` is the end of the class.
    fn member(&mut self) -> Result<Option<Member>, String> {
        match self.rest.next() {
            None => Err("a class is not closed".to_owned()),
            Some(']') => Ok(None),
            Some('\\') => match self.rest.next_if(|c| matches!(c, 'b' | '-')) {
                Some('b') => Ok(Some(Some('\u{8}'))),
                Some(c) => Ok(Some(Some(c))),
                None => self.character_escape().map(Some),
            },
            Some(c) => self.plain(c).map(|c| Some(Some(c))),
        }
    }

    /// Whether what is escaped may be repeated.
    fn escape(&mut self) -> Result<bool, String> {
        if self.rest.next_if(|c| matches!(c, 'b' | 'B')).is_some() {
            return Ok(false);
        }
        if self.rest.peek().is_some_and(|c| matches!(c, '1'..='9')) {
            let reference = self.number().unwrap_or(u32::MAX);
            self.highest_reference = self.highest_reference.max(reference);
            return Ok(true);
        }
        self.character_escape().map(|_| true)
    }

    fn character_escape(&mut self) -> Result<Member, String> {
        let c = self.rest.next().ok_or("it ends with `\\`")?;
        let unknown = || format!("`\\{c}` does not mean the same everywhere");
        let is_before_digit = self.rest.peek().is_some_and(char::is_ascii_digit);
        Ok(match c {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => None,
            't' => Some('\t'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            'f' => Some('\u{c}'),
            'v' => Some('\u{b}'),
            '0' if !is_before_digit => Some('\0'),
            'x' | 'u' => {
                let n_digits = if c == 'x' { 2 } else { 4 };
                let digits: String = self.rest.by_ref().take(n_digits).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                let code = code.filter(|_| {
                    digits.len() == n_digits && digits.bytes().all(|b| b.is_ascii_hexdigit())
                });
                Some(code.and_then(char::from_u32).ok_or_else(unknown)?)
            }
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|'
            | '/' => Some(c),
            _ if c.is_ascii_punctuation() && c != '_' && !self.is_unicode => Some(c),
            _ => return Err(unknown()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_patterns() {
        for (pattern, is_basic) in [
            (r"^(?:sku|ref|ean)[-:]\d+$", true),
            (r"[\w.+-]+@[a-z0-9-]+\.[a-z]{2,4}?", true),
            (r"(a)(b)?\2|\/[^\]\\]*(?=x)", true),
            (r"(?<year>\d{4})", false),
            ("", false),
            (r"\u00e9\x41[\b-]", true),
        ] {
            assert_eq!(read(pattern, false), Ok(Pattern { is_basic }), "{pattern}");
        }
    }

    #[test]
    fn other_patterns() {
        let patterns = [
            "(",
            ")",
            "a**",
            "+",
            "a{2",
            "{",
            "a{3,2}",
            "[z-a]",
            "[",
            "[]",
            r"[\d-z]",
            "a]",
            "(?=a)*",
            r"\",
            r"\k<a>",
            r"\p{L}",
            r"\1",
            "(?<a>.)(?<a>.)",
            "(?<=a)b",
            "^*",
            r"\c",
            r"\u{61}",
            "(?i:a)",
            "\u{1f600}",
            r"\a",
            r"\01",
            r"\xg0",
        ];
        for pattern in patterns {
            assert!(read(pattern, false).is_err(), "{pattern}");
        }
        assert!(read(r"\-", false).is_ok() && read(r"\-", true).is_err());
    }
}
