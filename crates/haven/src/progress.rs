//! Work that takes its time: how far it is, and Ctrl-C.

use crate::error::CliError;
use haven_scan::source::files::size;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// What the work counts.
#[derive(Clone, Copy)]
pub(crate) enum Counted<'a> {
    /// Bytes of these files and folders; of none where nobody knows how many there are.
    Bytes(&'a [PathBuf]),
    /// Records of a log, of nobody knows how many.
    Records,
}

/// The first Ctrl-C says that the work is to end, and `says` how; the second ends the program as ever.
pub(crate) fn stop_by_key(stop: &Arc<AtomicBool>, says: &'static str) -> Result<(), CliError> {
    let stop = Arc::clone(stop);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                eprintln!("{says}");
                stop.store(true, Ordering::Relaxed);
            }
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
    });
    Ok(())
}

/// Takes the bar away when it is dropped.
pub(crate) struct Shown {
    ended: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A bar that broke is no reason to lose the report.
            let _ = thread.join();
        }
    }
}

/// A bar on the terminal that says how much has been read, and of how much where that can be known; nothing in a pipe.
pub(crate) fn show_progress(counted: Counted<'_>, stop: &Arc<AtomicBool>, progress: &Arc<AtomicU64>) -> Result<Option<Shown>, CliError> {
    if !std::io::stderr().is_terminal() {
        return Ok(None);
    }
    let style = |template: &str| ProgressStyle::with_template(template).map_err(|error| CliError::other(error.to_string(), "report this"));
    let open = match counted {
        Counted::Bytes(_) => "{spinner} read {bytes} {msg}",
        Counted::Records => "{spinner} {human_pos} records {msg}",
    };
    let (open, known) = (style(open)?, style("{bar:40} {percent} % of {total_bytes}, {eta} left {msg}")?);
    let total = Arc::new(AtomicU64::new(0));
    let ended = Arc::new(AtomicBool::new(false));
    if let Counted::Bytes(paths) = counted {
        let (sum, paths) = (Arc::clone(&total), paths.to_vec());
        // Not waited for: a scan may end before its folders are walked.
        std::thread::spawn(move || sum.store(size(&paths), Ordering::Relaxed));
    }
    let (stop, progress, end) = (Arc::clone(stop), Arc::clone(progress), Arc::clone(&ended));
    let thread = std::thread::spawn(move || {
        let bar = ProgressBar::no_length().with_style(open);
        while !end.load(Ordering::Relaxed) {
            let total = total.load(Ordering::Relaxed);
            if total > 0 && bar.length().is_none() {
                bar.set_length(total);
                bar.set_style(known.clone());
            }
            if stop.load(Ordering::Relaxed) {
                bar.set_message("stopping");
            }
            bar.set_position(progress.load(Ordering::Relaxed));
            bar.tick();
            std::thread::sleep(Duration::from_millis(200));
        }
        bar.finish_and_clear();
    });
    Ok(Some(Shown { ended, thread: Some(thread) }))
}
