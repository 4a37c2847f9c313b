//! Quotes: what is offered to a customer for a deal, at which prices, and who lets a
//! discount pass. [`sums`] adds lines up, [`form`] reads what is typed, [`books`] are the
//! prices, [`view`] is what pages show.
//!
//! A quote belongs to its deal, as contracts do: customer, owner and unit are the deal's.
//! Amounts are with tax and in the quote's currency, which is that of the deal on the day
//! the quote was made. What was sent is never changed: a further revision takes its place
//! and the old one stays to be read.
//!
//! Not here: what tiers promise ([`crate::tiers::settings`], where the ceiling is), and
//! contracts ([`crate::contracts`]).

pub mod books;
pub mod form;
pub mod sums;
pub mod view;

use crate::codes;
use crate::ids::{UnitId, UserId};
use crate::policy::{Action, Ownership};
use crate::policy::{Actor, Role, grant};
use crate::violation::Violation;
use chrono::NaiveDate;

/// Lines of one quote.
pub const LINES_MAX: usize = 50;
/// Revisions of one quote.
pub const REVISIONS_MAX: i32 = 99;
/// Days that a new quote holds, if nobody says otherwise.
pub const VALID_DAYS: u64 = 30;

codes! {
    /// How far a quote is.
    QuoteStatus {
        /// Being written.
        Draft = "draft",
        /// Its discount is above the tier's ceiling; somebody must let it pass.
        Waiting = "waiting",
        /// May be sent as it is.
        Approved = "approved",
        /// May not; it is changed first.
        Refused = "refused",
        /// With the customer, and binding up to its day.
        Sent = "sent",
        Accepted = "accepted",
        Declined = "declined",
        /// Sent, not answered, and its day is over. Never written: it follows from the day.
        Expired = "expired",
        /// A further revision has taken its place.
        Replaced = "replaced",
    }
}

codes! {
    /// What can be done with a quote.
    QuoteStep {
        /// Ask somebody above to let the discount pass.
        Ask = "ask",
        Withdraw = "withdraw",
        Approve = "approve",
        Refuse = "refuse",
        Send = "send",
        Accept = "accept",
        Decline = "decline",
        /// Begin a further revision.
        Revise = "revise",
    }
}

/// What decides which step is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// As it is written.
    pub status: QuoteStatus,
    pub valid_until: NaiveDate,
    /// The discount is above the ceiling of the customer's tier.
    pub above: bool,
}

impl QuoteStatus {
    /// As it stands on a day: what was sent and not answered in time has expired.
    #[must_use]
    pub fn on(self, valid_until: NaiveDate, today: NaiveDate) -> Self {
        if matches!(self, Self::Sent) && valid_until < today { Self::Expired } else { self }
    }

    /// Whether lines and terms may be changed; then it is a draft again.
    #[must_use]
    pub const fn may_change(self) -> bool {
        matches!(self, Self::Draft | Self::Approved | Self::Refused)
    }
}

impl QuoteStep {
    /// Whether it is a decision of somebody above, and not the owner's.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Refuse)
    }

    /// Whether it must say why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Refuse | Self::Decline)
    }
}

/// The steps that a quote offers today, those of the owner and those of who decides.
#[must_use]
pub fn steps(facts: Facts, today: NaiveDate) -> Vec<QuoteStep> {
    QuoteStep::ALL.iter().copied().filter(|step| after(facts, *step, today).is_ok()).collect()
}

/// What a quote becomes by a step. A discount above the ceiling is sent only after
/// somebody let it pass, and one that is below needs nobody.
///
/// # Errors
///
/// `quote_not_next`; `quote_needs_approval` and `quote_within_ceiling`; `quote_past` for
/// sending what would have expired already.
pub fn after(facts: Facts, step: QuoteStep, today: NaiveDate) -> Result<QuoteStatus, Violation> {
    use QuoteStatus as S;
    use QuoteStep as Do;
    let refused = |code: &str| Err(Violation::new("", code));
    match (facts.status.on(facts.valid_until, today), step) {
        (S::Draft, Do::Send) if facts.above => refused("quote_needs_approval"),
        (S::Draft | S::Approved, Do::Send) if facts.valid_until < today => refused("quote_past"),
        (S::Draft | S::Approved, Do::Send) => Ok(S::Sent),
        (S::Draft, Do::Ask) if facts.above => Ok(S::Waiting),
        (S::Draft, Do::Ask) => refused("quote_within_ceiling"),
        (S::Waiting, Do::Withdraw) => Ok(S::Draft),
        (S::Waiting, Do::Approve) => Ok(S::Approved),
        (S::Waiting, Do::Refuse) => Ok(S::Refused),
        (S::Sent, Do::Accept) => Ok(S::Accepted),
        (S::Sent | S::Expired, Do::Decline) => Ok(S::Declined),
        (S::Sent | S::Expired | S::Declined, Do::Revise) => Ok(S::Replaced),
        _ => refused("quote_not_next"),
    }
}

/// Whose discount waits, and who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Of the deal.
    pub owner: UserId,
    pub unit: UnitId,
    /// The owner manages their unit: then its other managers are beside, not above.
    pub owner_manages: bool,
    pub by: Option<UserId>,
}

