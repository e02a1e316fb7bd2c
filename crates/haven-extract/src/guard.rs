//! A fence around parsers that can panic.
//!
//! The parsers of PDF and of workbooks are other people's and were not written for hostile input: they panic on some damaged
//! files, and may recurse deeply. Here each runs on a thread of its own with a large stack, and a panic ends that document, not
//! the program. What a thread cannot bound is time and memory, and an overflow of the stack ends the whole process. So whoever
//! scans files of strangers runs [`crate::extract`] for the formats that [`crate::Format::hazardous`] names in a child process
//! with limits of the system's; everything that is needed is public and reads a stream.

use crate::{Job, Piece, Place};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc::sync_channel;
use std::thread;

/// The name of the threads on which such parsers run. The program's panic hook may keep silent for it: what a parser says when it
/// panics may hold words of the document, and that it did is in the outcome.
pub const PARSER_THREAD: &str = "haven-parser";

/// Only address space until it is used.
const STACK_BYTES: usize = 64 << 20;
/// Pieces that may wait to be taken.
const PIECES_WAITING: usize = 256;

/// Does work of a hazardous parser on a thread of its own. Its pieces are handed out as they come.
pub(crate) fn guarded(job: &mut Job<'_, '_>, work: impl FnOnce(&mut Job<'_, '_>) + Send) {
    let (limits, depth, left, time) = (job.limits, job.depth, job.inflated.get(), job.pictures.get());
    let done = thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Piece>(PIECES_WAITING);
        let thread = thread::Builder::new().name(PARSER_THREAD.to_owned()).stack_size(STACK_BYTES).spawn_scoped(scope, move || {
            // When nobody takes pieces any more, the one who did is unwinding: nothing is lost that could be kept.
            let mut send = move |piece| drop(sender.send(piece));
            let mut unread = Vec::new();
            let inflated = Rc::new(Cell::new(left));
            let pictures = Rc::new(Cell::new(time));
            let (bytes, time) = (Rc::clone(&inflated), Rc::clone(&pictures));
            let mut inner = Job { limits, depth, inflated: bytes, pictures: time, sink: &mut send, unread: &mut unread };
            let done = catch_unwind(AssertUnwindSafe(|| work(&mut inner))).is_ok();
            (unread, inflated.get(), pictures.get(), done)
        });
        for piece in receiver {
            (job.sink)(piece);
        }
        thread.map(|thread| thread.join())
    });
    match done {
        Ok(Ok((unread, left, time, done))) => {
            job.unread.extend(unread);
            job.inflated.set(left);
            job.pictures.set(time);
            if !done {
                job.unread(Place::default(), "the parser gave up in the midst of it: damaged, or made to do that");
            }
        }
        Ok(Err(_)) => job.unread(Place::default(), "the parser gave up in the midst of it: damaged, or made to do that"),
        Err(error) => job.unread(Place::default(), format!("no thread to read it on: {}", error.kind())),
    }
}
