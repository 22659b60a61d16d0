//! The tests are in `tests/e2e`; there is nothing to build.
