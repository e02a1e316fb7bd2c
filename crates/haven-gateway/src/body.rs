//! Records on their way: taken apart on threads of their own, a piece at a time, so that memory does not grow with them.

use crate::figures::Figures;
use crate::journal::{End, Journal, Ticket};
use bytes::Bytes;
use haven_detect::Detector;
use haven_guard::{Blocked, Policy, Scrubber};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use metrics::Counter;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, Sleep};

/// Pieces that wait on either side of a thread.
const PIECES_WAITING: usize = 4;
/// The largest piece that is handed on at once.
const PIECE_BYTES: usize = 64 * 1024;

/// Says once how a release ended: by word, or that it was broken off where nobody said anything.
pub struct Ending {
    ticket: Option<Ticket>,
    journal: Arc<dyn Journal>,
    figures: Arc<Figures>,
    /// Held until the end is recorded, so that the gateway does not stop before.
    open: Sender<()>,
}

impl Ending {
    /// Of a release that stands recorded.
    pub fn new(ticket: Ticket, journal: Arc<dyn Journal>, figures: Arc<Figures>, open: Sender<()>) -> Self {
        Self { ticket: Some(ticket), journal, figures, open }
    }

    /// How it ended.
    pub fn over(mut self, end: End) {
        self.say(end);
    }

    fn say(&mut self, end: End) {
        let Some(ticket) = self.ticket.take() else { return };
        let (journal, figures, open) = (Arc::clone(&self.journal), Arc::clone(&self.figures), self.open.clone());
        let how = match end {
            End::Whole => "whole",
            End::Aborted => "aborted",
            End::Blocked => "blocked",
        };
        // A runtime that is gone took the connection with it.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let recorded = journal.ended(&ticket, end).await;
            figures.ended(how, recorded.is_ok());
            if let Err(error) = recorded {
                tracing::error!(entry = ticket.id, how, why = error.0, "how a release ended could not be recorded");
            }
            drop(open);
        });
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.say(End::Aborted);
    }
}

/// What comes out of the thread.
#[derive(Debug)]
pub enum Piece {
    /// Some of the body.
    Some(Bytes),
    /// The body is over.
    Whole,
    /// It cannot be read or scrubbed.
    Blocked(Blocked),
    /// The origin broke off, or went silent.
    Broken,
}

/// What goes into the thread.
pub(crate) enum In {
    /// Some of the body.
    Some(Bytes),
    /// It is over; where that is never said, it broke off.
    End,
}

/// Scrubs the body of an origin's answer; `place` is held as long as anything of it is.
pub fn scrubbed(
    from: Incoming,
    content_type: String,
    content_encoding: String,
    detector: Arc<Detector>,
    policy: Arc<Policy>,
    idle: Duration,
    place: OwnedSemaphorePermit,
) -> Receiver<Piece> {
    let (input, pieces, wanted) = scrubbing(content_type, content_encoding, detector, policy, place);
    tokio::spawn(async move {
        tokio::select! {
            () = pump(from, input, idle) => {}
            // Whoever waited for it is gone: the origin need not go on.
            () = wanted.closed() => {}
        }
    });
    pieces
}

/// A thread that scrubs what goes into it, which comes out, until the last tells that nobody waits for it.
pub(crate) fn scrubbing(
    content_type: String,
    content_encoding: String,
    detector: Arc<Detector>,
    policy: Arc<Policy>,
    place: OwnedSemaphorePermit,
) -> (Sender<In>, Receiver<Piece>, Sender<Piece>) {
    let (input, waiting) = channel(PIECES_WAITING);
    let (output, pieces) = channel(PIECES_WAITING);
    let wanted = output.clone();
    tokio::task::spawn_blocking(move || {
        let last = match scrub(waiting, &content_type, &content_encoding, &detector, &policy, &output) {
            Ok(true) => Piece::Whole,
            Ok(false) => Piece::Broken,
            Err(reason) => Piece::Blocked(reason),
        };
        // Whoever waited for it may be gone.
        drop(output.blocking_send(last));
        drop(place);
    });
    (input, pieces, wanted)
}

