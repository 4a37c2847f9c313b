//! The team slice: the tasks of the one who looks.
//!
//! [`api`] are the server functions, [`tasks`] is the page. Rules are in
//! `domain::work`, queries in `store::work`.
//!
//! Not here: logging a follow-up, which every slice offers (`ui`), and people
//! and units (`settings`).

pub mod api;
pub mod tasks;

pub use tasks::TasksPage;
