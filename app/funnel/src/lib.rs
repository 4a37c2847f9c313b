//! The funnel: how many deals came how far, and the deals behind each figure.
//!
//! [`api`] are the server functions, [`page`] puts together what the others
//! show: [`controls`] what is counted, [`level`] the picture, whose lengths
//! [`scene`] computes, [`table`] the figures, [`message`] the one sentence,
//! [`why`] why deals fell out of it, [`counting`] how it was counted, [`panel`] the deals behind a figure.
//! [`asked`] is the address, [`export`] and `file` what leaves the page, [`slide`] the funnel in a
//! meeting.
//!
//! Not here: the rules of counting (`domain::funnel`), and the queries
//! (`store`).

pub mod api;
mod asked;
mod classic;
mod controls;
mod counting;
#[cfg(feature = "ssr")]
pub mod export;
mod exports;
#[cfg(feature = "ssr")]
mod file;
mod level;
mod message;
mod page;
mod panel;
mod say;
mod scene;
mod slide;
mod table;
mod why;

#[cfg(feature = "ssr")]
pub use classic::chart;
pub use page::FunnelPage;
pub use slide::slide;
