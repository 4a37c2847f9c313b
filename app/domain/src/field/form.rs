//! What a phone sends of a visit, as it came over the wire. Only what nobody could use is
//! refused; a position that cannot be read is none, since a check-in is never blocked.

use super::{Fix, Kind, NoFix, Source};
use crate::check_in::Position;
use crate::ids::{CheckInId, CustomerId, UserId};
use crate::violation::{Check, Violation, parse_date};
use crate::work::{CONTENT_MAX, STEP_MAX};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Longest name of a device's installation.
pub const INSTALL_MAX: usize = 64;
/// Accuracies beyond this, in metres, are errors of a device.
const ACCURACY_MAX_M: f64 = 1_000_000.0;
/// A fix that is older is told as this old.
const AGE_MAX_S: i64 = 30 * 86_400;

/// A check-in or check-out as sent: texts, all optional on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitForm {
    /// Chosen by the sender: sent twice, it counts once.
    pub id: String,
    pub kind: String,
    /// The check-in that a check-out ends.
    pub of: String,
    /// Whose it is, as the device knows; empty from a page without scripts.
    pub person: String,
    pub customer: String,
    /// When it happened and when it was sent, both by the device's clock.
    pub captured_at: String,
    pub sent_at: String,
    pub lat: String,
    pub lon: String,
    /// Metres.
    pub accuracy: String,
    /// Seconds.
    pub fix_age: String,
    pub source: String,
    pub no_fix: String,
    pub note: String,
    pub next_step: String,
    pub next_on: String,
    pub install: String,
    /// `1` if there was no network.
    pub offline: String,
    /// Seconds from when the picture was taken to when it was chosen.
    pub photo_age: String,
}

/// [`VisitForm`] after all checks.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitDraft {
    pub id: Option<CheckInId>,
    pub kind: Kind,
    pub of: Option<CheckInId>,
    pub person: Option<UserId>,
    pub customer: CustomerId,
    pub captured_at: DateTime<Utc>,
    /// The moment by the server's clock, never in the future.
    pub at: DateTime<Utc>,
    /// Seconds that the device's clock is ahead of the server's.
    pub skew_s: i64,
    pub fix: Option<Fix>,
    pub no_fix: Option<NoFix>,
    pub note: String,
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
    pub install: String,
    pub offline: bool,
    pub photo_age_s: Option<i64>,
}

impl VisitForm {
    /// `now` by the server's clock. A next step that lies before the visit, or that cannot be
    /// read, is left out rather than refused: the phone that asked may be a day away.
    pub fn check(&self, now: DateTime<Utc>, day_of: impl Fn(DateTime<Utc>) -> NaiveDate) -> Result<VisitDraft, Vec<Violation>> {
        let mut check = Check::default();
        let customer = check.required("customer", &self.customer, "unknown_value", CustomerId::parse);
        let kind = check.optional("kind", &self.kind, "unknown_value", Kind::parse).unwrap_or(Kind::In);
        let id = check.optional("id", &self.id, "unknown_value", CheckInId::parse);
        let of = check.optional("of", &self.of, "unknown_value", CheckInId::parse);
        let person = check.optional("person", &self.person, "unknown_value", UserId::parse);
        let note = check.optional_text("note", &self.note, CONTENT_MAX).unwrap_or_default();
        let next_step = check.optional_text("next_step", &self.next_step, STEP_MAX).unwrap_or_default();
        let install: String = self.install.trim().chars().filter(|c| !c.is_control()).take(INSTALL_MAX).collect();
        let captured_at = moment(&self.captured_at).unwrap_or(now);
        let skew = moment(&self.sent_at).map_or(Duration::zero(), |sent| sent - now);
        let at = captured_at.checked_sub_signed(skew).unwrap_or(now).min(now);
        let fix = self.fix();
        let no_fix = fix.is_none().then(|| NoFix::parse(self.no_fix.trim()).unwrap_or(NoFix::Chosen));
        let next_on = parse_date(self.next_on.trim()).filter(|on| *on >= day_of(at));
        let draft = VisitDraft {
            id,
            kind,
            of,
            person,
            customer: customer.unwrap_or(CustomerId(uuid::Uuid::nil())),
            captured_at,
            at,
            skew_s: skew.num_seconds(),
            fix,
            no_fix,
            note,
            // A step that nobody would be reminded of is part of the note's story, not of the plan.
            next_step,
            next_on,
            install,
            offline: self.offline == "1",
            photo_age_s: whole(&self.photo_age),
        };
        check.finish(draft)
    }

