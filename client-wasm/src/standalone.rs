//! What a program without the standard library has to bring along.
//!
//! The standard library's allocator, its panic messages and their formatting
//! were 13 of 41 KB. Nothing here panics by design; if it does, the instance traps.

/// An eighth of the default. `lol_alloc` is smaller still, but its freeing is inlined wherever something is dropped,
/// which in a session is 0.6 KB more after compression.
#[cfg(feature = "session")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Takes pages and gives none back: plain mode allocates nothing but the table of `drivers`, which at most doubles, so
/// that all it has outgrown is less than it is.
#[cfg(not(feature = "session"))]
#[global_allocator]
static ALLOCATOR: lol_alloc::LeakingPageAllocator = lol_alloc::LeakingPageAllocator;

#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