/// Reads the origin. Where it breaks off, the end is never said.
async fn pump(mut from: Incoming, input: Sender<In>, idle: Duration) {
    loop {
        let piece = match tokio::time::timeout(idle, from.frame()).await {
            // Trailers end here: nobody looked into them.
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(bytes) => In::Some(bytes),
                Err(_) => continue,
            },
            Ok(None) => {
                drop(input.send(In::End).await);
                return;
            }
            Ok(Some(Err(_))) | Err(_) => return,
        };
        if input.send(piece).await.is_err() {
            return;
        }
    }
}

/// Whether the body came to its end.
fn scrub(
    mut waiting: Receiver<In>,
    content_type: &str,
    content_encoding: &str,
    detector: &Detector,
    policy: &Policy,
    output: &Sender<Piece>,
) -> Result<bool, Blocked> {
    let mut body = Scrubber::new(detector, policy).begin(content_type, content_encoding)?;
    let mut clean = Vec::new();
    let send = |clean: &mut Vec<u8>| {
        let mut bytes = Bytes::from(std::mem::take(clean));
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(PIECE_BYTES));
            if output.blocking_send(Piece::Some(piece)).is_err() {
                return false;
            }
        }
        true
    };
    while let Some(piece) = waiting.blocking_recv() {
        match piece {
            In::Some(bytes) => {
                body.push(&bytes, &mut clean)?;
                if !send(&mut clean) {
                    return Ok(false);
                }
            }
            In::End => {
                body.finish(&mut clean)?;
                return Ok(send(&mut clean));
            }
        }
    }
    Ok(false)
}

/// A scrubbed body on its way to its recipient, with the piece that was waited for before the head left.
pub struct Scrubbed {
    pub(crate) first: Option<Bytes>,
    pub(crate) rest: Receiver<Piece>,
    pub(crate) ending: Option<Ending>,
    pub(crate) bytes: Counter,
}

impl Body for Scrubbed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = match self.first.take() {
            Some(bytes) => Some(Piece::Some(bytes)),
            None => ready!(self.rest.poll_recv(context)),
        };
        let end = match piece {
            Some(Piece::Some(bytes)) => {
                self.bytes.increment(bytes.len() as u64);
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            Some(Piece::Whole) => End::Whole,
            Some(Piece::Blocked(_)) => End::Blocked,
            Some(Piece::Broken) | None => End::Aborted,
        };
        if let Some(ending) = self.ending.take() {
            ending.over(end);
        }
        // An error breaks the connection, so that nobody takes a part for the whole.
        Poll::Ready((end != End::Whole).then(|| Err(io::Error::other("the record broke off"))))
    }
}

/// A body of which nothing is withheld on its way to its recipient.
pub struct Passed {
    from: Incoming,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
    /// Whether the origin is waited for; a recipient that reads slowly is not the origin's silence.
    is_waiting: bool,
    ending: Option<Ending>,
    bytes: Counter,
}

impl Passed {
    /// Passes the body of an origin's answer.
    pub fn new(from: Incoming, idle: Duration, ending: Ending, bytes: Counter) -> Self {
        Self { from, idle, silence: Box::pin(tokio::time::sleep(idle)), is_waiting: false, ending: Some(ending), bytes }
    }

    fn end(&mut self, end: End) -> Option<io::Result<Frame<Bytes>>> {
        if let Some(ending) = self.ending.take() {
            ending.over(end);
        }
        (end != End::Whole).then(|| Err(io::Error::other("the record broke off")))
    }
}

impl Body for Passed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        loop {
            match Pin::new(&mut this.from).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    this.is_waiting = false;
                    // Trailers end here: nobody looked into them.
                    let Ok(bytes) = frame.into_data() else { continue };
                    this.bytes.increment(bytes.len() as u64);
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Poll::Ready(Some(Err(_))) => return Poll::Ready(this.end(End::Aborted)),
                Poll::Ready(None) => return Poll::Ready(this.end(End::Whole)),
                Poll::Pending => {
                    if !std::mem::replace(&mut this.is_waiting, true) {
                        this.silence.as_mut().reset(Instant::now() + this.idle);
                    }
                    ready!(this.silence.as_mut().poll(context));
                    return Poll::Ready(this.end(End::Aborted));
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        // What is not said cannot be wrong: the length is dropped as every other word about the origin's bytes.
        SizeHint::default()
    }
}
