//! What the company has set of its tiers: visits by channel, response time, discount
//! ceiling, offers. A tier that nobody has set is served as the house does
//! ([`TierService::house`]).
//!
//! A tier promises a contact by any channel, and of each channel that it names one more,
//! with a clock of its own. A field that is empty promises nothing.

use serde::{Deserialize, Serialize};

use super::after::{AFTER_SCORE_MAX, AFTER_WIN_MAX, After};
use super::names::{self, TierName};
use super::service::{TierService, VisitRule};
use crate::customers::Tier;
use crate::pipeline::form::parse_percent;
use crate::settings::percent;
use crate::violation::{Check, Violation};
use crate::work::FollowUpKind;

/// Longest time from one contact to the next, in days: two years.
pub const EVERY_DAYS_MAX: u32 = 730;
/// Longest response time, in hours: thirty days.
pub const RESPONSE_HOURS_MAX: i64 = 720;
/// Offers of one tier, one a line.
pub const OFFERS_MAX: usize = 10;
/// Characters of one offer.
pub const OFFER_MAX: usize = 60;

/// The service of every tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierServices {
    vip: TierService,
    ordinary: TierService,
    potential: TierService,
}

impl TierServices {
    /// The house's, with what the company has set in its place.
    #[must_use]
    pub fn new(set: impl IntoIterator<Item = (Tier, TierService)>) -> Self {
        let house = TierService::house;
        let mut all = Self { vip: house(Tier::Vip), ordinary: house(Tier::Ordinary), potential: house(Tier::Potential) };
        for (tier, service) in set {
            *match tier {
                Tier::Vip => &mut all.vip,
                Tier::Ordinary => &mut all.ordinary,
                Tier::Potential => &mut all.potential,
            } = service;
        }
        all
    }

    /// What this tier promises.
    #[must_use]
    pub const fn of(&self, tier: Tier) -> &TierService {
        match tier {
            Tier::Vip => &self.vip,
            Tier::Ordinary => &self.ordinary,
            Tier::Potential => &self.potential,
        }
    }
}

/// A tier on the settings page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierSettings {
    pub tier: Tier,
    /// Zero: nobody has set anything, and the house's service holds.
    pub version: i32,
    pub service: TierService,
    /// Its own name; `None` for the house's.
    pub name: Option<TierName>,
}

/// A tier's service as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TierForm {
    /// The tier's code.
    pub id: String,
    /// The version that the person saw.
    pub version: i32,
    pub request: String,
    /// Days from one contact to the next, by whatever channel.
    pub every_any: String,
    /// The same, by this channel alone.
    pub every_call: String,
    pub every_email: String,
    pub every_visit: String,
    pub every_wechat: String,
    pub every_video: String,
    pub every_meeting: String,
    /// Days after a win, days to the second visit after it, workdays after a low score; empty
    /// or 0 for none.
    pub after_win: String,
    pub after_again: String,
    pub after_score: String,
    /// Hours, with one decimal at most.
    pub response: String,
    /// Per cent of the list price.
    pub discount: String,
    /// One a line.
    pub offers: String,
    /// Its own name in both languages; both empty for the house's.
    pub name_zh: String,
    pub name_en: String,
    /// `1`: the house's name, whatever is typed.
    pub reset: String,
}

/// [`TierForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierDraft {
    pub tier: Tier,
    pub service: TierService,
    pub name: Option<TierName>,
}