    fn fix(&self) -> Option<Fix> {
        let degrees = |text: &str, limit: f64| text.trim().parse::<f64>().ok().filter(|d| d.is_finite() && d.abs() <= limit);
        let position = Position { lat: degrees(&self.lat, 90.0)?, lon: degrees(&self.lon, 180.0)? };
        let metres = self.accuracy.trim().parse::<f64>().ok().filter(|m| m.is_finite() && (0.0..=ACCURACY_MAX_M).contains(m))?;
        #[expect(clippy::cast_possible_truncation, reason = "checked to be small just above")]
        let accuracy_dm = (metres * 10.0).round() as i64;
        let source = match Source::parse(self.source.trim()) {
            Some(Source::Cached) => Source::Cached,
            _ => Source::Live,
        };
        Some(Fix { position, accuracy_dm, age_s: whole(&self.fix_age).unwrap_or(0).min(AGE_MAX_S), source })
    }
}

/// Milliseconds since 1970, as browsers count.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let ms = text.trim().parse::<i64>().ok().filter(|ms| (0..=7_258_118_400_000).contains(ms))?;
    DateTime::from_timestamp_millis(ms)
}

fn whole(text: &str) -> Option<i64> {
    text.trim().parse::<i64>().ok().filter(|n| *n >= 0)
}

/// What becomes of something that a phone sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Taken {
    /// Written down.
    Accepted { id: uuid::Uuid },
    /// Was here before: nothing was written.
    Already { id: uuid::Uuid },
}

impl Taken {
    #[must_use]
    pub const fn id(&self) -> uuid::Uuid {
        match self {
            Self::Accepted { id } | Self::Already { id } => *id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 6, 30, 6, 0, 0).unwrap()
    }

    fn form() -> VisitForm {
        VisitForm { customer: "018f0000-0000-7000-8000-000000000001".into(), ..VisitForm::default() }
    }

    fn check(form: &VisitForm) -> VisitDraft {
        form.check(now(), |at| at.date_naive()).unwrap()
    }

    fn ms(at: DateTime<Utc>) -> String {
        at.timestamp_millis().to_string()
    }

    #[test]
    fn a_page_without_scripts_says_nothing_but_the_customer() {
        let draft = check(&form());
        assert_eq!((draft.kind, draft.fix, draft.no_fix), (Kind::In, None, Some(NoFix::Chosen)));
        assert_eq!((draft.at, draft.captured_at, draft.skew_s), (now(), now(), 0));
        assert_eq!(VisitForm::default().check(now(), |at| at.date_naive()).unwrap_err()[0], Violation::new("customer", "required"));
    }

    #[test]
    fn a_wrong_clock_is_put_right_and_nothing_is_in_the_future() {
        let ahead = now() + Duration::minutes(30);
        let draft = check(&VisitForm { captured_at: ms(ahead - Duration::minutes(60)), sent_at: ms(ahead), ..form() });
        assert_eq!((draft.skew_s, draft.at), (1_800, now() - Duration::minutes(60)));
        let draft = check(&VisitForm { captured_at: ms(ahead), sent_at: ms(now()), ..form() });
        assert_eq!(draft.at, now());
        let draft = check(&VisitForm { captured_at: "never".into(), sent_at: "-4".into(), ..form() });
        assert_eq!((draft.at, draft.skew_s), (now(), 0));
    }

    #[test]
    fn a_position_that_cannot_be_read_is_none() {
        let placed = VisitForm { lat: "31.2304".into(), lon: "121.4737".into(), accuracy: "18.04".into(), fix_age: "3".into(), ..form() };
        let fix = check(&placed).fix.unwrap();
        assert_eq!((fix.accuracy_dm, fix.age_s, fix.source), (180, 3, Source::Live));
        for wrong in [
            VisitForm { lat: "91".into(), ..placed.clone() },
            VisitForm { lon: "NaN".into(), ..placed.clone() },
            VisitForm { accuracy: String::new(), ..placed.clone() },
            VisitForm { accuracy: "-1".into(), ..placed.clone() },
            VisitForm { accuracy: "inf".into(), ..placed.clone() },
        ] {
            let draft = check(&VisitForm { no_fix: "timeout".into(), ..wrong });
            assert_eq!((draft.fix, draft.no_fix), (None, Some(NoFix::Timeout)));
        }
    }

    #[test]
    fn a_step_in_the_past_is_left_out_and_not_refused() {
        let on = |next_on: &str| check(&VisitForm { next_on: next_on.into(), next_step: "call".into(), ..form() }).next_on;
        assert_eq!((on("2026-06-29"), on("soon")), (None, None));
        assert!(on("2026-06-30").is_some());
        // What was agreed yesterday for today, and sent tomorrow, holds.
        let draft = VisitForm { captured_at: ms(now() - Duration::days(1)), next_on: "2026-06-29".into(), ..form() };
        assert!(check(&draft).next_on.is_some());
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let found = VisitForm { note: "x".repeat(CONTENT_MAX + 1), id: "x".into(), ..form() }.check(now(), |at| at.date_naive());
        let found: Vec<_> = found.unwrap_err().into_iter().map(|v| (v.field, v.code)).collect();
        assert_eq!(found, [("id".into(), "unknown_value".into()), ("note".into(), "too_long".into())]);
    }
}
