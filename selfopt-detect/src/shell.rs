//! Splits a command line of a script or workflow into its commands and words,
//! as far as `sh` syntax is used there. Substitutions are kept as text.

/// One command of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ShellCommand {
    /// As written, without surrounding blanks.
    pub(crate) text: String,
    /// The words without their quotes.
    pub(crate) words: Vec<String>,
}

/// The commands between `&&`, `||`, `;`, `|`, `&` and line ends.
pub(crate) fn split(line: &str) -> Vec<ShellCommand> {
    let mut scan = Scan::default();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (scan.quote, c) {
            (Some(open), _) if c == open => {
                scan.quote = None;
                scan.text.push(c);
            }
            (Some('"') | None, '\\') => {
                scan.text.push(c);
                match chars.next() {
                    // A backslash at the end of a line continues it.
                    Some('\n') => {
                        scan.text.pop();
                        scan.blank();
                    }
                    Some(next) => {
                        scan.text.push(next);
                        scan.word_char(next);
                    }
                    None => {}
                }
            }
            (None, '\'' | '"') => {
                scan.quote = Some(c);
                scan.text.push(c);
                scan.in_word = true;
            }
            (None, '$') if chars.peek() == Some(&'(') => {
                scan.text.push(c);
                scan.word_char(c);
                let mut depth = 0_u32;
                for inner in chars.by_ref() {
                    scan.text.push(inner);
                    scan.word_char(inner);
                    depth = match inner {
                        '(' => depth + 1,
                        ')' => depth.saturating_sub(1),
                        _ => depth,
                    };
                    if depth == 0 {
                        break;
                    }
                }
            }
            (None, '#') if !scan.in_word => while chars.next_if(|next| *next != '\n').is_some() {},
            // `2>&1` and `&>` redirect; they do not separate.
            (None, '&') if scan.text.ends_with('>') || chars.peek() == Some(&'>') => {
                scan.text.push(c);
                scan.word_char(c);
            }
            (None, '&' | '|' | ';' | '\n') => {
                while chars.next_if_eq(&c).is_some() {}
                scan.end_command();
            }
            (None, '(' | ')') if !scan.in_word => {}
            (None, ')') => scan.end_word(),
            (None, _) if c.is_whitespace() => scan.blank(),
            _ => {
                scan.text.push(c);
                scan.word_char(c);
            }
        }
    }
    scan.end_command();
    scan.commands
}

#[derive(Default)]
struct Scan {
    commands: Vec<ShellCommand>,
    text: String,
    words: Vec<String>,
    word: String,
    in_word: bool,
    quote: Option<char>,
}

impl Scan {
    fn word_char(&mut self, c: char) {
        self.word.push(c);
        self.in_word = true;
    }

    fn blank(&mut self) {
        self.end_word();
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn end_word(&mut self) {
        if self.in_word {
            self.words.push(std::mem::take(&mut self.word));
            self.in_word = false;
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        let text = std::mem::take(&mut self.text).trim().to_owned();
        let words = std::mem::take(&mut self.words);
        if !words.is_empty() {
            self.commands.push(ShellCommand { text, words });
        }
    }
}

/// Whether a word is an assignment such as `NODE_ENV=test`.
pub(crate) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_outside_quotes() {
        let cases: &[(&str, &[&str])] = &[
            ("a && b||c; d", &["a", "b", "c", "d"]),
            ("mocha 'a && b' -R dot", &["mocha 'a && b' -R dot"]),
            ("echo \"x; \\\" y\" && z", &["echo \"x; \\\" y\"", "z"]),
            ("a 2>&1 | tee f", &["a 2>&1", "tee f"]),
            ("(cd x && y)", &["cd x", "y"]),
            ("a $(b && c) && d", &["a $(b && c)", "d"]),
            ("npm ci\n# note && x\nnpm \\\n  test", &["npm ci", "npm test"]),
            ("'never closed && x", &["'never closed && x"]),
            ("", &[]),
            ("&& ;", &[]),
        ];
        for (line, expected) in cases {
            let texts: Vec<_> = split(line).into_iter().map(|command| command.text).collect();
            assert_eq!(&texts, expected, "{line}");
        }
    }

    #[test]
    fn words_lose_their_quotes() {
        let commands = split("TZ=UTC mocha --grep \"a b\" 'test/**/*.js'");
        assert_eq!(commands[0].words, ["TZ=UTC", "mocha", "--grep", "a b", "test/**/*.js"]);
        assert!(is_assignment("TZ=UTC") && !is_assignment("--x=1") && !is_assignment("a b=c"));
    }
}
