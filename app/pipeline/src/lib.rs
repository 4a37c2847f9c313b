//! The pipeline slice: board, list of deals, a deal's page and form.
//!
//! [`api`] are the server functions, those of leads and their pools [`lead_api`], [`board`] the page on which deals are
//! moved, [`list`], [`detail`] and [`edit`] the other pages; [`closing`] is what
//! board and detail ask before a deal closes, [`change`] one fact changed in a list, [`dates`] months and calendar,
//! [`slide`] the board in a meeting. Rules are in
//! `domain::pipeline`, queries in `store::pipeline`.

pub mod api;
pub mod board;
pub mod change;
pub mod closing;
pub mod dates;
pub mod detail;
pub mod edit;
pub mod filterbar;
pub mod lead_api;
pub mod list;
mod slide;

pub use slide::slide;
