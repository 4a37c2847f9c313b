//! Numbers and dates as people read them, the same in browser and server.
//!
//! Pure functions of a language and a value: no locale library, no clock, no time zone, no floating
//! point. Rounding is half away from zero, once, at the last step.
//!
//! | value | table | card or headline | English card |
//! | --- | --- | --- | --- |
//! | money | `¥1,234,567.00` | `123.5` 万 | `¥1.23` M |
//! | rate | `42.6%` | | |
//! | difference of rates | `1.1 pp` | `1.1 个百分点` | `1.1 pp` |
//! | date | `2026-06-30` | `7月2日` | `Jul 2` |
//!
//! Never mix the two forms in one column. What is *not* here: the arrow that replaces a sign on
//! screen, and the small grey of a unit; views add those.

mod amount;
mod date;
mod money;
mod number;

pub use amount::{money_input, parse_amount};
pub use date::{date_iso, date_short, date_weekday, instant_short, month, month_of_year, time, weekday, weekday_long};
pub use money::{exponent, joined, money_short, money_short_text, money_table, symbol};
pub use number::{NO_VALUE, days, days_short, integer, minutes, percent, points, time_span};
