//! The customers slice: list of customers, a customer's page and form,
//! contacts.
//!
//! [`api`] are the server functions; [`list`], [`detail`], [`edit`] and
//! [`contacts`] the pages. [`table`] and [`fields`] hold what two of them
//! share, [`deals`] shows a customer's deals beside it. Rules are in
//! `domain::customers`, queries in `store::customers`. Not here: the picker of
//! customers in other forms, which belongs to `ui`, and the timeline.

pub mod api;
pub mod contacts;
mod deals;
pub mod detail;
pub mod edit;
mod fields;
pub mod list;
mod table;

pub use contacts::{ContactsPage, EditContactPage, NewContactPage};
pub use detail::CustomerPage;
pub use edit::{EditCustomerPage, NewCustomerPage};
pub use list::CustomersPage;
