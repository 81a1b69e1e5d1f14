//! Text that looks like a secret: it is not sent and not kept.

/// How keys of well-known services begin; at least this many characters follow.
const PREFIXES: [(&str, usize); 26] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("EAACEdEose0cBA", 10),
    ("SG.", 20),
    ("dop_v1_", 32),
    ("eyJ", 30),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("hf_", 20),
    ("npm_", 30),
    ("pypi-", 30),
    ("rk_live_", 16),
    ("shpat_", 20),
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("whsec_", 16),
    ("xoxa-", 10),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("ya29.", 20),
];

/// Words in a name that what it holds is not for others.
const NAMES: [&str; 11] = [
    "accesskey",
    "apikey",
    "authtoken",
    "clientsecret",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "token",
];

const REDACTED: &str = "[redacted]";

/// Whether a text looks as if it held a key, a password or the like.
pub fn holds_secret(text: &str) -> bool {
    text.contains("-----BEGIN")
        || !keys(text).is_empty()
        || text.contains("://") && holds_login(text)
        || text.lines().any(is_named_secret)
}

/// A text without keys and without the given secrets.
pub(crate) fn redacted(text: &str, secrets: &[String]) -> String {
    let mut out = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        out = out.replace(secret.as_str(), REDACTED);
    }
    for key in keys(&out) {
        out = out.replace(&key, REDACTED);
    }
    out
}

fn is_key_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Words that begin as keys do and are as long.
fn keys(text: &str) -> Vec<String> {
    text.split(|c| !is_key_character(c))
        .filter(|word| {
            let word = word.trim_matches(['.', '-']);
            PREFIXES.iter().any(|(prefix, least)| {
                word.strip_prefix(prefix).is_some_and(|rest| {
                    rest.len() >= *least && rest.bytes().any(|b| b.is_ascii_digit())
                })
            })
        })
        .map(str::to_owned)
        .collect()
}

/// `https://user:password@host`.
fn holds_login(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', '"', '\'', '`', ' ', '\n']).next();
        let login = authority.and_then(|authority| authority.split_once('@'));
        login.is_some_and(|(login, _)| {
            login
                .split_once(':')
                .is_some_and(|(_, password)| !password.is_empty() && !password.contains("${"))
        })
    })
}

/// `const apiKey = '8f14e45fceea167a5a36dedd4bea2543'`: a long word of many
/// different characters in quotes behind a telling name.
fn is_named_secret(line: &str) -> bool {
    let Some((name, value)) = line.split_once(['=', ':']) else { return false };
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    if !NAMES.iter().any(|one| name.ends_with(one)) {
        return false;
    }
    let mut parts = value.splitn(3, ['"', '\'', '`']);
    let (Some(_), Some(quoted), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let mut different: Vec<char> = quoted.chars().collect();
    different.sort_unstable();
    different.dedup();
    quoted.len() >= 16
        && different.len() >= 8
        && quoted.chars().all(|c| !c.is_whitespace())
        && quoted.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Put together here, so that no scanner takes this file for a leak.
    fn key(prefix: &str) -> String {
        format!("{prefix}{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6")
    }

    #[test]
    fn secrets_are_seen() {
        for (prefix, _) in PREFIXES {
            assert!(holds_secret(&format!("const a = \"{}\";", key(prefix))), "{prefix}");
        }
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----",
            "connect('postgres://admin:hunter2@db.internal/x')",
            "const API_KEY = '8f14e45fceea167a5a36dedd4bea2543';",
            "  clientSecret: \"q7Zr0pXw9sLk2mNv\",",
        ] {
            assert!(holds_secret(text), "{text}");
        }
    }

    #[test]
    fn code_is_no_secret() {
        for text in [
            "const token = tokens[i];",
            "const token = 'an ordinary sentence with spaces 1';",
            "const password = '';",
            "fetchAll(`https://${host}/a:b@c`)",
            "const skip = 'sk-';",
            "export function eyJump() { return 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'; }",
        ] {
            assert!(!holds_secret(text), "{text}");
        }
    }

    #[test]
    fn keys_are_cut_out() {
        let key = key("sk-");
        let out =
            redacted(&format!("my key is {key}, and my own is hunter22"), &["hunter22".into()]);
        assert_eq!(out, "my key is [redacted], and my own is [redacted]");
    }
}
