//! What a program without the standard library has to bring along.
//!
//! The standard library's allocator, its panic messages and their formatting
//! were 13 of 41 KB. Nothing here panics by design; if it does, the instance traps.

use lol_alloc::{FreeListAllocator, LockedAllocator};

/// The heap holds a few queues of handles: a list of free blocks is enough, and 8 KB smaller than the default.
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
