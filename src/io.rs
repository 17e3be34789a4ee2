//! Io: the byte stream of one connection, and where connections come from.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};
use tokio_stream::Stream;
use tonic::transport::server::{Connected, TcpConnectInfo};
use tracing::warn;

/// Most connections on one port: some 40 KB each when they are active.
const MAX_CONNECTIONS: usize = 10_000;

/// How long to wait when the process has no file descriptor left: accepting at
/// once again would spin.
const NO_DESCRIPTORS: Duration = Duration::from_millis(100);

/// A peer that connects and says nothing would hold its place for ever: this is how
/// long it may take to send the first bytes, which every HTTP/2 client sends at once.
const GREETING_TIME: Duration = Duration::from_secs(10);

/// Bytes of the HTTP/2 connection preface (RFC 9113 §3.4); an HTTP/1 request is longer.
const GREETING: usize = 24;

/// One connection.
///
/// It does not say that it writes vectored, and so h2 joins small frames into one
/// write: a reply under 1 KiB costs a fraction of a system call instead of one.
#[derive(Debug)]
pub struct Io {
    stream: TcpStream,
    /// Until the peer has greeted.
    greeting: Option<Greeting>,
    // Held while the connection is.
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Greeting {
    missing: usize,
    until: Pin<Box<Sleep>>,
}

impl Io {
    fn new(stream: TcpStream, permit: OwnedSemaphorePermit) -> Self {
        Self {
            stream,
            greeting: Some(Greeting {
                missing: GREETING,
                until: Box::pin(sleep(GREETING_TIME)),
            }),
            _permit: permit,
        }
    }

    /// Counts what was read; an error if the peer takes too long to greet.
    fn greeted(&mut self, read: Option<usize>, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(greeting) = &mut self.greeting else {
            return Ok(());
        };
        greeting.missing = greeting.missing.saturating_sub(read.unwrap_or(0));
        if greeting.missing == 0 {
            self.greeting = None;
        } else if greeting.until.as_mut().poll(cx).is_ready() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }
}

impl Connected for Io {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.stream.connect_info()
    }
}

impl AsyncRead for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let read = polled.is_ready().then(|| buf.filled().len() - before);
        self.greeted(read, cx)?;
        polled
    }
}

impl AsyncWrite for Io {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Connections as they come. Never ends, and no peer can make it fail.
pub fn incoming(listener: TcpListener) -> impl Stream<Item = io::Result<Io>> {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    futures_util::stream::unfold((listener, permits), |(listener, permits)| async move {
        // At the limit nobody is accepted: the kernel's backlog holds them.
        let permit = permits.clone().acquire_owned().await.ok()?;
        let stream = accept(&listener).await;
        Some((Ok(Io::new(stream, permit)), (listener, permits)))
    })
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Without it Nagle's algorithm holds small replies back for 40 ms.
                if stream.set_nodelay(true).is_ok() {
                    return stream;
                }
            }
            Err(error) if is_of_peer(&error) => {}
            Err(error) => {
                warn!(%error, "cannot accept a connection");
                sleep(NO_DESCRIPTORS).await;
            }
        }
    }
}

/// A connection that was gone before it was accepted is no trouble of ours.
fn is_of_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_stream::StreamExt as _;

    use super::*;

    async fn pair() -> (TcpStream, Io) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let peer = TcpStream::connect(address).await.unwrap();
        let io = pin!(incoming(listener)).next().await.unwrap().unwrap();
        (peer, io)
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_greet_is_dropped() {
        let (mut peer, mut io) = pair().await;
        peer.write_all(&[b'P'; GREETING - 1]).await.unwrap();
        let mut all = Vec::new();
        let error = io.read_to_end(&mut all).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(all.len() < GREETING);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_greeted_may_be_silent() {
        let (mut peer, mut io) = pair().await;
        peer.write_all(&[b'P'; GREETING]).await.unwrap();
        io.read_exact(&mut [0; GREETING]).await.unwrap();
        let more = tokio::time::timeout(10 * GREETING_TIME, io.read_u8()).await;
        assert!(more.is_err(), "nothing was read, and nothing was wrong");
    }
}
