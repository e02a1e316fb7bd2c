//! A client that says exactly what it is told, and reads exactly what it gets.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// Whether the body came to an end of its own.
    pub whole: bool,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A request of a recipient by its key.
pub fn get(id: &str, purpose: &str, path: &str) -> String {
    with(id, purpose, "none", &format!("GET {path} HTTP/1.1"), "")
}

/// A request with more headers, each with its line end.
pub fn with(id: &str, purpose: &str, authority: &str, line: &str, more: &str) -> String {
    format!(
        "{line}\r\nHost: guard\r\nAuthorization: Bearer key-{id}\r\nHaven-Purpose: {purpose}\r\nHaven-Authority: {authority}\r\n{more}\r\n"
    )
}

/// Asks over a connection of its own.
pub async fn ask(address: SocketAddr, request: &str) -> Reply {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A gateway that refuses early may have hung up while this was still talking.
    drop(stream.write_all(request.as_bytes()).await);
    reply(&mut stream, &mut Vec::new()).await
}

/// Asks over a connection that stays open.
pub async fn over<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, request: &str) -> Reply {
    drop(stream.write_all(request.as_bytes()).await);
    reply(stream, &mut Vec::new()).await
}

/// What is at the admin address.
pub async fn admin(address: SocketAddr, path: &str) -> Reply {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: guard\r\n\r\n")).await
}

/// Reads one answer; what came behind it stays in `held`.
pub async fn reply<S: AsyncRead + Unpin>(stream: &mut S, held: &mut Vec<u8>) -> Reply {
    tokio::time::timeout(Duration::from_secs(60), read(stream, held)).await.expect("an answer within a minute")
}

async fn more<S: AsyncRead + Unpin>(stream: &mut S, held: &mut Vec<u8>) -> bool {
    stream.read_buf(held).await.is_ok_and(|read| read > 0)
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S, held: &mut Vec<u8>) -> Reply {
    let mut reply = Reply::default();
    let end = loop {
        if let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if !more(stream, held).await {
            return reply;
        }
    };
    reply.head = String::from_utf8(held.drain(..end).collect()).unwrap().to_ascii_lowercase();
    reply.status = reply.head.split(' ').nth(1).unwrap().parse().unwrap();
    let field = |name: &str| reply.head.split("\r\n").find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    if reply.status == 204 {
        reply.whole = true;
    } else if let Some(length) = field("content-length: ") {
        let length: usize = length.parse().unwrap();
        while held.len() < length && more(stream, held).await {}
        reply.whole = held.len() >= length;
        reply.body = held.drain(..length.min(held.len())).collect();
    } else if field("transfer-encoding: ").is_some() {
        loop {
            let line = loop {
                if let Some(end) = held.windows(2).position(|two| two == b"\r\n") {
                    break end;
                }
                if !more(stream, held).await {
                    return reply;
                }
            };
            let size = usize::from_str_radix(std::str::from_utf8(&held[..line]).unwrap(), 16).unwrap();
            while held.len() < line + 2 + size + 2 {
                if !more(stream, held).await {
                    reply.body.extend_from_slice(held.get(line + 2..).unwrap_or_default());
                    return reply;
                }
            }
            reply.body.extend_from_slice(&held[line + 2..line + 2 + size]);
            held.drain(..line + 2 + size + 2);
            if size == 0 {
                reply.whole = true;
                return reply;
            }
        }
    } else {
        while more(stream, held).await {}
        reply.body = std::mem::take(held);
    }
    reply
}
