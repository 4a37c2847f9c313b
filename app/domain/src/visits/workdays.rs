//! The organisation's own days: holidays, and weekends on which people work. The product
//! brings none along, since they are decided anew each year.

use crate::codes;
use crate::revisit::Workdays;
use crate::violation::{Check, Violation, parse_date};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    DayKind {
        Holiday = "holiday",
        /// A day of a weekend on which people work.
        Makeup = "makeup",
    }
}

pub const NAME_MAX: usize = 60;
/// Days added at once: the holidays of several years.
pub const LINES_MAX: usize = 200;

/// A day that is not as the weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workday {
    pub on: NaiveDate,
    pub kind: DayKind,
    pub name: String,
}

/// The days as [`Workdays`] takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    holidays: Vec<NaiveDate>,
    makeup: Vec<NaiveDate>,
}

impl WorkCalendar {
    pub fn new(days: impl IntoIterator<Item = (NaiveDate, DayKind)>) -> Self {
        let mut calendar = Self::default();
        for (on, kind) in days {
            match kind {
                DayKind::Holiday => calendar.holidays.push(on),
                DayKind::Makeup => calendar.makeup.push(on),
            }
        }
        calendar
    }

    #[must_use]
    pub fn workdays(&self) -> Workdays<'_> {
        Workdays { holidays: &self.holidays, makeup: &self.makeup }
    }
}

/// Days as typed: one by day and name, or several as lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkdaysForm {
    pub request: String,
    pub kind: String,
    pub on: String,
    pub name: String,
    /// `2026-10-01 国庆节`, a line for each day.
    pub lines: String,
}

impl WorkdaysForm {
    /// The days, each once; of a day that is named twice the last name counts.
    pub fn check(&self) -> Result<Vec<Workday>, Vec<Violation>> {
        let mut check = Check::default();
        let kind = check.optional("kind", &self.kind, "unknown_value", DayKind::parse).unwrap_or(DayKind::Holiday);
        let mut days = Vec::new();
        let lines: Vec<&str> = self.lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() || !self.on.trim().is_empty() {
            let on = check.required("on", &self.on, "not_a_date", parse_date);
            let name = check.text("name", &self.name, NAME_MAX);
            days.extend(on.map(|on| Workday { on, kind, name }));
        }
        if lines.len() > LINES_MAX {
            check.refuse(Violation::new("lines", "too_many_lines").with("max", LINES_MAX));
        }
        for (n, line) in lines.iter().take(LINES_MAX).enumerate() {
            match day(line, kind) {
                Some(day) => days.push(day),
                None => check.refuse(Violation::new("lines", "bad_day_line").with("n", n + 1).with("max", NAME_MAX)),
            }
        }
        let mut found: Vec<Workday> = Vec::with_capacity(days.len());
        for day in days {
            match found.iter_mut().find(|known| known.on == day.on) {
                Some(known) => *known = day,
                None => found.push(day),
            }
        }
        check.finish(found)
    }
}

/// A day and its name, with any blanks, a comma or a tab between.
fn day(line: &str, kind: DayKind) -> Option<Workday> {
    let at = line.find(|c: char| c.is_whitespace() || matches!(c, ',' | '，'))?;
    let (on, name) = line.split_at(at);
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，'));
    let fits = !name.is_empty() && name.chars().count() <= NAME_MAX;
    Some(Workday { on: parse_date(on)?, kind, name: name.to_owned() }).filter(|_| fits)
}

/// The days of one year, and which years there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkdaysPage {
    pub year: i32,
    /// With days of their own, and this one and the next; in order.
    pub years: Vec<i32>,
    pub days: Vec<Workday>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<Workday>, Vec<Violation>> {
        WorkdaysForm { kind: "holiday".into(), lines: text.into(), ..WorkdaysForm::default() }.check()
    }

    #[test]
    fn lines_are_pasted_as_people_have_them() {
        let found = lines("2026-10-01 国庆节\n\n2026-10-02\t国庆节\r\n2026-10-03，国庆节\n").expect("three days");
        assert_eq!(found.iter().map(|day| day.on.to_string()).collect::<Vec<_>>(), ["2026-10-01", "2026-10-02", "2026-10-03"]);
        assert!(found.iter().all(|day| day.name == "国庆节" && day.kind == DayKind::Holiday));
    }

    #[test]
    fn a_line_that_is_no_day_is_told_by_its_number() {
        let refused = lines("2026-10-01 国庆节\n10月2日 国庆节\n2026-10-03").unwrap_err();
        let told: Vec<_> = refused.iter().map(|v| (v.code.as_str(), v.params[0].1.as_str())).collect();
        assert_eq!(told, [("bad_day_line", "2"), ("bad_day_line", "3")]);
    }

    #[test]
    fn one_day_needs_its_name() {
        let form = WorkdaysForm { on: "2026-10-10".into(), kind: "makeup".into(), ..WorkdaysForm::default() };
        assert_eq!(form.check().unwrap_err(), [Violation::new("name", "required")]);
        let good = WorkdaysForm { name: "国庆节调休".into(), ..form };
        assert_eq!(good.check().expect("a day")[0].kind, DayKind::Makeup);
        assert_eq!(WorkdaysForm::default().check().unwrap_err().len(), 2, "nothing at all is refused at both fields");
    }

    #[test]
    fn a_day_counts_once() {
        let found = lines("2026-10-01 国庆\n2026-10-01 国庆节").expect("a day");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "国庆节");
    }

    #[test]
    fn holidays_and_makeup_days_move_what_is_due() {
        let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let calendar = WorkCalendar::new([
            (date("2026-10-01"), DayKind::Holiday),
            (date("2026-10-02"), DayKind::Holiday),
            (date("2026-10-10"), DayKind::Makeup),
        ]);
        let days = calendar.workdays();
        assert_eq!(days.on_or_after(date("2026-10-01")), Some(date("2026-10-05")), "over the weekend");
        assert_eq!(days.on_or_after(date("2026-10-10")), Some(date("2026-10-10")), "a Saturday on which people work");
    }
}
