//! The Model Context Protocol over streamable HTTP: stateless, JSON replies only, every revision since 2025-03-26.
//!
//! Floors, from the top: [`endpoint`] → [`admission`] and [`dispatch`] → [`tools`] and [`content`] → [`tasks`] → [`exchange`] and
//! [`input_required`] → [`result`], [`outcome`], [`prompt`] and [`views`] → [`protocol`]. [`extension`] is the seam for the
//! fixtures of the conformance suite.

mod admission;
#[cfg(feature = "conformance")]
mod conformance;
mod content;
mod dispatch;
pub(crate) mod endpoint;
mod exchange;
mod extension;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod input_required;
mod outcome;
mod prompt;
mod protocol;
mod result;
mod tasks;
mod tools;
mod views;

#[cfg(feature = "conformance")]
use conformance::Fixtures as ActiveExtension;
#[cfg(not(feature = "conformance"))]
use extension::Shipped as ActiveExtension;
