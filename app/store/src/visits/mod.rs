//! Return visits in the database: [`workdays`] of the organisation, [`due`] (whom somebody
//! should visit, for all pages), [`events`] (what asks for a visit beside the interval), [`list`] and calendar, [`timely`] (who was visited in
//! time), [`questions`] by tier, [`record`] and undo, [`needs`].
//!
//! Whoever may log work on a customer sees and records its visits.

mod due;
mod events;
mod list;
mod needs;
mod questions;
mod record;
mod table;
mod timely;
mod workdays;

pub(crate) use due::Due;
pub(crate) use list::Heard;
pub(crate) use needs::forget_needs_of;
pub(crate) use questions::{stored, stored_answers};
pub(crate) use table::{need, visit, visit_form, workday};
