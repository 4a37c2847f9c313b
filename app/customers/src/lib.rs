//! The customers slice: list of customers, a customer's page and form,
//! contacts.
//!
//! [`api`] are the server functions; [`list`], [`detail`], [`edit`] and
//! [`contacts`] the pages. [`table`] and [`fields`] hold what two of them
//! share, [`change`] says which facts are changed in the list, [`deals`] shows a customer's deals beside it, `door` what a phone shows first,
//! `helpers` who helps its owner. `quick` is the form of a lead with one thumb. [`pairs`] lists customers
//! that look alike, [`merge`] puts two side by side, [`merged`] shows what became
//! of them, [`hint`] says it while somebody types. Rules are in `domain::customers`
//! and `domain::duplicates`, queries in `store::customers` and `store::duplicates`. Not here: the picker of
//! customers in other forms, which belongs to `ui`, and the timeline.

pub mod api;
pub mod change;
pub mod contacts;
mod deals;
pub mod detail;
mod door;
pub mod edit;
mod fields;
mod helpers;
mod hint;
pub mod list;
pub mod merge;
pub mod merge_api;
mod merged;
pub mod pairs;
pub mod pool;
pub mod pool_api;
mod quick;
mod standing;
mod table;

pub use contacts::{ContactsPage, EditContactPage, NewContactPage};
pub use detail::CustomerPage;
pub use edit::{EditCustomerPage, NewCustomerPage};
pub use list::CustomersPage;
pub use merge::MergePage;
pub use pairs::DuplicatesPage;
pub use pool::PoolListPage;
pub use quick::QuickLeadPage;
