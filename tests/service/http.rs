//! Just enough HTTP for the tests: version 1.0, so that an answer ends with its
//! connection and is not cut into chunks.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

/// A service that listens, and the token for it.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Api {
    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.ask("POST", path, &body.to_string())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        self.ask_with(method, path, "", body)
    }

    fn ask_with(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, Value) {
        read(self.send(method, path, headers, body))
    }

    /// A request without the token, with headers of its own: `Name: value`,
    /// each on its line.
    pub(crate) fn post_signed(&self, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let nobody = Self { token: String::new(), ..self.clone() };
        nobody.ask_with("POST", path, headers, body)
    }

    /// Announces so many bytes and sends none of them.
    pub(crate) fn announce(&self, path: &str, headers: &str, length: usize) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).expect("the service listens");
        let address = &self.address;
        write!(
            stream,
            "POST {path} HTTP/1.0\r\nHost: {address}\r\n{headers}Content-Length: {length}\r\n\r\n"
        )
        .expect("the service reads");
        read(BufReader::new(stream))
    }

    /// The events of a run after a number, one at a time.
    pub(crate) fn follow(&self, run: &str, after: Option<u64>) -> impl Iterator<Item = Event> {
        let header = after.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let path = format!("/api/v1/runs/{run}/events");
        let mut answer = self.send("GET", &path, &header, "");
        assert_eq!(status(&mut answer), 200);
        let mut event = Event::default();
        // A killed service ends the connection in the middle.
        answer.lines().map_while(Result::ok).filter_map(move |line| {
            match line.split_once(':') {
                Some(("id", id)) => event.id = id.trim().parse().ok(),
                Some(("event", kind)) => kind.trim().clone_into(&mut event.kind),
                Some(("data", data)) => {
                    event.data = serde_json::from_str(data.trim()).expect("data is JSON");
                }
                _ if line.is_empty() && !event.kind.is_empty() => {
                    return Some(std::mem::take(&mut event));
                }
                _ => {}
            }
            None
        })
    }

    fn send(&self, method: &str, path: &str, header: &str, body: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).expect("the service listens");
        let Self { address, token } = self;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n{header}Content-Length: {length}\r\n\r\n{body}"
        )
        .expect("the service reads");
        BufReader::new(stream)
    }
}

/// Something that happened in a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    pub(crate) id: Option<u64>,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

/// Reads an answer.
fn read(mut answer: BufReader<TcpStream>) -> (u16, Value) {
    let status = status(&mut answer);
    let mut text = String::new();
    answer.read_to_string(&mut text).expect("the answer is text");
    let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, json)
}

/// Reads the head of an answer.
fn status(answer: &mut BufReader<TcpStream>) -> u16 {
    let mut first = String::new();
    answer.read_line(&mut first).expect("the service answers");
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    loop {
        let mut line = String::new();
        answer.read_line(&mut line).expect("the head ends");
        if line.trim().is_empty() {
            return status.unwrap_or_else(|| panic!("no status: {first}"));
        }
    }
}
