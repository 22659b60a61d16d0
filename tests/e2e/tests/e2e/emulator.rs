//! What only the emulator in the real host can show.

mod orders;
mod uploads;
mod webhooks;
