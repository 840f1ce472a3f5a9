//! The body of a request, read whole before anybody looks at it: MCP's are one message each.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use bytesize::ByteSize;
use futures_util::StreamExt;
use tokio::time;

use super::refusal::Refusal;

/// A body that takes longer than this is not waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Of a body that is too long, so much is read before it is refused, in so long.
const DRAINED_BYTES: usize = 64 * 1024 * 1024;
const DRAIN_PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn read(body: Body, limit: ByteSize) -> Result<Bytes, Refusal> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limit.as_u64() {
        // A client that still writes would not read why; one that writes without end is not waited for.
        let rest = async {
            let (mut chunks, mut left) = (body.into_data_stream(), DRAINED_BYTES);
            while let Some(Ok(chunk)) = chunks.next().await
                && chunk.len() < left
            {
                left -= chunk.len();
            }
        };
        // Either way it is refused.
        let _ = time::timeout(DRAIN_PATIENCE, rest).await;
        return Err(Refusal::TooLarge { limit });
    }
    time::timeout(PATIENCE, collect(body, limit)).await.unwrap_or(Err(Refusal::TooSlow))
}

async fn collect(body: Body, limit: ByteSize) -> Result<Bytes, Refusal> {
    let mut chunks = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refusal::Incomplete)?;
        if (whole.len() + chunk.len()) as u64 > limit.as_u64() {
            return Err(Refusal::TooLarge { limit });
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.into())
}
