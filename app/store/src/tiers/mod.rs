//! Tiers of customers: the [`board`], moves with their reason and the history
//! of a customer's tier ([`moves`]), the quarterly [`review`] and its proposals, the
//! [`settings`] of what tiers promise, and the charts ([`figures`]). [`set`] is what both
//! the board and the charts look at: every customer in scope with its revenue and
//! contacts.
//!
//! Not here: the rules (`domain::tiers`).

mod board;
mod figures;
mod moves;
mod review;
mod set;
pub(crate) mod settings;
mod table;

pub(crate) use moves::{history, record};
pub(crate) use review::ReviewCache;
pub(crate) use set::{Had, last_contacts};
pub(crate) use settings::names;
pub(crate) use table::{tier_change, tier_setting};
