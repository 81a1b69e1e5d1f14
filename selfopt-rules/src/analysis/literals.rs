//! The values of literals.

use selfopt_syntax::Node;

use super::expressions::{asserted_type, unwrapped};

/// The string that an expression made of literals stands for: a string, a
/// template without substitutions, or such parts joined with `+`. `None` where
/// a type is asserted: its name may be unknown elsewhere.
pub fn string_value(expression: Node<'_>) -> Option<String> {
    if asserted_type(expression).is_some() {
        return None;
    }
    let node = unwrapped(expression);
    match node.kind() {
        "string" => unescaped(inner(node)?),
        "template_string" if !node.items().any(|item| item.is("template_substitution")) => {
            // Line ends in a template are `\n` whatever the file has.
            unescaped(&inner(node)?.replace("\r\n", "\n"))
        }
        "binary_expression" if node.has_token("+") => {
            let left = string_value(node.child_by_field("left")?)?;
            Some(left + &string_value(node.child_by_field("right")?)?)
        }
        _ => None,
    }
}

/// Whether a string literal takes part in an expression of strings.
pub fn has_string_literal(expression: Node<'_>) -> bool {
    let node = unwrapped(expression);
    match node.kind() {
        "string" | "template_string" => true,
        "binary_expression" => node.items().any(has_string_literal),
        _ => false,
    }
}

fn inner(quoted: Node<'_>) -> Option<&str> {
    let text = quoted.text();
    text.get(1..text.len().checked_sub(1)?)
}

/// `None` for octal escapes and for halves of surrogate pairs.
fn unescaped(text: &str) -> Option<String> {
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        let escaped = chars.next()?;
        value.push(match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'x' => code_point(&mut chars, 2)?,
            'u' if chars.next_if_eq(&'{').is_some() => {
                let digits: String = chars.by_ref().take_while(|c| *c != '}').collect();
                code_point(&mut digits.chars(), digits.len())?
            }
            'u' => code_point(&mut chars, 4)?,
            '0' if !chars.peek().is_some_and(char::is_ascii_digit) => '\0',
            '0'..='9' => return None,
            // A line that goes on.
            '\n' | '\u{2028}' | '\u{2029}' => continue,
            '\r' => {
                chars.next_if_eq(&'\n');
                continue;
            }
            other => other,
        });
    }
    Some(value)
}

fn code_point(chars: &mut impl Iterator<Item = char>, n_digits: usize) -> Option<char> {
    let digits: String = chars.take(n_digits).collect();
    let code = u32::from_str_radix(&digits, 16).ok()?;
    (digits.len() == n_digits).then(|| char::from_u32(code))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(unescaped(text).as_deref(), expected, "{text}");
        };
        check(r"a\\d\.\/", Some(r"a\d./"));
        check(r"\x41\u0042\u{43}\0", Some("ABC\0"));
        check("a\\\r\nb", Some("ab"));
        check(r"\08", None);
        check(r"\ud83d\ude00", None);
        check(r"\u{1f600}", Some("\u{1f600}"));
    }
}