/// Whether this person lets the discount pass or not: an administrator, or a manager above
/// the owner in the tree; never who owns the deal or who asked.
///
/// # Errors
///
/// `quote_own_approval`, `quote_not_above`.
pub fn may_decide(actor: &Actor, asked: &Asked) -> Result<(), Violation> {
    let refused = |code: &str| Err(Violation::new("", code));
    if actor.id == asked.owner || Some(actor.id) == asked.by {
        return refused("quote_own_approval");
    }
    let owned = Ownership { owner: Some(asked.owner), unit: asked.unit };
    let beside = actor.role != Role::Administrator && asked.owner_manages && asked.unit == actor.unit;
    if beside || grant(actor, Action::ApproveQuotes, &owned).is_err() { refused("quote_not_above") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn facts(status: QuoteStatus, above: bool) -> Facts {
        Facts { status, valid_until: on("2026-07-15"), above }
    }

    fn does(status: QuoteStatus, above: bool, step: QuoteStep) -> Result<QuoteStatus, String> {
        after(facts(status, above), step, on("2026-07-01")).map_err(|found| found.code)
    }

    #[test]
    fn what_is_above_the_ceiling_goes_out_only_approved() {
        use QuoteStatus::{Approved, Draft, Refused, Sent, Waiting};
        assert_eq!(does(Draft, false, QuoteStep::Send), Ok(Sent));
        assert_eq!(does(Draft, false, QuoteStep::Ask), Err("quote_within_ceiling".into()));
        assert_eq!(does(Draft, true, QuoteStep::Send), Err("quote_needs_approval".into()));
        assert_eq!(does(Draft, true, QuoteStep::Ask), Ok(Waiting));
        assert_eq!(does(Waiting, true, QuoteStep::Send), Err("quote_not_next".into()));
        assert_eq!(does(Waiting, true, QuoteStep::Approve), Ok(Approved));
        assert_eq!(does(Approved, true, QuoteStep::Send), Ok(Sent));
        assert_eq!(does(Waiting, true, QuoteStep::Refuse), Ok(Refused));
        assert_eq!(does(Refused, true, QuoteStep::Send), Err("quote_not_next".into()));
        assert!(Refused.may_change() && Approved.may_change() && !Waiting.may_change() && !Sent.may_change());
    }

    #[test]
    fn a_quote_expires_by_its_day_alone() {
        let sent = facts(QuoteStatus::Sent, false);
        assert_eq!(sent.status.on(sent.valid_until, on("2026-07-15")), QuoteStatus::Sent, "its last day counts");
        let late = on("2026-07-16");
        assert_eq!(sent.status.on(sent.valid_until, late), QuoteStatus::Expired);
        assert_eq!(after(sent, QuoteStep::Accept, late).map_err(|f| f.code), Err("quote_not_next".into()));
        assert_eq!(after(sent, QuoteStep::Revise, late), Ok(QuoteStatus::Replaced));
        assert_eq!(after(facts(QuoteStatus::Draft, false), QuoteStep::Send, late).map_err(|f| f.code), Err("quote_past".into()));
        assert_eq!(steps(sent, late), [QuoteStep::Decline, QuoteStep::Revise]);
        assert_eq!(steps(facts(QuoteStatus::Accepted, false), late), []);
        assert_eq!(QuoteStatus::Accepted.on(sent.valid_until, late), QuoteStatus::Accepted);
    }

    #[test]
    fn nobody_lets_their_own_discount_pass() {
        let (team, region) = (UnitId(Uuid::from_u128(10)), UnitId(Uuid::from_u128(1)));
        let id = |n: u128| UserId(Uuid::from_u128(n));
        let actor =
            |n: u128, role, unit, below: &[UnitId]| Actor { id: id(n), name: String::new(), role, unit, units_below: below.to_vec() };
        let lead = actor(1, Role::Manager, team, &[team]);
        let director = actor(2, Role::Manager, region, &[region, team]);
        let rep = actor(3, Role::Salesperson, team, &[team]);
        let admin = actor(4, Role::Administrator, region, &[region, team]);
        let other = actor(5, Role::Manager, UnitId(Uuid::from_u128(99)), &[UnitId(Uuid::from_u128(99))]);
        let asked = Asked { owner: id(3), unit: team, owner_manages: false, by: Some(id(3)) };
        let may = |actor: &Actor, asked: &Asked| may_decide(actor, asked).map_err(|found| found.code);
        assert_eq!(may(&rep, &asked), Err("quote_own_approval".into()));
        for above in [&lead, &director, &admin] {
            assert_eq!(may(above, &asked), Ok(()), "{}", above.id);
        }
        assert_eq!(may(&other, &asked), Err("quote_not_above".into()));
        // A manager's own is for those above, not for one beside.
        let own = Asked { owner: id(1), unit: team, owner_manages: true, by: Some(id(1)) };
        assert_eq!(may(&lead, &own), Err("quote_own_approval".into()));
        assert_eq!(may(&actor(6, Role::Manager, team, &[team]), &own), Err("quote_not_above".into()));
        assert_eq!(may(&director, &own), Ok(()));
        // Who asked in somebody else's name asks somebody else.
        let for_rep = Asked { by: Some(id(1)), ..asked };
        assert_eq!(may(&lead, &for_rep), Err("quote_own_approval".into()));
        assert_eq!(may(&admin, &Asked { owner: id(4), by: Some(id(4)), ..asked }), Err("quote_own_approval".into()));
    }
}
