//! Load on an HTTP endpoint: connections that each send one request after the other for a while.
//!
//! Goes in: where to, what to send, and how to tell a right answer. Comes out: a [`LoadReport`]. It shares the processors with
//! the server that it measures, so it parses nothing, keeps four bytes per request and takes one task per connection.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Request, StatusCode,
    client::conn::http1::{self, SendRequest},
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet, time};

/// How long an answer may be out after the end before it counts as an error.
const GRACE: Duration = Duration::from_secs(30);

/// How long a connection that was refused waits before it tries again.
const RECONNECT_AFTER: Duration = Duration::from_millis(20);

/// Where load goes, and how much.
#[derive(Clone, Debug)]
pub struct Load {
    pub address: SocketAddr,
    /// Such as `/mcp`.
    pub path: &'static str,
    /// Sent with every request, beside `Host` and the length.
    pub headers: HeaderMap,
    pub connections: usize,
    pub duration: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct LoadReport {
    /// Right answers.
    pub count: u64,
    /// Wrong answers, and those that never came.
    pub errors: u64,
    /// Why, of some of them.
    pub first_errors: Vec<LoadError>,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Of the right answers, in ascending order, in microseconds.
    latencies: Vec<u32>,
}

/// Why a request counts as an error.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("cannot connect")]
    Connect(#[from] io::Error),
    #[error("the connection failed")]
    Http(#[from] hyper::Error),
    #[error("the request cannot be made")]
    Request(#[from] hyper::http::Error),
    #[error("{status}: {body}")]
    Status { status: StatusCode, body: String },
    #[error("wrong answer: {body}")]
    Wrong { body: String },
    #[error("no answer came")]
    NoAnswer,
}

/// How many errors a report tells of, and how much of an answer.
const ERRORS_TOLD: usize = 3;
const BODY_TOLD_BYTES: usize = 500;

impl Load {
    /// Sends requests with these bodies, which are given the numbers 0, 1, 2, … of a request, each once, and calls those
    /// errors whose answer is not right.
    pub async fn run<B, R>(&self, body: B, is_right: R) -> LoadReport
    where
        B: Fn(u64) -> Bytes + Clone + Send + Sync + 'static,
        R: Fn(&[u8]) -> bool + Clone + Send + Sync + 'static,
    {
        let mut load = self.clone();
        if let Ok(host) = HeaderValue::try_from(self.address.to_string()) {
            load.headers.insert(HOST, host);
        }
        let start = Instant::now();
        let mut connections = JoinSet::new();
        for index in 0..self.connections {
            let (load, body, is_right) = (load.clone(), body.clone(), is_right.clone());
            connections.spawn(async move { load.connection(index, start, body, is_right).await });
        }
        let mut report = LoadReport::default();
        while let Some(own) = connections.join_next().await {
            // A body or a predicate that panics is the caller's to see.
            let own = own.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            report.merge(own);
        }
        report.elapsed = start.elapsed();
        report.latencies.sort_unstable();
        report
    }

    async fn connection(
        &self,
        index: usize,
        start: Instant,
        body: impl Fn(u64) -> Bytes,
        is_right: impl Fn(&[u8]) -> bool,
    ) -> LoadReport {
        let mut report = LoadReport::default();
        let mut numbers = (index as u64..).step_by(self.connections);
        let requests = async {
            let mut sender = None;
            while start.elapsed() < self.duration {
                let Some(number) = numbers.next() else { break };
                let sent = Instant::now();
                match self.request(&mut sender, body(number), &is_right).await {
                    Ok(()) => report.answered(sent.elapsed()),
                    Err(error) => {
                        let is_refused = matches!(error, LoadError::Connect(_));
                        report.failed(error);
                        if is_refused {
                            time::sleep(RECONNECT_AFTER).await;
                        }
                    }
                }
            }
        };
        if time::timeout(self.duration + GRACE, requests).await.is_err() {
            report.failed(LoadError::NoAnswer);
        }
        report
    }

    async fn request(
        &self,
        sender: &mut Option<SendRequest<Full<Bytes>>>,
        body: Bytes,
        is_right: impl Fn(&[u8]) -> bool,
    ) -> Result<(), LoadError> {
        // Taken out until it is known to be of further use.
        let mut connection = match sender.take() {
            Some(connection) if !connection.is_closed() => connection,
            _ => self.connect().await?,
        };
        connection.ready().await?;
        let mut request = Request::post(self.path).body(Full::new(body))?;
        request.headers_mut().clone_from(&self.headers);
        let response = connection.send_request(request).await?;
        let status = response.status();
        let answer = response.into_body().collect().await?.to_bytes();
        *sender = Some(connection);
        if status != StatusCode::OK {
            return Err(LoadError::Status { status, body: told(&answer) });
        }
        if is_right(&answer) { Ok(()) } else { Err(LoadError::Wrong { body: told(&answer) }) }
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, LoadError> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Its errors come to the request that is in flight; it ends with the sender.
        tokio::spawn(connection);
        Ok(sender)
    }
}

impl LoadReport {
    /// Right answers in a second.
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that this share of the right answers does not exceed: 0.5 for the median, 1 for the longest. `None` without
    /// any.
    pub fn latency(&self, share: f64) -> Option<Duration> {
        let rank = (share * self.latencies.len() as f64).ceil() as usize;
        let latency = self.latencies.get(rank.saturating_sub(1))?;
        Some(Duration::from_micros(u64::from(*latency)))
    }

    fn answered(&mut self, latency: Duration) {
        self.count += 1;
        self.latencies.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
    }

    fn failed(&mut self, error: LoadError) {
        self.errors += 1;
        self.tell(error);
    }

    fn tell(&mut self, error: LoadError) {
        if self.first_errors.len() < ERRORS_TOLD {
            self.first_errors.push(error);
        }
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.errors += other.errors;
        other.first_errors.into_iter().for_each(|error| self.tell(error));
        self.latencies.extend(other.latencies);
    }
}

fn told(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(BODY_TOLD_BYTES)]).into_owned()
}
