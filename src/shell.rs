//! The shells. Each implements the seams for one platform; all decisions are made in the core.

mod spin;
