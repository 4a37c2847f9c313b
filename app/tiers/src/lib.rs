//! The tiers of customers: a board whose columns are tiers, between which
//! customers are moved for a reason.
//!
//! [`api`] are the server functions. [`page`] puts the board together from
//! [`column`] and [`card`]; [`state`] is what it shows, [`moves`] changes it,
//! [`drag`] carries cards by mouse and keyboard, [`ask`] asks why. [`controls`]
//! narrow it; the address is the only state of that. [`review`] shows what the
//! quarterly review proposes, in the words of [`why`]; [`figures`] are charts,
//! [`slide`] is the tiers in a meeting.
//!
//! Not here: the rules (`domain::tiers`), the queries (`store`).

pub mod api;
mod ask;
mod card;
mod column;
mod controls;
mod drag;
mod figures;
mod moves;
mod page;
mod review;
mod slide;
mod state;
mod why;

pub use figures::FiguresPage;
#[cfg(feature = "ssr")]
pub use figures::charts;
pub use page::TiersPage;
pub use review::ReviewPage;
pub use slide::slide;
