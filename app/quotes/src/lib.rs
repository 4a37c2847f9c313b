//! The quotes slice: the list of quotes, a quote's page with its steps, its form, what
//! waits for approval, and the page that is printed for the customer.
//!
//! [`api`] are the server functions; [`list`], [`detail`], [`edit`], [`approvals`] and
//! [`print`] the pages; `lines` is what a quote's page and its print show alike, `step` the
//! form of a step. Rules are in `domain::quotes`, queries in `store::quotes`.
//!
//! Not here: the quotes on a deal's page (`ui::offers`) and price books (settings).

pub mod api;
pub mod approvals;
pub mod detail;
pub mod edit;
mod fields;
mod lines;
pub mod list;
pub mod print;
mod step;

pub use approvals::ApprovalsPage;
pub use detail::QuotePage;
pub use edit::{EditQuotePage, NewQuotePage};
pub use list::QuotesPage;
pub use print::PrintQuotePage;
