//! Words and figures of the charts in the language of the page.

use super::asked::Asked;
use crate::why::class;
use domain::money::{Currency, Money};
use domain::tiers::Standing;
use domain::tiers::figures::{CustomerSet, TierFigures};
use i18n::Key;
use i18n::keys::{common, tiers};
use maud::{Markup, html};
use ui::{fmt, t, texts, words};

/// What everything here is drawn from.
pub struct Of<'a> {
    pub asked: &'a Asked,
    pub report: &'a TierFigures,
    /// What it is narrowed by, in words.
    pub filter: &'a str,
}

impl Of<'_> {
    /// A number that leads to its customers; nothing leads to none.
    pub fn link(&self, set: CustomerSet, n: u64, text: &str) -> Markup {
        if n == 0 {
            return html! { span { (text) } };
        }
        html! {
            a.an-open href=(self.asked.opened(set)) title=(label(set, n)) data-set=(set.code()) aria-current=[self.asked.current(set)] { (text) }
        }
    }

    /// The number of customers itself.
    pub fn count(&self, set: CustomerSet, n: u64) -> Markup {
        self.link(set, n, &number(n))
    }

    /// A set with its number, for how a figure was counted.
    pub fn rows(&self, set: CustomerSet, n: u64) -> Markup {
        self.link(set, n, &label(set, n))
    }

    pub fn money(&self, minor: i64) -> String {
        money(minor, self.report.currency)
    }
}

pub fn money(minor: i64, currency: Currency) -> String {
    words::money_text(Money { minor, currency })
}

pub fn number(n: u64) -> String {
    fmt::integer(i64::try_from(n).unwrap_or(i64::MAX))
}

pub fn rate(bp: Option<i64>) -> String {
    fmt::percent(bp, 1)
}

/// A text with its values.
pub fn said(key: Key, values: &[(&str, String)]) -> String {
    texts().fmt(key, &values.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
}

pub fn standing(standing: Standing) -> String {
    standing.tier().map_or_else(|| t(tiers::NOT_YET).to_owned(), words::tier)
}

/// The same where there is little room.
pub fn standing_short(standing: Standing) -> String {
    standing.tier().map_or_else(|| t(tiers::NOT_YET).to_owned(), words::tier_short)
}

/// What the customers of a set are called.
pub fn set(set: CustomerSet) -> String {
    let plain = match set {
        CustomerSet::Paying => tiers::SET_PAYING,
        CustomerSet::WithoutRevenue => tiers::SET_WITHOUT,
        CustomerSet::Bringing80 => tiers::SET_BRINGING_80,
        CustomerSet::Scored => tiers::SET_SCORED,
        CustomerSet::Unscored => tiers::SET_UNSCORED,
        CustomerSet::Both => tiers::SET_BOTH,
        CustomerSet::Promoted => tiers::SET_PROMOTED,
        CustomerSet::Demoted => tiers::SET_DEMOTED,
        CustomerSet::Stayed => tiers::SET_STAYED,
        CustomerSet::Abc(class) => return said(tiers::SET_ABC, &[("class", class.code().to_owned())]),
        CustomerSet::Rfm(of) => class(of),
        CustomerSet::Cell(r, f) => return said(tiers::SET_CELL, &[("r", r.to_string()), ("f", f.to_string())]),
        CustomerSet::Moved(from, to) => {
            return said(tiers::CHANGED, &[("from", standing(from).to_owned()), ("to", standing(to).to_owned())]);
        }
        CustomerSet::Before(of) => return said(tiers::SET_BEFORE, &[("tier", standing(of).to_owned())]),
        CustomerSet::After(of) => return said(tiers::SET_AFTER, &[("tier", standing(of).to_owned())]),
    };
    t(plain).to_owned()
}

/// A set with its number: `A 类 124 家`.
pub fn label(of: CustomerSet, n: u64) -> String {
    said(tiers::SET_N, &[("set", set(of)), ("n", number(n))])
}

/// What the page is narrowed by, in words.
pub fn filter(asked: &Asked, report: &TierFigures) -> String {
    let filter = &asked.query.filter;
    let found = |name: Option<&String>| name.cloned().unwrap_or_else(|| t(tiers::ONE_OF_THEM).to_owned());
    let owner = |id| found(report.choices.owners.iter().find(|one| one.0 == id).map(|one| &one.1));
    let team = |id| found(report.teams.iter().find(|one| one.0 == id).map(|one| &one.1));
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let parts = [
        text(&filter.region).map(|value| (common::REGION, value)),
        text(&filter.industry).map(|value| (common::INDUSTRY, value)),
        filter.team.map(|id| (common::TEAM, team(id))),
        filter.owner.map(|id| (common::OWNER, owner(id))),
        filter.late.then(|| (tiers::SERVICE, t(tiers::FALLS_SHORT).to_owned())),
    ];
    ui::how::narrowed(parts.into_iter().flatten(), tiers::EVERYBODY)
}
