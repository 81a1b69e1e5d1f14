//! `[http]`: a server as the benchmark. The keys are those of [`HttpLoad`].

use super::ConfigError;
use crate::domain::{HttpLoad, HttpRequest};

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Headers that the driver sets itself.
const OWN_HEADERS: [&str; 4] = ["connection", "content-length", "expect", "transfer-encoding"];

/// All of it is given to the driver in one variable of its environment, which
/// Linux limits to 128 KiB.
const MOST_BYTES: usize = 100_000;

impl HttpLoad {
    /// Refuses what cannot be meant.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse =
            |key, found: String, allowed| Err(ConfigError::OutOfRange { key, found, allowed });
        if self.start.as_deref().is_some_and(|start| start.trim().is_empty()) {
            return refuse("http.start", "empty".into(), "the command that starts the server");
        }
        if self.start.is_none() && *self != Self::default() {
            return refuse("http.start", "not set".into(), "the command that starts the server");
        }
        if !is_path(&self.ready) {
            return refuse(
                "http.ready",
                format!("`{}`", self.ready),
                "a path that begins with `/`, such as `/health`",
            );
        }
        let ranges = [
            ("http.ready_seconds", self.ready_seconds, 1, 600, "from 1 to 600"),
            ("http.rate", self.rate, 1, 20_000, "from 1 to 20000 requests per second"),
            ("http.seconds", self.seconds, 1, 300, "from 1 to 300"),
            ("http.connections", self.connections, 1, 1000, "from 1 to 1000"),
            ("http.warm_up_seconds", self.warm_up_seconds, 0, 300, "from 0 to 300"),
        ];
        for (key, value, least, most, allowed) in ranges {
            if !(least..=most).contains(&value) {
                return refuse(key, value.to_string(), allowed);
            }
        }
        self.requests.iter().try_for_each(check_request)?;
        match self.request().map(|request| request.len()).filter(|bytes| *bytes > MOST_BYTES) {
            Some(bytes) => {
                refuse("http", format!("{bytes} bytes as JSON"), "at most 100000, bodies included")
            }
            None => Ok(()),
        }
    }
}

fn check_request(request: &HttpRequest) -> Result<(), ConfigError> {
    let refuse = |key, found: String, allowed| Err(ConfigError::OutOfRange { key, found, allowed });
    if !METHODS.contains(&request.method.as_str()) {
        return refuse(
            "http.requests.method",
            format!("`{}`", request.method),
            "GET, POST, PUT, PATCH, DELETE or OPTIONS",
        );
    }
    if !is_path(&request.path) {
        return refuse(
            "http.requests.path",
            format!("`{}`", request.path),
            "a path that begins with `/`, percent-encoded",
        );
    }
    for (name, value) in &request.headers {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let is_value = |c: char| c == '\t' || (' '..='~').contains(&c);
        if name.is_empty() || !name.chars().all(is_name) || !value.chars().all(is_value) {
            return refuse(
                "http.requests.headers",
                format!("`{name}: {value}`"),
                "names and values of HTTP headers, in ASCII",
            );
        }
        if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            return refuse(
                "http.requests.headers",
                format!("`{name}`"),
                "without `connection`, `content-length`, `expect` and `transfer-encoding`",
            );
        }
    }
    Ok(())
}

/// A path as it stands in a request's first line.
fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn http(text: &str) -> Result<HttpLoad, String> {
        let loaded = Config::parse(text).map_err(|error| error.to_string())?;
        assert!(loaded.unknown_keys.is_empty(), "{:?}", loaded.unknown_keys);
        Ok(loaded.config.http)
    }

    #[test]
    fn a_command_is_enough() {
        let load = http("[http]\nstart = \"node server.js\"\n").unwrap();
        assert_eq!(load.planned(), 600);
        assert_eq!(load.to_string(), "`GET /`, 200 a second for 3 s");
        let request: serde_json::Value = serde_json::from_str(&load.request().unwrap()).unwrap();
        assert_eq!(request["start"], "node server.js");
        assert_eq!(request["requests"][0]["path"], "/");
        assert_eq!(http("").unwrap().request(), None);
    }

    #[test]
    fn requests_are_read_with_their_parts() {
        let load = http(
            "[http]\nstart = \"npm start\"\nport = 3000\n\n[[http.requests]]\npath = \"/a?b=c\"\n\n[[http.requests]]\nmethod = \"POST\"\npath = \"/b\"\nheaders = { content-type = \"application/json\" }\nbody = '{\"x\": 1}'\n",
        )
        .unwrap();
        let names: Vec<String> = load.sent().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["GET /a?b=c", "POST /b"]);
        assert_eq!(load.requests[1].headers["content-type"], "application/json");
        assert_eq!(load.to_string(), "2 requests in turn, 200 a second for 3 s");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_its_key() {
        for (text, says) in [
            ("rate = 10", "`http.start` in `selfopt.toml` is not set"),
            ("start = \" \"", "`http.start` in `selfopt.toml` is empty"),
            ("start = \"x\"\nready = \"health\"", "`http.ready` in `selfopt.toml` is `health`"),
            ("start = \"x\"\nrate = 0", "`http.rate` in `selfopt.toml` is 0"),
            ("start = \"x\"\nseconds = 301", "`http.seconds` in `selfopt.toml` is 301"),
            ("start = \"x\"\nconnections = 0", "`http.connections`"),
            ("start = \"x\"\nready_seconds = 0", "`http.ready_seconds`"),
            ("start = \"x\"\nwarm_up_seconds = 301", "`http.warm_up_seconds`"),
            ("start = \"x\"\n[[http.requests]]\nmethod = \"HEAD\"", "`http.requests.method`"),
            ("start = \"x\"\n[[http.requests]]\npath = \"/a b\"", "`http.requests.path`"),
            ("start = \"x\"\n[[http.requests]]\npath = \"/\\r\\nx: y\"", "`http.requests.path`"),
            (
                "start = \"x\"\n[[http.requests]]\nheaders = { a = \"b\\r\\nc: d\" }",
                "`http.requests.headers`",
            ),
            (
                "start = \"x\"\n[[http.requests]]\nheaders = { Content-Length = \"3\" }",
                "without `connection`",
            ),
        ] {
            let error = http(&format!("[http]\n{text}\n")).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
        let body = "x".repeat(MOST_BYTES);
        let text = format!("[http]\nstart = \"x\"\n[[http.requests]]\nbody = \"{body}\"\n");
        assert!(http(&text).unwrap_err().contains("at most 100000"));
    }

    #[test]
    fn a_wrong_key_is_reported() {
        let loaded = Config::parse("[http]\nstart = \"x\"\nconections = 3\n").unwrap();
        assert_eq!(loaded.unknown_keys[0].key, "http.conections");
        assert_eq!(loaded.unknown_keys[0].suggestion.as_deref(), Some("http.connections"));
    }
}
