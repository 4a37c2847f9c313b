//! Today: what to do, how much was won, who needs help, what the organisation lacks;
//! for each role its own.
//!
//! [`api`] is the server functions. [`page`] and [`boss`] are the two pages, of which the server
//! writes all that is on them as text: [`today`] with [`won`] the figures and their explanation,
//! [`work`] the numbers of things to do, [`lists`] the rows behind each, [`people`] who needs help
//! and what is missing; [`glance`] the panels. [`slide`] is today in a meeting. [`address`] is the
//! only state, so everything is a link and works without scripts.
//!
//! Not here: the rules (`domain::home`), and the queries (`store`).

#[cfg(feature = "ssr")]
mod address;
pub mod api;
mod boss;
#[cfg(feature = "ssr")]
mod explain;
#[cfg(feature = "ssr")]
mod glance;
#[cfg(feature = "ssr")]
mod lists;
mod page;
#[cfg(feature = "ssr")]
mod people;
mod slide;
mod terms;
#[cfg(feature = "ssr")]
mod today;
#[cfg(feature = "ssr")]
mod won;
#[cfg(feature = "ssr")]
mod work;

pub use boss::BossPage;
pub use page::HomePage;
pub use slide::slide;
