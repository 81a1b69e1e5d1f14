//! A registry that asks who is there, where the user's own configuration has an
//! answer that the sandbox did not hand in.

use super::words::{host_in, is_warning, npm_code};
use super::{Diagnosis, Red, diagnosis};

/// Codes with which npm says that something is private, or hidden as if it were
/// not there.
const NPM_CODES: [&str; 4] = ["E401", "E403", "E404", "ENEEDAUTH"];
/// The same in answers of registries, as package managers show them.
const STATUSES: [&str; 3] = ["401", "403", "404"];

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let withheld = &red.step.network?.withheld;
    if withheld.is_empty() {
        return None;
    }
    let is_withheld = |host: &str| withheld.iter().any(|one| one.eq_ignore_ascii_case(host));
    let says_so = |line: &str| {
        STATUSES
            .iter()
            .any(|status| line.split(|c: char| !c.is_ascii_digit()).any(|number| number == *status))
    };
    let line = red
        .find(|line| !is_warning(line) && says_so(line) && host_in(line).is_some_and(is_withheld));
    let (host, line) = match line {
        Some(line) => (host_in(line)?.to_ascii_lowercase(), line),
        None => nameless(red, withheld, says_so)?,
    };
    Some(diagnosis(
        format!(
            "the registry `{host}` did not give what was asked for, and your configuration has a token or password for it that SelfOpt keeps outside of the sandbox"
        ),
        format!(
            "look first whether it is there at all; if it is private: a token is handed to no install script, and cannot be added to a connection that is encrypted from end to end; let `{host}`, or a mirror of it that your own configuration names, serve these packages without a token to this machine, or vendor the private packages (`npm pack`, then `file:` in package.json)"
        ),
        line,
    ))
}

/// Lines that name no address: with one candidate it is that.
fn nameless<'a>(
    red: &Red<'a>,
    withheld: &[String],
    says_so: impl Fn(&str) -> bool,
) -> Option<(String, &'a str)> {
    let [only] = withheld else { return None };
    if red.find(|line| says_so(line) && host_in(line).is_some()).is_some() {
        return None;
    }
    let of_npm = |line: &str| npm_code(line).is_some_and(|code| NPM_CODES.contains(&code));
    let of_yarn = |line: &str| {
        line.contains("YN0041")
            || line.contains("YN0033")
            || line.contains("YN0035") && says_so(line)
    };
    Some((only.clone(), red.find(|line| of_npm(line) || of_yarn(line))?))
}
