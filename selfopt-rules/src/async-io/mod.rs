//! Pack `async-io`: waste around files, streams and waiting.

mod await_in_loop_to_all;
mod awaits;
mod buffer_concat_in_loop;
mod buffer_loop;
mod file_read_cache;
mod n_plus_one;
mod sequential_awaits;

pub(crate) use await_in_loop_to_all::AwaitInLoopToAll;
pub(crate) use buffer_concat_in_loop::BufferConcatInLoop;
pub(crate) use file_read_cache::FileReadCache;
pub(crate) use n_plus_one::NPlusOne;
pub(crate) use sequential_awaits::SequentialAwaits;
