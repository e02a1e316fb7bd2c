//! An origin of made-up records, which also does all that an origin should not.

use percent_encoding::percent_decode_str;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A record that states status, in a name and in a text.
pub const RECORD: &str = r#"{"case":"A-1","offense":"theft","immigration_status":"undocumented","note":"He is undocumented. Ring twice."}"#;
/// The same as a table.
pub const TABLE: &str = "case,offense,immigration_status\nA-1,theft,undocumented\nA-2,arson,citizen\n";
/// A record of which nothing goes.
pub const CLEAN: &str = r#"{"case":"A-2","offense":"arson"}"#;

pub struct Origin {
    pub address: SocketAddr,
    /// The requests that came, head and body.
    pub asked: Arc<Mutex<Vec<String>>>,
    /// Requests that the origin's side has seen broken off.
    pub broken: Arc<AtomicUsize>,
}

impl Origin {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, broken) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (log, count) = (Arc::clone(&asked), Arc::clone(&broken));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, count) = (Arc::clone(&log), Arc::clone(&count));
                tokio::spawn(async move {
                    if serve(stream, &log).await.is_err() {
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self { address, asked, broken }
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn full(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut reply = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    reply.extend_from_slice(body);
    reply
}

fn json(body: &[u8]) -> Vec<u8> {
    full("200 OK", "Content-Type: application/json\r\n", body)
}

fn packed(encoding: &str, bytes: Vec<u8>) -> Vec<u8> {
    full("200 OK", &format!("Content-Type: application/json\r\nContent-Encoding: {encoding}\r\n"), &bytes)
}

pub fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 5, 20).write_all(bytes).unwrap();
    out
}

async fn serve(mut stream: TcpStream, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut held = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut held).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8(held.drain(..end).collect()).unwrap();
        let small = head.to_ascii_lowercase();
        let mut body = Vec::new();
        if let Some(length) =
            small.split("content-length: ").nth(1).map(|rest| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap())
        {
            while held.len() < length {
                if stream.read_buf(&mut held).await? == 0 {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
            }
            body = held.drain(..length).collect();
        } else if small.contains("transfer-encoding: chunked") {
            while !held.ends_with(b"0\r\n\r\n") {
                if stream.read_buf(&mut held).await? == 0 {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
            }
            body = std::mem::take(&mut held);
        }
        log.lock().unwrap().push(format!("{head}{}", String::from_utf8_lossy(&body)));
        let path = head.split(' ').nth(1).unwrap().to_owned();
        if !answer(&mut stream, head.starts_with("HEAD"), path.strip_prefix("/api/").unwrap_or(&path)).await? {
            return Ok(());
        }
    }
}

/// Answers; says whether the connection stays open.
async fn answer(stream: &mut TcpStream, is_head: bool, path: &str) -> std::io::Result<bool> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    // As careless as some are.
    let read = percent_decode_str(path).decode_utf8_lossy().to_ascii_lowercase();
    let path = read.as_str();
    let chunked = |kind: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
    let reply = match path {
        "record" => json(RECORD.as_bytes()),
        "clean" => json(CLEAN.as_bytes()),
        "gang" | "gang/" | "gang/1" => json(RECORD.as_bytes()),
        // With what it is told to say in its head.
        "told" => {
            let lines = percent_decode_str(query).decode_utf8().unwrap();
            let status = if lines.starts_with("Location: ") { "302 Found" } else { "200 OK" };
            let kind = if lines.starts_with("Content-Type: ") { "" } else { "Content-Type: application/json\r\n" };
            full(status, &format!("{kind}{lines}\r\n"), CLEAN.as_bytes())
        }
        "table" => full("200 OK", "Content-Type: text/csv\r\n", TABLE.as_bytes()),
        "stale" => full(
            "200 OK",
            "Content-Type: application/json\r\nETag: \"1\"\r\nLast-Modified: Mon, 04 May 2026 00:00:00 GMT\r\nContent-MD5: x\r\nDigest: x\r\n\
             Repr-Digest: x\r\nContent-Digest: x\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-Status: undocumented\r\nX-Total: 7\r\nKeep-Alive: timeout=5\r\n\
             Set-Cookie: a=b\r\nCache-Control: public\r\n",
            RECORD.as_bytes(),
        ),
        "wide" => {
            let text: Vec<u8> = [0xff, 0xfe].into_iter().chain(RECORD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            full("200 OK", "Content-Type: application/json; charset=utf-16\r\n", &text)
        }
        "gzip" => packed("gzip", gzip(RECORD.as_bytes())),
        "br" => packed("br", brotli(RECORD.as_bytes())),
        "zstd" => packed("zstd", zstd::encode_all(RECORD.as_bytes(), 0).unwrap()),
        "deflate" => packed("deflate", gzip(RECORD.as_bytes())),
        "twice" => packed("gzip, gzip", gzip(&gzip(RECORD.as_bytes()))),
        "torn" => packed("gzip", gzip(RECORD.as_bytes())[..20].to_vec()),
        "bomb" => packed("gzip", gzip(&vec![b' '; 64 << 20])),
        "keys" => json(br#"{"note":"a","note":"undocumented"}"#),
        "broken" => json(b"{\"case\": undocumented"),
        "latin" => full("200 OK", "Content-Type: text/plain; charset=utf-8\r\n", b"caf\xe9 undocumented"),
        "picture" => full("200 OK", "Content-Type: image/png\r\n", b"undocumented"),
        "untyped" => full("200 OK", "", b"undocumented"),
        "types" => full("200 OK", "Content-Type: application/json\r\nContent-Type: image/png\r\n", RECORD.as_bytes()),
        "part" => {
            full("206 Partial Content", "Content-Type: application/json\r\nContent-Range: bytes 0-9/90\r\n", &RECORD.as_bytes()[..10])
        }
        "parts" => full("200 OK", "Content-Type: multipart/byteranges; boundary=x\r\n", b"--x--"),
        "missing" => full("404 Not Found", "Content-Type: application/json\r\n", br#"{"error":"no","who":"he is undocumented"}"#),
        "moved" => full("302 Found", "Location: /api/record\r\n", b""),
        "moved-away" => full("302 Found", "Location: https://elsewhere.example/\r\n", b""),
        "empty" => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        "escaped" => json(br#"{"\u0069mmigration_status":"x","note":"he is undocument\u0065d"}"#),
        "trailer" => {
            let mut reply =
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Status\r\n\r\n".to_vec();
            reply.extend(chunk(RECORD.as_bytes()));
            reply.extend_from_slice(b"0\r\nX-Status: undocumented\r\n\r\n");
            reply
        }
        "split" => {
            // Every byte a chunk of its own.
            let mut reply = chunked("application/json");
            for byte in RECORD.bytes() {
                reply.extend(chunk(&[byte]));
            }
            reply.extend_from_slice(b"0\r\n\r\n");
            reply
        }
        // No word of where it ends but the end of the connection.
        "unended" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\ncase,offense\nA-1,theft\nA-2,ar").await?;
            return Ok(false);
        }
        // A body behind an answer that has none: what comes next on this connection is taken for the next answer.
        "behind" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
            stream.write_all(&json(br#"{"case":"somebody else's"}"#)).await?;
            return Ok(true);
        }
        "silent" => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            return Ok(false);
        }
        "half" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"a\":1").await?;
            return Ok(false);
        }
        "half-table" | "stuck-table" | "bad-table" => {
            stream.write_all(&chunked("text/csv")).await?;
            stream.write_all(&chunk(&rows(0, 5000))).await?;
            match path {
                "half-table" => {}
                // Another width than the head: it cannot be said what the cells are.
                "bad-table" => stream.write_all(&[chunk(b"1,2\n"), b"0\r\n\r\n".to_vec()].concat()).await?,
                _ => tokio::time::sleep(Duration::from_secs(60)).await,
            }
            return Ok(false);
        }
        "endless" => {
            stream.write_all(&chunked("text/csv")).await?;
            for part in 0.. {
                stream.write_all(&chunk(&rows(part * 1000, 1000))).await?;
            }
            return Ok(false);
        }
        "big" => {
            stream.write_all(&chunked("text/csv")).await?;
            for part in 0..250 {
                stream.write_all(&chunk(&rows(part * 1000, 1000))).await?;
            }
            b"0\r\n\r\n".to_vec()
        }
        "drip" => {
            stream.write_all(&chunked("application/json")).await?;
            for _ in 0..600 {
                stream.write_all(&chunk(b" ")).await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            return Ok(false);
        }
        "slow" => {
            stream.write_all(&chunked("application/json")).await?;
            for piece in RECORD.as_bytes().chunks(40) {
                stream.write_all(&chunk(piece)).await?;
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
            b"0\r\n\r\n".to_vec()
        }
        _ => full("404 Not Found", "", b""),
    };
    let end = if is_head { reply.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4 } else { reply.len() };
    stream.write_all(&reply[..end]).await?;
    Ok(true)
}

/// Rows of a table, with its head before the first: some 42 bytes each.
fn rows(from: usize, count: usize) -> Vec<u8> {
    let mut text = if from == 0 { b"case,offense,district,street\n".to_vec() } else { Vec::new() };
    for row in from..from + count {
        writeln!(text, "A-{row:07},theft of a bicycle,{:02},Main Street", row % 25).unwrap();
    }
    text
}
