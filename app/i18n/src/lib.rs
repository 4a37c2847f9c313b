//! Words, numbers and dates of Weir in Chinese and English.
//!
//! The language is fixed for one page load: changing it sets a cookie and loads the same address
//! again. So a text is a plain `&'static str`, nothing reacts to the language, and the texts stay
//! out of the WASM: the server has them inside, the browser reads them from an array that a classic
//! script, loaded before the WASM, put there.
//!
//! * [`Lang`]: the two languages, and which one a request wants.
//! * [`keys`]: one constant per text, generated from the catalogue `texts/*.toml`.
//! * [`Texts`]: a `Copy` handle that turns a key into words.
//! * [`fmt`]: money, rates, counts and dates, and the way back from a typed amount.
//!
//! ```
//! use i18n::{Lang, Texts, keys::{common, errors}};
//!
//! let texts = Texts::new(Lang::En);
//! assert_eq!(texts.get(common::SAVE), "Save");
//! assert_eq!(texts.fmt(errors::TOO_LONG, &[("max", "80")]), "At most 80 characters");
//! assert_eq!(texts.n(common::N_DEALS_ONE, common::N_DEALS_MANY, 1200), "1,200 deals");
//! ```
//!
//! # Adding texts
//!
//! Add lines to `texts/<slice>.toml`, or a new file there; nothing else has to know:
//!
//! ```toml
//! title = { zh = "商机", en = "Deals" }
//! moved_to = { zh = "已移到「{stage}」", en = "Moved to {stage}" }
//! n_deals_one = { zh = "{n} 个商机", en = "{n} deal" }
//! n_deals_many = { zh = "{n} 个商机", en = "{n} deals" }
//! ```
//!
//! The build checks that names are `snake_case`, that both languages are there and that their
//! placeholders agree (the whole list is at the top of `build.rs`). Style is checked by a test: no
//! 请, no 您, no "please", no exclamation marks; files that begin with `survey` or `mail` speak to
//! customers and may.
//!
//! # Features
//!
//! `ssr` has the texts inside, and so has a build with neither feature, for tests. `hydrate` alone
//! reads them from the page. With both, as a check of the whole workspace may unify them, `ssr`
//! wins.
//!
//! What is *not* here: leptos, the cookie and the route that serves the script (both belong to the
//! server), and time zones (a caller passes local dates and times).

pub mod fmt;
mod lang;
mod texts;

#[cfg(any(feature = "ssr", not(feature = "hydrate")))]
mod inside;
#[cfg(not(any(feature = "ssr", not(feature = "hydrate"))))]
mod outside;

#[cfg(test)]
#[path = "../build/rules.rs"]
mod rules;
#[cfg(test)]
mod style;

#[cfg(any(feature = "ssr", not(feature = "hydrate")))]
pub use inside::{script, script_hash};
pub use lang::Lang;
pub use texts::Texts;

/// The number of a text in the catalogue.
///
/// Only [`keys`] makes them. They hold for one build: never store or send one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u16);

impl Key {
    /// Position in the catalogue, below [`keys::COUNT`].
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One module per catalogue file, one constant per text, and `find` from a name to its key.
pub mod keys {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}
