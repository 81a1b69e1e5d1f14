//! A provider on loopback, in the forms of OpenAI and Anthropic. It plays what
//! it is told, call by call, and counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// What becomes of one call.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// An answer with its usage.
    Text(String, [u64; 2]),
    /// An answer without usage.
    NoUsage(String),
    /// A status, and after how many seconds to come again.
    Status(u16, Option<u64>),
    /// The answer ends in the middle.
    Cut,
    /// An answer that is no JSON.
    Garbage,
    /// No answer before the test ends.
    Silence,
}

/// What was seen.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) calls: AtomicU64,
    /// Of calls whose usage was told.
    pub(crate) input: AtomicU64,
    pub(crate) output: AtomicU64,
    /// Calls that reached the model and whose usage was not told.
    pub(crate) unknown: AtomicU64,
}

pub(crate) struct Server {
    pub(crate) base_url: String,
    pub(crate) counters: Arc<Counters>,
    /// Path, headers and body of every call.
    pub(crate) seen: Arc<Mutex<Vec<(String, String, Value)>>>,
    /// Nobody is let through while it has no permits.
    silence: Arc<Semaphore>,
}

type Script = Arc<dyn Fn(u64, &Value) -> Play + Send + Sync>;

impl Server {
    /// Plays what the script says for each call, from 0, and its body.
    pub(crate) async fn start(
        script: impl Fn(u64, &Value) -> Play + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let base_url = format!("http://{}/v1/", listener.local_addr().expect("it is bound"));
        let server = Self {
            base_url,
            counters: Arc::default(),
            seen: Arc::default(),
            silence: Arc::new(Semaphore::new(0)),
        };
        let script: Script = Arc::new(script);
        let (counters, seen, silence) =
            (server.counters.clone(), server.seen.clone(), server.silence.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, counters) = (script.clone(), counters.clone());
                let (seen, silence) = (seen.clone(), silence.clone());
                tokio::spawn(async move {
                    let _ = serve(stream, &script, &counters, &seen, &silence).await;
                });
            }
        });
        server
    }

    pub(crate) fn calls(&self) -> u64 {
        self.counters.calls.load(Ordering::SeqCst)
    }
}

/// One call on a connection of its own.
async fn serve(
    mut stream: TcpStream,
    script: &Script,
    counters: &Counters,
    seen: &Mutex<Vec<(String, String, Value)>>,
    silence: &Semaphore,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        let length = length.unwrap_or(0);
        while bytes.len() < end + 4 + length {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        break (head, bytes[end + 4..end + 4 + length].to_vec());
    };
    let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let value: Value = serde_json::from_slice(&body).unwrap_or_default();
    let call = counters.calls.fetch_add(1, Ordering::SeqCst);
    let play = script(call, &value);
    seen.lock().expect("no panic while locked").push((path.clone(), head, value));
    let is_anthropic = path.ends_with("/messages");
    let unknown = || counters.unknown.fetch_add(1, Ordering::SeqCst);
    match play {
        Play::Text(text, [input, output]) => {
            counters.input.fetch_add(input, Ordering::SeqCst);
            counters.output.fetch_add(output, Ordering::SeqCst);
            let answer = answer(is_anthropic, &text, Some([input, output]));
            reply(&mut stream, 200, "", answer.to_string().as_bytes(), None).await
        }
        Play::NoUsage(text) => {
            unknown();
            let answer = answer(is_anthropic, &text, None);
            reply(&mut stream, 200, "", answer.to_string().as_bytes(), None).await
        }
        Play::Status(status, after) => {
            if status >= 500 {
                unknown();
            }
            let header = after.map(|after| format!("retry-after: {after}\r\n")).unwrap_or_default();
            let body = json!({ "error": { "type": "error", "message": "not now" } }).to_string();
            reply(&mut stream, status, &header, body.as_bytes(), None).await
        }
        Play::Cut => {
            unknown();
            reply(&mut stream, 200, "", b"{\"id\": \"", Some(4096)).await
        }
        Play::Garbage => {
            unknown();
            reply(&mut stream, 200, "", b"<html>busy</html>", None).await
        }
        Play::Silence => {
            unknown();
            let _forever = silence.acquire().await;
            Ok(())
        }
    }
}

fn answer(is_anthropic: bool, text: &str, usage: Option<[u64; 2]>) -> Value {
    if is_anthropic {
        let mut answer = json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "test-model",
            "content": [{ "type": "text", "text": text }], "stop_reason": "end_turn",
        });
        if let Some([input, output]) = usage {
            answer["usage"] = json!({ "input_tokens": input, "output_tokens": output });
        }
        return answer;
    }
    let mut answer = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": "test-model",
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": { "role": "assistant", "content": text },
        }],
    });
    if let Some([input, output]) = usage {
        answer["usage"] = json!({
            "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output,
        });
    }
    answer
}

async fn reply(
    stream: &mut TcpStream,
    status: u16,
    header: &str,
    body: &[u8],
    claimed: Option<usize>,
) -> std::io::Result<()> {
    let length = claimed.unwrap_or(body.len());
    let head = format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{header}connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}
