//! The conversations of a page, by number.
//!
//! Owns: which number stands for which driver. Never: calls the wire, nor lends
//! two drivers at a time.
//!
//! JavaScript holds numbers and the core holds no JavaScript value, so neither
//! keeps anything of the other alive, and each call costs what integers cost.

use alloc::vec::Vec;

use spin::Mutex;

use crate::driver::Driver;
use crate::machine::Machine;

/// There is one thread; the lock only finds out who comes back while a driver is lent.
static DRIVERS: Mutex<Vec<Option<Driver>>> = Mutex::new(Vec::new());

/// Keeps `driver` and returns its number.
pub(crate) fn insert(driver: Driver) -> u32 {
    let Some(mut drivers) = DRIVERS.try_lock() else { trap() };
    let free = drivers.iter().position(Option::is_none).unwrap_or(drivers.len());
    if let Some(slot) = drivers.get_mut(free) {
        *slot = Some(driver);
    } else if drivers.try_reserve(1).is_ok() && drivers.len() < drivers.capacity() {
        // Asked for before and compared: `push` alone would link the text that it panics with.
        drivers.push(Some(driver));
    }
    free as u32
}

/// Forgets a driver; its number may be given again.
pub(crate) fn remove(core: u32) {
    let Some(mut drivers) = DRIVERS.try_lock() else { trap() };
    if let Some(driver) = drivers.get_mut(core as usize) {
        *driver = None;
    }
}

/// Lends the machine of driver number `core` to `work`, which must not call the wire.
pub(crate) fn with<R>(core: u32, work: impl FnOnce(&mut Machine) -> R) -> R {
    with_driver(core, |driver| work(&mut driver.machine))
}

/// Lends driver number `core` to `work`, which must not call the wire.
pub(crate) fn with_driver<R>(core: u32, work: impl FnOnce(&mut Driver) -> R) -> R {
    let Some(mut drivers) = DRIVERS.try_lock() else { trap() };
    let Some(Some(driver)) = drivers.get_mut(core as usize) else { trap() };
    work(driver)
}

/// Stops where the core is misused by its own package: a message would cost more than the check.
pub(crate) fn trap() -> ! {
    core::arch::wasm32::unreachable()
}