impl TierForm {
    /// The fields of contacts: name, channel (`None`: any), as typed.
    fn visits(&self) -> [(&'static str, Option<FollowUpKind>, &String); 7] {
        [
            ("every_any", None, &self.every_any),
            ("every_call", Some(FollowUpKind::Call), &self.every_call),
            ("every_visit", Some(FollowUpKind::Visit), &self.every_visit),
            ("every_wechat", Some(FollowUpKind::Wechat), &self.every_wechat),
            ("every_video", Some(FollowUpKind::Video), &self.every_video),
            ("every_email", Some(FollowUpKind::Email), &self.every_email),
            ("every_meeting", Some(FollowUpKind::Meeting), &self.every_meeting),
        ]
    }

    /// Refuses an unknown tier, days below 1 or above [`EVERY_DAYS_MAX`], visits after events
    /// that are too late or in the wrong order, hours below 0.1 or above [`RESPONSE_HOURS_MAX`], a discount beyond 0 to 100 per cent, and too
    /// many or too long offers.
    pub fn check(&self) -> Result<TierDraft, Vec<Violation>> {
        let mut check = Check::default();
        let tier = check.required("id", &self.id, "unknown_value", Tier::parse).unwrap_or(Tier::Ordinary);
        let visits = self.visits().into_iter().filter_map(|(field, channel, typed)| {
            let every_days = days(&mut check, field, typed)?;
            Some(VisitRule { channels: channel.into_iter().collect(), every_days })
        });
        let visits = visits.collect();
        let mut after = |field, typed: &str, max| {
            let days = check.optional(field, typed, "not_a_whole_number", |text| text.parse::<u32>().ok()).unwrap_or(0);
            if days > max {
                check.refuse(Violation::new(field, "too_large_max").with("max", max));
            }
            days
        };
        let after = After {
            win: after("after_win", &self.after_win, AFTER_WIN_MAX),
            again: after("after_again", &self.after_again, AFTER_WIN_MAX),
            score: after("after_score", &self.after_score, AFTER_SCORE_MAX),
        };
        if after.again > 0 && after.again <= after.win {
            check.refuse(Violation::new("after_again", "not_after_first"));
        }
        let response_minutes = check.optional("response", &self.response, "not_hours", parse_hours);
        match response_minutes {
            Some(..=0) => check.refuse(Violation::new("response", "too_small_min").with("min", "0.1")),
            Some(minutes) if minutes > RESPONSE_HOURS_MAX * 60 => {
                check.refuse(Violation::new("response", "too_large_max").with("max", RESPONSE_HOURS_MAX));
            }
            _ => {}
        }
        let discount = check.optional("discount", &self.discount, "not_a_percentage", parse_percent);
        let offers: Vec<String> = self.offers.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if offers.len() > OFFERS_MAX {
            check.refuse(Violation::new("offers", "too_many_lines").with("max", OFFERS_MAX));
        }
        if offers.iter().any(|offer| offer.chars().count() > OFFER_MAX) {
            check.refuse(Violation::new("offers", "line_too_long").with("max", OFFER_MAX));
        }
        let name = if self.reset == "1" { None } else { names::read(&mut check, &self.name_zh, &self.name_en) };
        let service = TierService { visits, response_minutes, discount_ceiling_bp: discount.map(i64::from), offers, after };
        check.finish(TierDraft { tier, service, name })
    }
}

impl TierSettings {
    /// The form of the tier as it is.
    #[must_use]
    pub fn form(&self) -> TierForm {
        let every = |channel: Option<FollowUpKind>| {
            let rule = self.service.visits.iter().find(|rule| match channel {
                None => rule.channels.is_empty(),
                Some(channel) => rule.channels == [channel],
            });
            rule.map(|rule| rule.every_days.to_string()).unwrap_or_default()
        };
        TierForm {
            id: self.tier.code().to_owned(),
            version: self.version,
            request: String::new(),
            every_any: every(None),
            every_call: every(Some(FollowUpKind::Call)),
            every_email: every(Some(FollowUpKind::Email)),
            every_visit: every(Some(FollowUpKind::Visit)),
            every_wechat: every(Some(FollowUpKind::Wechat)),
            every_video: every(Some(FollowUpKind::Video)),
            every_meeting: every(Some(FollowUpKind::Meeting)),
            after_win: self.service.after.win.to_string(),
            after_again: self.service.after.again.to_string(),
            after_score: self.service.after.score.to_string(),
            response: self.service.response_minutes.map(hours).unwrap_or_default(),
            discount: self.service.discount_ceiling_bp.and_then(|bp| i32::try_from(bp).ok()).map(percent).unwrap_or_default(),
            offers: self.service.offers.join("\n"),
            name_zh: self.name.as_ref().map(|name| name.zh.clone()).unwrap_or_default(),
            name_en: self.name.as_ref().map(|name| name.en.clone()).unwrap_or_default(),
            reset: String::new(),
        }
    }
}

fn days(check: &mut Check, field: &'static str, typed: &str) -> Option<u32> {
    let days = check.optional(field, typed, "not_a_whole_number", |text| text.parse::<i64>().ok())?;
    match u32::try_from(days) {
        Ok(days) if days > EVERY_DAYS_MAX => check.refuse(Violation::new(field, "too_large_max").with("max", EVERY_DAYS_MAX)),
        Ok(days @ 1..) => return Some(days),
        Err(_) if days > 0 => check.refuse(Violation::new(field, "too_large_max").with("max", EVERY_DAYS_MAX)),
        Ok(0) | Err(_) => check.refuse(Violation::new(field, "too_small_min").with("min", 1)),
    }
    None
}

/// Reads `2` or `0.5` hours as minutes; not below zero, one decimal at most.
#[must_use]
pub fn parse_hours(text: &str) -> Option<i64> {
    let (whole, tenths) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 6) || !digits(tenths, 1) {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 60 + tenths.parse::<i64>().ok()? * 6)
}

