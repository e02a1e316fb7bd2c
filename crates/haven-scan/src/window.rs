//! A document that lies elsewhere, read through a window: what is asked for is fetched a stretch at a time, longer ones where it is
//! read on, so that neither memory nor the number of questions grows with it.

use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of the first stretch.
const FIRST: usize = 256 << 10;
/// Bytes of one after a jump: whoever jumps knows what is where.
const JUMP: usize = 32 << 10;
/// Bytes of the longest stretch.
pub(crate) const LONGEST: usize = 8 << 20;

/// A window on a document.
pub(crate) struct Window<F> {
    fetch: F,
    /// Length of the document.
    bytes: u64,
    /// Where it is read next.
    at: u64,
    /// Where the stretch at hand begins.
    start: u64,
    held: Vec<u8>,
    /// Bytes to fetch next.
    ahead: usize,
}

impl<F: FnMut(u64, usize) -> io::Result<Vec<u8>>> Window<F> {
    /// `fetch` gives exactly so many bytes from a place.
    pub fn new(bytes: u64, fetch: F) -> Self {
        Self { fetch, bytes, at: 0, start: 0, held: Vec::new(), ahead: FIRST }
    }

    /// Length of the document.
    pub fn length(&self) -> u64 {
        self.bytes
    }

    /// What is held from a place on; nothing where the place is not in the window.
    fn held_from(&self, at: u64) -> &[u8] {
        let from = at.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| self.held.get(from..)).unwrap_or_default()
    }

    fn fetched(&mut self, at: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let fetched = (self.fetch)(at, bytes)?;
        if fetched.len() == bytes { Ok(fetched) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// So many bytes from a place, and none ahead: whoever asks has a window of its own.
    pub fn stretch(&mut self, at: u64, bytes: usize) -> io::Result<Vec<u8>> {
        if bytes > LONGEST || at.checked_add(bytes as u64).is_none_or(|end| end > self.bytes) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let held = self.held_from(at);
        let mut stretch = held.get(..bytes.min(held.len())).unwrap_or_default().to_vec();
        if stretch.len() < bytes {
            let rest = self.fetched(at + stretch.len() as u64, bytes - stretch.len())?;
            stretch.extend(rest);
        }
        Ok(stretch)
    }
}

impl<F: FnMut(u64, usize) -> io::Result<Vec<u8>>> Read for Window<F> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.saturating_sub(self.at);
        if left == 0 || out.is_empty() {
            return Ok(0);
        }
        if self.held_from(self.at).is_empty() {
            self.ahead = match self.at {
                0 => FIRST,
                at if at == self.start + self.held.len() as u64 => (2 * self.ahead).min(LONGEST),
                _ => JUMP,
            };
            let bytes = self.ahead.max(out.len().min(LONGEST)).min(usize::try_from(left).unwrap_or(usize::MAX));
            // What is held is let go before more is fetched.
            self.held = Vec::new();
            self.held = self.fetched(self.at, bytes)?;
            self.start = self.at;
        }
        let count = self.held_from(self.at).read(out)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl<F> Seek for Window<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn whatever_is_asked_for_is_what_stands_there() {
        let document: Vec<u8> = (0..3 * LONGEST as u32 + 12_345).map(|at| (at / 251 + at) as u8).collect();
        let asked = RefCell::new(Vec::new());
        let mut window = Window::new(document.len() as u64, |at, bytes| {
            asked.borrow_mut().push(bytes);
            Ok(document[at as usize..at as usize + bytes].to_vec())
        });
        let mut all = Vec::new();
        window.read_to_end(&mut all).unwrap();
        assert!(all == document, "read from the first byte to the last");
        assert!(asked.borrow().len() < 12 && asked.borrow().iter().all(|bytes| *bytes <= LONGEST), "{asked:?}");
        for (at, bytes) in
            [(0, 1), (17, 4096), (FIRST as u64 - 3, 9), (LONGEST as u64 + 5, LONGEST), (document.len() as u64 - 8, 8), (5, 0)]
        {
            let expected = &document[at as usize..at as usize + bytes];
            let mut read = vec![0; bytes];
            window.seek(SeekFrom::Start(at)).unwrap();
            window.read_exact(&mut read).unwrap();
            assert!(read == expected, "read {bytes} from {at}");
            assert!(window.stretch(at, bytes).unwrap() == expected, "{bytes} from {at}");
        }
        for (at, bytes) in [(document.len() as u64, 1), (u64::MAX, 1), (0, LONGEST + 1)] {
            assert_eq!(window.stretch(at, bytes).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{bytes} from {at}");
        }
        window.seek(SeekFrom::End(5)).unwrap();
        assert_eq!(window.read(&mut [0; 4]).unwrap(), 0, "beyond the end");
        window.seek(SeekFrom::Current(i64::MIN)).unwrap_err();
    }

    #[test]
    fn a_stretch_that_is_too_short_or_fails_is_no_end() {
        let mut short = Window::new(100, |_, _| Ok(vec![0; 3]));
        assert_eq!(short.read(&mut [0; 9]).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let mut failing = Window::new(100, |_, _| Err(io::ErrorKind::ConnectionReset.into()));
        assert_eq!(failing.read(&mut [0; 9]).unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    }
}
