//! What a person typed that a rule refuses: which field, which rule, and the
//! numbers that the sentence needs. Never a sentence: screens translate the
//! code (catalogue `errors`).

use serde::{Deserialize, Serialize};

/// One refusal. `field` is the form's field name, `""` for the whole form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {code}")]
pub struct Violation {
    pub field: String,
    pub code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
}

impl Violation {
    #[must_use]
    pub fn new(field: &str, code: &str) -> Self {
        Self { field: field.into(), code: code.into(), params: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.push((name.into(), value.to_string()));
        self
    }
}

/// Collects violations while a form is read, so that a person sees all of them
/// at once. Every reader gives a usable value even when it refuses, because
/// [`Check::finish`] throws the values away if anything was refused.
#[derive(Debug, Default)]
pub struct Check {
    found: Vec<Violation>,
}

impl Check {
    pub fn refuse(&mut self, violation: Violation) {
        self.found.push(violation);
    }

    /// Text without surrounding blanks, at most `max` characters; `None` if empty.
    pub fn optional_text(&mut self, field: &str, value: &str, max: usize) -> Option<String> {
        let text = value.trim();
        if text.chars().count() > max {
            self.refuse(Violation::new(field, "too_long").with("max", max));
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// As [`Self::optional_text`], and refuses an empty one.
    pub fn text(&mut self, field: &str, value: &str, max: usize) -> String {
        self.optional_text(field, value, max).unwrap_or_else(|| {
            self.refuse(Violation::new(field, "required"));
            String::new()
        })
    }

    /// Reads an optional value; refuses with `code` what `parse` cannot read.
    pub fn optional<T>(&mut self, field: &str, value: &str, code: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = value.trim();
        if text.is_empty() {
            return None;
        }
        let parsed = parse(text);
        if parsed.is_none() {
            self.refuse(Violation::new(field, code));
        }
        parsed
    }

    /// As [`Self::optional`], and refuses an empty one.
    pub fn required<T>(&mut self, field: &str, value: &str, code: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if value.trim().is_empty() {
            self.refuse(Violation::new(field, "required"));
            return None;
        }
        self.optional(field, value, code, parse)
    }

    /// A date as `2026-06-30`, between the years 1990 and 2100.
    pub fn date(&mut self, field: &str, value: &str) -> Option<chrono::NaiveDate> {
        self.optional(field, value, "not_a_date", parse_date)
    }

    /// The value, or all that was refused.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<Violation>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    /// As [`Self::finish`] where required parts may be missing: `None` together
    /// with no violation cannot happen for values read with [`Self::required`].
    pub fn finish_some<T>(mut self, value: Option<T>) -> Result<T, Vec<Violation>> {
        match value {
            Some(value) => self.finish(value),
            None => {
                if self.found.is_empty() {
                    self.refuse(Violation::new("", "required"));
                }
                Err(self.found)
            }
        }
    }
}

/// Years of dates; others are typing errors.
pub const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// Reads `2026-06-30`; years 1990 to 2100 only, since others are typing errors.
#[must_use]
pub fn parse_date(text: &str) -> Option<chrono::NaiveDate> {
    use chrono::Datelike;
    let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    YEARS.contains(&date.year()).then_some(date)
}
