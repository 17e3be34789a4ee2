//! Io: the byte stream of one connection, and where connections come from.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_stream::Stream;
use tonic::transport::server::{Connected, TcpConnectInfo};
use tracing::warn;

/// Most connections on one port: some 40 KB each when they are active.
const MAX_CONNECTIONS: usize = 10_000;

/// How long to wait when the process has no file descriptor left: accepting at
/// once again would spin.
const NO_DESCRIPTORS: Duration = Duration::from_millis(100);

/// One connection.
///
/// It does not say that it writes vectored, and so h2 joins small frames into one
/// write: a reply under 1 KiB costs a fraction of a system call instead of one.
#[derive(Debug)]
pub struct Io {
    stream: TcpStream,
    // Held while the connection is.
    _permit: OwnedSemaphorePermit,
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
        Pin::new(&mut self.stream).poll_read(cx, buf)
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
        let io = Io {
            stream,
            _permit: permit,
        };
        Some((Ok(io), (listener, permits)))
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
                tokio::time::sleep(NO_DESCRIPTORS).await;
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
