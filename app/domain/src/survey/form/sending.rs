//! When a survey asks by itself, and whom a person asks.

use crate::ids::{ContactId, CustomerId, PlanId, SurveyId};
use crate::survey::sending::{DAYS_MAX, QUIET_DAYS, Schedule, VALID_DAYS};
use crate::violation::{Check, Violation};
use serde::{Deserialize, Serialize};

/// Links that are made at once; their tokens fit into an address.
pub const INVITED_MAX: usize = 30;

/// Whom a survey asks by itself, and how long a link lives, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendingForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub anonymous: String,
    pub valid_days: String,
    pub quiet_days: String,
    pub every_vip: String,
    pub every_ordinary: String,
    pub every_potential: String,
    pub after_won_days: String,
    pub after_ticket_days: String,
}

/// [`SendingForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// Whether who answers may leave out company and name.
    pub anonymous: bool,
    pub valid_days: u32,
    pub quiet_days: u32,
    pub schedule: Schedule,
}

impl Default for Sending {
    fn default() -> Self {
        Self { anonymous: true, valid_days: VALID_DAYS, quiet_days: QUIET_DAYS, schedule: Schedule::default() }
    }
}

impl SendingForm {
    /// As it is typed again.
    #[must_use]
    pub fn of(sending: &Sending) -> Self {
        let days = |days: Option<u32>| days.map(|n| n.to_string()).unwrap_or_default();
        let [vip, ordinary, potential] = sending.schedule.every_days.map(days);
        Self {
            anonymous: if sending.anonymous { "1".to_owned() } else { String::new() },
            valid_days: sending.valid_days.to_string(),
            quiet_days: sending.quiet_days.to_string(),
            every_vip: vip,
            every_ordinary: ordinary,
            every_potential: potential,
            after_won_days: days(sending.schedule.after_won_days),
            after_ticket_days: days(sending.schedule.after_ticket_days),
            ..Self::default()
        }
    }

    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn check(&self) -> Result<Sending, Vec<Violation>> {
        let mut check = Check::default();
        let mut days = |field: &str, text: &str, least: u32| {
            let days = check.optional(field, text, "not_a_whole_number", |text| text.parse::<u32>().ok())?;
            if days < least {
                check.refuse(Violation::new(field, "too_small_min").with("min", least));
            } else if days > DAYS_MAX {
                check.refuse(Violation::new(field, "too_large_max").with("max", DAYS_MAX));
            }
            Some(days)
        };
        let sending = Sending {
            anonymous: !self.anonymous.is_empty(),
            valid_days: days("valid_days", &self.valid_days, 1).unwrap_or(VALID_DAYS),
            quiet_days: days("quiet_days", &self.quiet_days, 0).unwrap_or(QUIET_DAYS),
            schedule: Schedule {
                every_days: [
                    days("every_vip", &self.every_vip, 7),
                    days("every_ordinary", &self.every_ordinary, 7),
                    days("every_potential", &self.every_potential, 7),
                ],
                after_won_days: days("after_won_days", &self.after_won_days, 0),
                after_ticket_days: days("after_ticket_days", &self.after_ticket_days, 0),
            },
        };
        check.finish(sending)
    }
}

/// One line of [`InviteForm`]; without `on` it does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteLine {
    pub on: String,
    pub customer: String,
    pub contact: String,
    /// An invitation that waits for its link, or whose link is made anew.
    pub invitation: String,
}

/// Links for chosen customers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    pub id: String,
    pub request: String,
    /// The plan whose second survey this is.
    pub plan: String,
    pub lines: Vec<InviteLine>,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    New { customer: CustomerId, contact: Option<ContactId> },
    Known(crate::ids::InvitationId),
}

impl InviteForm {
    /// # Errors
    ///
    /// `nobody_chosen`, `too_many_chosen`, `unknown_value`.
    pub fn check(&self) -> Result<(SurveyId, Option<PlanId>, Vec<Invited>), Vec<Violation>> {
        let mut check = Check::default();
        let survey = check.required("", &self.id, "unknown_value", SurveyId::parse);
        let plan = check.optional("", &self.plan, "unknown_value", PlanId::parse);
        let mut chosen = Vec::new();
        for line in self.lines.iter().filter(|line| !line.on.is_empty()) {
            if let Some(known) = check.optional("", &line.invitation, "unknown_value", crate::ids::InvitationId::parse) {
                chosen.push(Invited::Known(known));
            } else if let Some(customer) = check.required("", &line.customer, "unknown_value", CustomerId::parse) {
                chosen.push(Invited::New { customer, contact: check.optional("", &line.contact, "unknown_value", ContactId::parse) });
            }
        }
        if chosen.is_empty() {
            check.refuse(Violation::new("", "nobody_chosen"));
        } else if chosen.len() > INVITED_MAX {
            check.refuse(Violation::new("", "too_many_chosen").with("max", INVITED_MAX));
        }
        check.finish_some(survey.map(|survey| (survey, plan, chosen)))
    }
}
