//! A registry that asks who is there.

use super::words::{forge_in, host_in, is_warning, npm_code, npm_error};
use super::{Diagnosis, Red, diagnosis};

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = of_npm(red).or_else(|| of_others(red))?;
    if forge_in(line).is_some_and(|_| !line.contains("npm.pkg.")) {
        return None;
    }
    let host = host_in(line).map_or_else(String::new, |host| format!(" `{host}`"));
    Some(diagnosis(
        format!("a registry{host} refuses the request: its packages are private"),
        "SelfOpt never hands credentials to the project's code: install from a registry or mirror that needs none, or vendor the private packages",
        line,
    ))
}

fn of_npm<'a>(red: &Red<'a>) -> Option<&'a str> {
    let code = red.find(|line| matches!(npm_code(line), Some("E401" | "E403" | "ENEEDAUTH")))?;
    let detail = red.find(|line| {
        npm_error(line).is_some_and(|said| said.starts_with("401 ") || said.starts_with("403 "))
    });
    Some(detail.unwrap_or(code))
}

fn of_others<'a>(red: &Red<'a>) -> Option<&'a str> {
    red.find(|line| {
        if is_warning(line) {
            return false;
        }
        line.contains("ERR_PNPM_FETCH_401")
            || line.contains("ERR_PNPM_FETCH_403")
            || line.contains("Request failed \\\"401 Unauthorized\\\"")
            || line.contains("Request failed \\\"403 Forbidden\\\"")
            || line.contains("YN0041") && line.contains("Invalid authentication")
            || line.contains("YN0033") && line.contains("No authentication configured")
            || line.contains("YN0035") && line.contains("Response Code: 401")
            || line.contains("YN0035") && line.contains("Response Code: 403")
            || line.starts_with("error: GET http")
                && [" - 401", " - 403"].iter().any(|end| line.trim_end().ends_with(end))
    })
}
