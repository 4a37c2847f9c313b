//! The tiers of customers: a board whose columns are tiers, between which
//! customers are moved for a reason.
//!
//! [`api`] are the server functions. [`page`] puts the board together from
//! [`column`] and [`card`]; [`state`] is what it shows, [`moves`] changes it,
//! [`drag`] carries cards by mouse and keyboard, [`ask`] asks why. [`controls`]
//! narrow it; the address is the only state of that.
//!
//! Not here: the rules (`domain::tiers`), the queries (`store`).

pub mod api;
mod ask;
mod card;
mod column;
mod controls;
mod drag;
mod moves;
mod page;
mod state;

pub use page::TiersPage;
