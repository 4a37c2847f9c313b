//! What lists, periods and lengths are called, on the page and on the slide.

use domain::home::Listed;
use domain::period::Period;
use i18n::Key;
use i18n::keys::home;
use ui::{fmt, texts};

/// What a list is called.
pub const fn name(list: Listed) -> Key {
    match list {
        Listed::Steps => home::STEPS,
        Listed::Tasks => home::TASKS,
        Listed::Contacts => home::CONTACTS,
        Listed::Needs => home::NEEDS,
        Listed::Tickets => home::TICKETS,
        Listed::Stalled => home::STALLED,
        Listed::Won => home::WON,
        Listed::WonBefore => home::YEAR_BEFORE,
    }
}

/// First and last day, and how many.
pub fn period(period: Period) -> String {
    let last = period.end_exclusive().pred_opt().unwrap_or(period.start()).max(period.start());
    let (from, to) = (fmt::date_iso(period.start()), fmt::date_iso(last));
    let n = period.days();
    let key = if n == 1 { home::FROM_TO_ONE } else { home::FROM_TO_MANY };
    texts().fmt(key, &[("from", &from), ("to", &to), ("n", &fmt::integer(n))])
}

/// Thousandths of a day as days, with a decimal if there is one.
pub fn days(milli: i64) -> String {
    let tenths = (milli.abs() + 50) / 100;
    let n = if tenths % 10 == 0 { fmt::integer(tenths / 10) } else { format!("{}.{}", fmt::integer(tenths / 10), tenths % 10) };
    texts().fmt(home::DAYS, &[("n", &n)])
}
