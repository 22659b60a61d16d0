//! The allocator: dlmalloc, as in the components. With that of the system, the counts would change with the C library.

use dlmalloc::Dlmalloc;
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;

/// `dlmalloc::GlobalDlmalloc` without its lock, which a component has no need of.
pub(crate) struct OneThread(UnsafeCell<Dlmalloc>);

impl OneThread {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(Dlmalloc::new()))
    }
}

// SAFETY: this program starts no thread.
unsafe impl Sync for OneThread {}

// SAFETY: each call is passed on with what it was made with, and no two of them overlap, as there is one thread.
unsafe impl GlobalAlloc for OneThread {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { (*self.0.get()).free(memory, layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { (*self.0.get()).realloc(memory, layout.size(), layout.align(), size) }
    }
}
