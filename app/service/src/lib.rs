//! The slice of service: tickets as a list, a further one of a customer, and one ticket
//! with what was said about it.
//!
//! [`api`] are the server functions. Rules are in `domain::tickets`, queries in
//! `store::tickets`.
//!
//! Not here: the tickets of a customer on its page, and their words (`ui::tickets`).

pub mod api;
pub mod detail;
pub mod list;
pub mod new;

pub use detail::TicketPage;
pub use list::TicketsPage;
pub use new::NewTicketPage;
