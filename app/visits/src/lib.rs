//! The slice of return visits: whom to visit again as list and calendar, the form of a
//! visit, needs and opinions, and the share that was visited in time.
//!
//! [`api`] are the server functions; [`page`] is the list with its calendars ([`list`],
//! [`calendar`]); [`record`], [`needs`] and [`timely`] are pages of their own. Rules are
//! in `domain::visits`, queries in `store::visits`.
//!
//! Not here: what a customer's page shows (`ui::visits`), the buttons that reach somebody
//! (`ui::reach`), and what administrators set (`settings`).

pub mod api;
mod calendar;
mod filters;
mod list;
pub mod needs;
pub mod page;
pub mod record;
pub mod timely;

pub use needs::NeedsPage;
pub use page::VisitsPage;
pub use record::RecordVisitPage;
pub use timely::TimelyPage;
