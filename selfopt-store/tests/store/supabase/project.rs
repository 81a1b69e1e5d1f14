//! A Supabase project's Storage on loopback: the calls that SelfOpt makes, with
//! the answers that the real server (of August 2026) was recorded to give.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

pub(crate) const SERVICE_KEY: &str = "eyJ.service-key.hunter2";

const MAX_BYTES: usize = 1_000_000;

/// One project with a bucket `artifacts`; ends with the test's process.
pub(crate) struct FakeProject {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    upserts: Mutex<Vec<String>>,
    broken: AtomicBool,
}

impl FakeProject {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let serving = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let state = serving.clone();
                thread::spawn(move || serve(&state, stream.unwrap()));
            }
        });
        Self { address, state }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on a gateway answers that the project does not.
    pub(super) fn break_down(&self) {
        self.state.broken.store(true, Ordering::SeqCst);
    }

    /// What was written with `x-upsert`.
    pub(super) fn upserts(&self) -> Vec<String> {
        self.state.upserts.lock().unwrap().clone()
    }
}

struct Request {
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

fn serve(state: &State, stream: TcpStream) {
    let Some(request) = read(&stream) else { return };
    let (status, body) = answer(state, &request);
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let mut stream = stream;
    // A client that is gone needs no answer.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

/// `None` for a connection that was opened and not used.
fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0).map(|_| line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    while let Some((name, value)) = line()?.split_once(": ") {
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, target, headers, body })
}

type Reply = (&'static str, Vec<u8>);

fn answer(state: &State, request: &Request) -> Reply {
    if state.broken.load(Ordering::SeqCst) {
        return ("502 Bad Gateway", b"<html>bad gateway</html>".to_vec());
    }
    let header = |name: &str| request.headers.get(name).map(String::as_str);
    let Some(authorization) = header("authorization") else {
        return refuse("400", "Error", "headers must have required property 'authorization'", "");
    };
    assert_eq!(Some(authorization), header("apikey").map(|key| format!("Bearer {key}")).as_deref());
    let path = request.target.strip_prefix("/storage/v1/object").unwrap();
    let (verb, path) = ["/authenticated", "/sign"]
        .into_iter()
        .find_map(|verb| Some((verb, path.strip_prefix(verb)?)))
        .unwrap_or(("", path));
    let (bucket, key) = path.strip_prefix('/').unwrap().split_once('/').unwrap();
    if bucket != "artifacts" {
        return refuse("404", "Bucket not found", "Bucket not found", "NoSuchBucket");
    }
    // What the real server takes in a key.
    let plain = |c: char| c.is_ascii_alphanumeric() || "_/!-.*'() &$@=;:+,?".contains(c);
    assert!(key.chars().all(plain), "{key}");
    let allowed = authorization == format!("Bearer {SERVICE_KEY}");
    let mut objects = state.objects.lock().unwrap();
    match (request.method.as_str(), verb) {
        ("POST", "") if !allowed => refuse(
            "403",
            "Unauthorized",
            "new row violates row-level security policy",
            "AccessDenied",
        ),
        ("POST", "") if request.body.len() > MAX_BYTES => {
            refuse("413", "Payload too large", "Payload too large", "EntityTooLarge")
        }
        ("POST", "") => {
            let upsert = header("x-upsert") == Some("true");
            if objects.contains_key(key) && !upsert {
                return refuse(
                    "409",
                    "Duplicate",
                    "The resource already exists",
                    "KeyAlreadyExists",
                );
            }
            if upsert {
                state.upserts.lock().unwrap().push(key.to_owned());
            }
            objects.insert(key.to_owned(), request.body.clone());
            let id = "2e1b6a7c-0000-4000-8000-000000000000";
            ("200 OK", json!({ "Key": format!("artifacts/{key}"), "Id": id }).to_string().into())
        }
        ("GET", "/authenticated") => match objects.get(key) {
            Some(bytes) if allowed => ("200 OK", bytes.clone()),
            _ => refuse("404", "not_found", "Object not found", "NoSuchKey"),
        },
        ("POST", "/sign") => {
            let asked: Value = serde_json::from_slice(&request.body).unwrap();
            let seconds = asked["expiresIn"].as_u64().unwrap();
            match objects.get(key) {
                Some(_) if allowed => {
                    let url = format!("/object/sign/{bucket}/{key}?token=for-{seconds}-seconds");
                    ("200 OK", json!({ "signedURL": url }).to_string().into())
                }
                _ => refuse("404", "not_found", "Object not found", "NoSuchKey"),
            }
        }
        (method, verb) => panic!("{method} {verb} was not recorded"),
    }
}

/// Nearly every refusal is HTTP 400; the status it means is a text in the body.
fn refuse(status: &str, error: &str, message: &str, code: &str) -> Reply {
    let body = json!({ "statusCode": status, "error": error, "message": message, "code": code });
    ("400 Bad Request", body.to_string().into())
}