/// Minutes as [`parse_hours`] reads them: `2` or `0.5`.
#[must_use]
pub fn hours(minutes: i64) -> String {
    if minutes % 60 == 0 { (minutes / 60).to_string() } else { format!("{}.{}", minutes / 60, minutes % 60 / 6) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> TierForm {
        TierForm {
            id: "vip".into(),
            every_any: " 30 ".into(),
            every_visit: "60".into(),
            after_win: "5".into(),
            after_again: "20".into(),
            after_score: "1".into(),
            response: "0.5".into(),
            discount: "12.5".into(),
            offers: " yearly inspection \n\n a seat at the table ".into(),
            ..TierForm::default()
        }
    }

    fn codes(form: &TierForm) -> Vec<String> {
        form.check().err().into_iter().flatten().map(|v| v.to_string()).collect()
    }

    #[test]
    fn a_tier_says_what_it_promises_and_reads_back() {
        let draft = form().check().expect("all is well");
        assert_eq!(draft.name, None);
        let visits =
            vec![VisitRule { channels: vec![], every_days: 30 }, VisitRule { channels: vec![FollowUpKind::Visit], every_days: 60 }];
        let offers = vec!["yearly inspection".to_owned(), "a seat at the table".to_owned()];
        assert_eq!(
            draft.service,
            TierService {
                visits,
                response_minutes: Some(30),
                discount_ceiling_bp: Some(1_250),
                offers,
                after: After { win: 5, again: 20, score: 1 }
            }
        );
        let settings = TierSettings { tier: draft.tier, version: 3, service: draft.service.clone(), name: None };
        let again = settings.form();
        assert_eq!((again.version, again.response.as_str(), again.discount.as_str()), (3, "0.5", "12.50"));
        assert_eq!(again.check(), Ok(draft));
    }

    #[test]
    fn every_channel_has_a_field_that_reads_back() {
        let typed = TierForm {
            every_any: "1".into(),
            every_call: "2".into(),
            every_email: "3".into(),
            every_visit: "4".into(),
            every_wechat: "5".into(),
            every_video: "6".into(),
            every_meeting: "730".into(),
            ..form()
        };
        let service = typed.check().expect("all is well").service;
        assert_eq!(service.visits.len(), 7);
        let again = TierSettings { tier: Tier::Vip, version: 0, service, name: None }.form();
        assert_eq!(again.visits().map(|(_, _, text)| text.clone()), typed.visits().map(|(_, _, text)| text.clone()));
    }

    #[test]
    fn an_empty_form_promises_nothing() {
        let empty = TierForm { id: "ordinary".into(), ..TierForm::default() };
        let service = TierService { visits: vec![], response_minutes: None, discount_ceiling_bp: None, offers: vec![], after: After::NONE };
        assert_eq!(empty.check(), Ok(TierDraft { tier: Tier::Ordinary, service, name: None }));
    }

    #[test]
    fn every_field_says_what_is_wrong_with_it() {
        let wrong = TierForm {
            id: "gold".into(),
            every_any: "0".into(),
            every_call: "731".into(),
            every_email: "1.5".into(),
            every_visit: "-3".into(),
            every_wechat: "99999999999".into(),
            every_video: "soon".into(),
            response: "1.25".into(),
            discount: "101".into(),
            offers: "x\n".repeat(OFFERS_MAX + 1),
            ..TierForm::default()
        };
        let expected = [
            "id: unknown_value",
            "every_any: too_small_min",
            "every_call: too_large_max",
            "every_visit: too_small_min",
            "every_wechat: too_large_max",
            "every_video: not_a_whole_number",
            "every_email: not_a_whole_number",
            "response: not_hours",
            "discount: not_a_percentage",
            "offers: too_many_lines",
        ];
        assert_eq!(codes(&wrong), expected);
        let late = TierForm { after_win: "91".into(), after_again: "-1".into(), after_score: "21".into(), ..form() };
        assert_eq!(codes(&late), ["after_win: too_large_max", "after_again: not_a_whole_number", "after_score: too_large_max"]);
        assert_eq!(codes(&TierForm { after_win: "20".into(), ..form() }), ["after_again: not_after_first"]);
        assert_eq!(codes(&TierForm { response: "0".into(), ..form() }), ["response: too_small_min"]);
        assert_eq!(codes(&TierForm { response: "720.1".into(), ..form() }), ["response: too_large_max"]);
        assert_eq!(codes(&TierForm { offers: "x".repeat(OFFER_MAX + 1), ..form() }), ["offers: line_too_long"]);
    }

    #[test]
    fn a_name_reads_back_and_can_be_given_up() {
        let named = TierForm { name_zh: "金牌".into(), name_en: "Gold".into(), ..form() };
        let draft = named.check().expect("all is well");
        assert_eq!(draft.name, Some(TierName { zh: "金牌".into(), en: "Gold".into() }));
        let settings = TierSettings { tier: draft.tier, version: 1, service: draft.service.clone(), name: draft.name.clone() };
        assert_eq!(settings.form().check(), Ok(draft));
        assert_eq!(TierForm { reset: "1".into(), ..named }.check().expect("all is well").name, None);
        assert_eq!(codes(&TierForm { name_en: "Gold".into(), ..form() }), ["name_zh: required"]);
    }

    #[test]
    fn hours_read_back_as_written() {
        for text in ["0.1", "0.5", "2", "7.9", "720"] {
            assert_eq!(parse_hours(text).map(hours).as_deref(), Some(text));
        }
        for wrong in ["", ".", ".5", "1.", "1.25", "-1", "1e2", "two", "1000000", "1.x"] {
            assert_eq!(parse_hours(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_not_set_is_as_the_house_has_it() {
        let set = form().check().expect("all is well").service;
        let services = TierServices::new([(Tier::Vip, set.clone())]);
        assert_eq!(services.of(Tier::Vip), &set);
        assert_eq!(services.of(Tier::Ordinary), &TierService::house(Tier::Ordinary));
        assert_eq!(services.of(Tier::Potential), &TierService::house(Tier::Potential));
    }
}
