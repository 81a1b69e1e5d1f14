//! Bodies of answers: all at once, or piece by piece while something goes on.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body as _, Bytes, Frame, Incoming};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// A body of an answer.
pub(super) enum Body {
    Whole(Option<Bytes>),
    Pieces(Receiver<Bytes>),
}

impl Body {
    /// A body whose pieces come later.
    pub(super) fn pieces() -> (Sender<Bytes>, Self) {
        let (sender, receiver) = mpsc::channel(16);
        (sender, Self::Pieces(receiver))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Pieces(receiver) => {
                receiver.poll_recv(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
        }
    }
}

/// Reads the whole body of a request.
pub(super) async fn read(mut incoming: Incoming) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(Ok(frame)) =
        std::future::poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await
    {
        if let Ok(data) = frame.into_data() {
            all.extend_from_slice(&data);
        }
    }
    all
}
