//! Pack `async-io`: waste around files, streams and waiting.

mod await_in_loop_to_all;
mod awaits;
mod buffer_concat_in_loop;
mod buffer_loop;
mod file_read_cache;
mod n_plus_one;
mod sequential_awaits;

use await_in_loop_to_all::AwaitInLoopToAll;
use buffer_concat_in_loop::BufferConcatInLoop;
use file_read_cache::FileReadCache;
use n_plus_one::NPlusOne;
use sequential_awaits::SequentialAwaits;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] =
    &[&AwaitInLoopToAll, &BufferConcatInLoop, &FileReadCache, &NPlusOne, &SequentialAwaits];
