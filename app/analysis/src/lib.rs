//! Figures about what was closed, how fast, and what is expected; the deals behind each
//! of them, and how it was counted.
//!
//! [`api`] are the server functions. [`outcomes`], [`speed`] with [`velocity`],
//! [`forecast`] and [`months`] are pages, [`cycles`] the trend on the first of them, [`findings`] what the rules find, [`economics`] what customers bring and cost, `course` how that went; what pages share: [`frame`] their head and
//! filters, [`columns`] pictures of months, [`charts`] the same for the pointer, [`panel`] the deals behind a figure, [`how`] how it was
//! counted, [`say`] words and figures. [`asked`] is the address, the only state.
//!
//! Not here: what counts (`domain::analysis`), and the queries (`store`).

pub mod api;
mod asked;
#[cfg(feature = "ssr")]
pub mod charts;
mod columns;
mod course;
mod cycles;
mod economics;
mod economics_figures;
mod findings;
mod forecast;
mod frame;
mod how;
mod months;
mod outcomes;
mod panel;
mod say;
mod speed;
mod velocity;

pub use economics::EconomicsPage;
pub use findings::FindingsPage;
pub use forecast::ForecastPage;
pub use months::WonMonthsPage;
pub use outcomes::OutcomesPage;
pub use speed::SpeedPage;
