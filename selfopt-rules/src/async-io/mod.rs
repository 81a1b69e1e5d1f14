//! Pack `async-io`: waste around files, streams and waiting.

mod buffer_concat_in_loop;
mod buffer_loop;

pub(crate) use buffer_concat_in_loop::BufferConcatInLoop;
