//! The memory of a call. An instance serves one file and is gone, so what most
//! files need lies ready in the module and is handed out front to back: no call
//! of the host to grow, nothing to take back. What does not fit goes to the
//! allocator of the standard library.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};

/// What a file of usual size takes, five times.
const READY_BYTES: usize = 256 << 10;

#[repr(align(16))]
struct Ready(UnsafeCell<[u8; READY_BYTES]>);

/// Hands out what lies ready, then what the system has.
struct CallMemory {
    ready: Ready,
    /// Bytes of it that are handed out.
    taken: Cell<usize>,
}

#[expect(unsafe_code, reason = "an allocator gives out raw memory")]
// SAFETY: a module without the feature `atomics` has one thread.
unsafe impl Sync for CallMemory {}

#[global_allocator]
static MEMORY: CallMemory =
    CallMemory { ready: Ready(UnsafeCell::new([0; READY_BYTES])), taken: Cell::new(0) };

impl CallMemory {
    /// Where in the ready bytes a block begins, if it is one of them.
    fn offset_of(&self, block: *const u8) -> Option<usize> {
        let start = self.ready.0.get().cast::<u8>().addr();
        block.addr().checked_sub(start).filter(|offset| *offset < READY_BYTES)
    }

    /// Takes `size` bytes from `start` on, if they are there.
    fn take(&self, start: usize, size: usize) -> Option<*mut u8> {
        let end = start.checked_add(size).filter(|end| *end <= READY_BYTES)?;
        self.taken.set(end);
        Some(self.ready.0.get().cast::<u8>().wrapping_add(start))
    }
}

#[expect(unsafe_code, reason = "an allocator gives out raw memory")]
// SAFETY: blocks of the ready bytes do not overlap, because each begins where all before it end and
// only the last one is ever moved back or made longer; they are aligned, because the bytes are to
// 16 and more is asked of the system. All other blocks are the system's, and go back to it.
unsafe impl GlobalAlloc for CallMemory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let ready = (layout.align() <= 16)
            .then(|| self.taken.get().next_multiple_of(layout.align()))
            .and_then(|start| self.take(start, layout.size()));
        // SAFETY: the caller's promises are the system's.
        ready.unwrap_or_else(|| unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match self.offset_of(block) {
            Some(start) if start + layout.size() == self.taken.get() => self.taken.set(start),
            Some(_) => {}
            // SAFETY: the block is not one of ours, so it is the system's.
            None => unsafe { System.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(start) = self.offset_of(block) else {
            // SAFETY: the block is not one of ours, so it is the system's.
            return unsafe { System.realloc(block, layout, new_size) };
        };
        let is_last = start + layout.size() == self.taken.get();
        if new_size <= layout.size() || (is_last && self.take(start, new_size).is_some()) {
            return block;
        }
        // SAFETY: the alignment is one that a layout had; the two blocks do not overlap.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size());
            }
            moved
        }
    }
}
