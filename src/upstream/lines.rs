//! Streams as lines: [`LineReader`] takes any byte stream and gives its lines, without their ends; [`LineWriter`] takes
//! values and writes each as one line of JSON.
//!
//! Reading is bounded: a line longer than the limit is passed over and reported as such. A read that is dropped half-way
//! loses nothing: the next one continues where it stopped.

use std::{io, sync::Arc};

use serde::Serialize;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    sync::Mutex,
};

/// The read buffer. A pipe holds 64 KiB, so no read can bring more.
const BUFFER_BYTES: usize = 64 * 1024;

/// A line buffer that grew past this is given back once its line is done.
const KEPT_BYTES: usize = 1024 * 1024;

pub(super) struct LineReader<R> {
    read: BufReader<R>,
    line: Vec<u8>,
    /// Whether `line` has been handed out and is to be emptied before the next read.
    is_done: bool,
    is_passing_over: bool,
    limit: usize,
}

pub(super) enum Line<'a> {
    Whole(&'a [u8]),
    /// Longer than the limit; its content is gone.
    TooLong,
    /// The stream ended. What came after the last line end is not a line.
    End,
}

impl<R: AsyncRead + Unpin> LineReader<R> {
    /// `limit` is the greatest length of a line, in bytes.
    pub(super) fn new(read: R, limit: usize) -> Self {
        let read = BufReader::with_capacity(BUFFER_BYTES, read);
        Self { read, line: Vec::new(), is_done: false, is_passing_over: false, limit }
    }

    pub(super) async fn next(&mut self) -> io::Result<Line<'_>> {
        if self.is_done {
            self.is_done = false;
            self.line.clear();
            self.line.shrink_to(KEPT_BYTES);
        }
        loop {
            // One byte more than the limit, for the line end.
            let room = (self.limit + 1).saturating_sub(self.line.len()) as u64;
            let read = (&mut self.read).take(room).read_until(b'\n', &mut self.line).await?;
            let is_whole = self.line.ends_with(b"\n");
            if is_whole && self.is_passing_over {
                self.is_passing_over = false;
                self.line.clear();
                return Ok(Line::TooLong);
            }
            if is_whole {
                self.is_done = true;
                let line = &self.line[..self.line.len() - 1];
                return Ok(Line::Whole(line.strip_suffix(b"\r").unwrap_or(line)));
            }
            if self.is_passing_over || self.line.len() > self.limit {
                self.is_passing_over = true;
                self.line.clear();
            }
            if read == 0 {
                return Ok(Line::End);
            }
        }
    }
}

/// Clones write to the same stream, one line at a time.
pub(super) struct LineWriter<W> {
    /// `None` once closed.
    write: Arc<Mutex<Option<W>>>,
}

impl<W> Clone for LineWriter<W> {
    fn clone(&self) -> Self {
        Self { write: self.write.clone() }
    }
}

impl<W: AsyncWrite + Unpin> LineWriter<W> {
    pub(super) fn new(write: W) -> Self {
        Self { write: Arc::new(Mutex::new(Some(write))) }
    }

    /// Writes `value` as one line. The whole line is made first: 5 MB of JSON inside a string take 6 ms to escape so, and
    /// 16 ms piece by piece into a shared buffer, as rmcp's codec does it.
    pub(super) fn send<T: Serialize>(&self, value: &T) -> impl Future<Output = io::Result<()>> + use<T, W> {
        let line = serde_json::to_vec(value);
        let write = self.write.clone();
        async move {
            let mut line = line?;
            line.push(b'\n');
            let mut write = write.lock().await;
            let write = write.as_mut().ok_or(io::ErrorKind::NotConnected)?;
            write.write_all(&line).await?;
            write.flush().await
        }
    }

    pub(super) async fn close(&self) -> io::Result<()> {
        // An in-memory stream ends by shutting it down, a pipe by dropping it.
        match self.write.lock().await.take() {
            Some(mut write) => write.shutdown().await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn yields_lines_and_passes_over_long_ones() {
        let text = b"one\r\n\n12345678\n123456789\nlast\nno end".as_slice();
        let mut lines = LineReader::new(text, 8);
        let mut seen = Vec::new();
        loop {
            seen.push(match lines.next().await.unwrap() {
                Line::Whole(line) => String::from_utf8_lossy(line).into_owned(),
                Line::TooLong => "(too long)".to_owned(),
                Line::End => break,
            });
        }
        assert_eq!(seen, ["one", "", "12345678", "(too long)", "last"]);
    }

    #[tokio::test]
    async fn a_dropped_read_loses_nothing() {
        use tokio::io::AsyncWriteExt;
        let (mut write, read) = tokio::io::duplex(1024);
        let mut lines = LineReader::new(read, 100);
        write.write_all(b"first ").await.unwrap();
        tokio::time::timeout(std::time::Duration::from_millis(10), lines.next())
            .await
            .map(drop)
            .expect_err("no line yet");
        write.write_all(b"line\nsecond").await.unwrap();
        assert!(matches!(lines.next().await, Ok(Line::Whole(b"first line"))));
    }
}
