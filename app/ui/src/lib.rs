//! What every slice builds its pages from: the facts of a page, errors on the
//! wire, components of the design system, toasts, live updates.
//!
//! Not here: anything that knows what a deal or a customer is for. The server
//! half ([`server`]) is the only place where `ui` meets the store: it hands
//! server functions their session and turns store errors into wire errors.

pub mod asking;
pub mod browser;
pub mod change;
pub mod chart;
pub mod choice;
pub mod columns;
pub mod component;
pub mod converted;
#[cfg(feature = "ssr")]
pub mod drawing;
pub mod error;
pub mod facts;
pub mod files;
pub mod filter_form;
pub mod findings;
pub mod follow;
pub mod form;
pub mod health;
pub mod how;
pub mod links;
pub mod live;
pub mod markup;
pub mod method;
pub mod modal;
pub mod offers;
pub mod owed;
pub mod palette;
pub mod picker;
pub mod pools;
pub mod present;
pub mod reach;
pub mod refresh;
pub mod said;
#[cfg(feature = "ssr")]
pub mod server;
pub mod service;
pub mod tickets;
pub mod tier_names;
pub mod timeline;
pub mod toast;
pub mod views;
pub mod visits;
pub mod words;
pub mod work_api;
pub mod written;

pub use error::{Answer, ApiError};
pub use facts::{Facts, Theme, facts, texts};
pub use i18n::{fmt, keys};
pub use words::t;
