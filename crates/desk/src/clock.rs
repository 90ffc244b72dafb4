//! The desk's clock: the system's, or a day that was asked for at the start.

use jiff::civil::Date;
use luoshi_kernel::kind::{MICROS, day_of, end_of, start_of};
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from.
#[derive(Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that stands where it was put, and moves only when told: a demo bureau while it is made.
    Hand(AtomicI64),
    /// The system's time of day on another day, counted from when the program began (`--today`).
    Day {
        /// The day asked for.
        day: Date,
        /// Microseconds to add to the system's clock.
        shift: i64,
    },
}

impl Clock {
    /// A clock that says the given day, and goes on from there.
    pub fn day(day: Date) -> Clock {
        let now = system();
        let time_of_day = now - start_of(day_of(now));
        Clock::Day { day, shift: start_of(day) + time_of_day - now }
    }

    /// Microseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        match self {
            Clock::System => system(),
            Clock::Hand(at) => at.load(Ordering::Relaxed),
            // The day asked for does not end while the program runs; its last second is left to the lane, which counts on.
            Clock::Day { day, shift } => (system() + shift).clamp(start_of(*day), end_of(*day) - MICROS),
        }
    }

    /// Today, Beijing.
    pub fn today(&self) -> Date {
        day_of(self.now())
    }

    /// Moves a clock that is moved by hand forward.
    pub fn put(&self, micros: i64) {
        if let Clock::Hand(at) = self {
            at.fetch_max(micros, Ordering::Relaxed);
        }
    }
}

/// The system's clock, microseconds since 1970 UTC.
pub fn system() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
