//! SPDX licence expressions: identifiers, `WITH`, `AND`, `OR` and parentheses.
//!
//! `AND` binds tighter than `OR` (SPDX specification, annex on licence expressions). The old Cargo
//! notation `MIT/Apache-2.0` means `OR`.

/// Whether someone who accepts only the `allowed` licences can satisfy `expression`; `None` when it is
/// no expression. `a WITH b` is accepted when listed as such.
pub(super) fn is_satisfied(expression: &str, allowed: &[&str]) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut parser = Parser { tokens: spaced.split_whitespace().collect(), position: 0, allowed };
    let satisfied = parser.any_of()?;
    (parser.position == parser.tokens.len()).then_some(satisfied)
}

struct Parser<'a> {
    tokens: Vec<&'a str>,
    position: usize,
    allowed: &'a [&'a str],
}

impl Parser<'_> {
    fn any_of(&mut self) -> Option<bool> {
        let mut satisfied = self.all_of()?;
        while self.take("OR") {
            satisfied |= self.all_of()?;
        }
        Some(satisfied)
    }

    fn all_of(&mut self) -> Option<bool> {
        let mut satisfied = self.licence()?;
        while self.take("AND") {
            satisfied &= self.licence()?;
        }
        Some(satisfied)
    }

    fn licence(&mut self) -> Option<bool> {
        if self.take("(") {
            let satisfied = self.any_of()?;
            return self.take(")").then_some(satisfied);
        }
        let mut name = self.identifier()?;
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.identifier()?);
        }
        Some(self.allowed.contains(&name.as_str()))
    }

    fn identifier(&mut self) -> Option<String> {
        let token = *self.tokens.get(self.position)?;
        if ["OR", "AND", "WITH", "(", ")"].contains(&token) {
            return None;
        }
        self.position += 1;
        Some(token.to_owned())
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.tokens.get(self.position) == Some(&token);
        self.position += usize::from(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expected: Option<bool>) {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
        assert_eq!(is_satisfied(expression, &allowed), expected, "{expression}");
    }

    #[test]
    fn expressions_are_judged() {
        check("MIT", Some(true));
        check("MPL-2.0", Some(false));
        check("MIT OR GPL-3.0", Some(true));
        check("GPL-3.0 OR MIT", Some(true));
        check("MIT AND GPL-3.0", Some(false));
        check("MIT AND GPL-3.0 OR Apache-2.0", Some(true));
        check("MIT AND (GPL-3.0 OR Apache-2.0)", Some(true));
        check("(MIT OR Apache-2.0) AND OpenSSL", Some(false));
        check("MIT/Apache-2.0", Some(true));
        check("GPL-2.0 / MIT", Some(true));
        check("Apache-2.0 WITH LLVM-exception", Some(true));
        check("MIT WITH LLVM-exception", Some(false));
    }

    #[test]
    fn what_is_no_expression() {
        for broken in ["", "MIT OR", "(MIT", "MIT MIT", "AND", "MIT)"] {
            check(broken, None);
        }
    }
}
