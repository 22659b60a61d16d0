//! Shells: each fills the seams of one platform and decides nothing.

mod spin;
