//! The settings slice: signing in, one's own account, people and units,
//! products, pipelines, what tiers promise.
//!
//! [`api`] are the server functions, [`cookie`] is the session's cookie, the
//! other modules are pages. A form stands on its own address (`?edit=…`,
//! `?add=…`), so that it opens, is refused and is saved without scripts too.
//! Rules are in `domain::{org, settings, tiers::settings}`, queries in `store`.
//!
//! Not here: which page a stranger is sent to (the server), and what follows
//! from roles (`domain::policy`).

pub mod account;
#[cfg(feature = "ssr")]
pub mod address;
pub mod api;
#[cfg(feature = "ssr")]
pub mod cookie;
pub mod costs;
pub mod currencies;
mod device;
mod editing;
pub mod field;
pub mod form;
mod frame;
mod nav;
pub mod people;
pub mod pipelines;
pub mod pools;
pub mod price_books;
pub mod products;
pub mod set_up;
pub mod sign_in;
mod switch;
pub mod tiers;
pub mod visit_forms;
pub mod workdays;

pub use account::AccountPage;
pub use costs::CostsPage;
pub use currencies::CurrenciesPage;
pub use field::FieldSettingsPage;
pub use people::PeoplePage;
pub use pipelines::PipelinesPage;
pub use pools::PoolSettingsPage;
pub use price_books::PriceBooksPage;
pub use products::ProductsPage;
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
pub use switch::{LanguageSwitch, ThemeSwitch};
pub use tiers::TierSettingsPage;
pub use visit_forms::VisitFormsPage;
pub use workdays::WorkdaysPage;
