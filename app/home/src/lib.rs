//! Today: what to do, how much was won, who needs help, what the organisation lacks;
//! for each role its own.
//!
//! [`api`] is the server function, [`page`] puts together what the others show:
//! [`won`] the figures with their explanation, [`work`] the numbers of things to do,
//! [`lists`] the rows behind each number, [`people`] who needs help and what is
//! missing, [`slide`] today in a meeting, [`boss`] the business at a glance. [`address`] is the only state, so everything is a link and works without
//! scripts.
//!
//! Not here: the rules (`domain::home`), and the queries (`store`).

mod address;
pub mod api;
mod boss;
mod explain;
mod lists;
mod page;
mod people;
mod slide;
mod won;
mod work;

pub use boss::BossPage;
pub use page::HomePage;
pub use slide::slide;
