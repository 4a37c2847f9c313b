//! The contracts slice: the list of contracts, a contract's page with its plan,
//! payments and invoices, its form, and the ageing of what is outstanding.
//!
//! [`api`] are the server functions; [`list`], [`detail`], [`edit`] and [`ageing`] the
//! pages; `forms` are those that a contract's page opens. Rules are in
//! `domain::contracts`, queries in `store::contracts`.
//!
//! Not here: what a deal or a customer owes on their pages (`ui::owed`).

pub mod ageing;
pub mod api;
pub mod detail;
pub mod edit;
mod forms;
pub mod list;
mod tables;

pub use ageing::AgeingPage;
pub use detail::ContractPage;
pub use edit::{EditContractPage, NewContractPage};
pub use list::ContractsPage;
