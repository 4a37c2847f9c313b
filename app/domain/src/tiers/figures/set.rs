//! The sets of customers that the figures count, and their codes in an address.

use serde::{Deserialize, Serialize};

use crate::tiers::migration::Standing;
use crate::tiers::quarterly::Compared;
use crate::tiers::scores::{AbcClass, RfmClass};

/// A customer as the figures see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// What it bought in the last year, compared with the whole company.
    pub compared: Compared,
    /// One of the few that bring 80 per cent of the revenue of those shown.
    pub in_80: bool,
    /// Where it stood on the first date of a migration, and on the second.
    pub before: Standing,
    pub after: Standing,
}

/// A set of customers, of those that a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerSet {
    /// With revenue above zero.
    Paying,
    /// Without.
    WithoutRevenue,
    /// The fewest that bring 80 per cent of the revenue.
    Bringing80,
    /// Of this class by revenue, revenue above zero.
    Abc(AbcClass),
    /// With an order, so that there are scores.
    Scored,
    /// Without.
    Unscored,
    /// Of this RFM class.
    Rfm(RfmClass),
    /// With these scores of recency and frequency.
    Cell(u8, u8),
    /// Stood in the first on the first date and in the second on the second.
    Moved(Standing, Standing),
    /// Stood there on the first date and was or became a customer.
    Before(Standing),
    /// Stood there on the second date.
    After(Standing),
    /// Customers on both dates.
    Both,
    /// Of those, in a better tier than before.
    Promoted,
    /// In a worse one.
    Demoted,
    /// In the same one.
    Stayed,
}

impl CustomerSet {
    /// Whether the customer is one of them.
    #[must_use]
    pub fn has(self, customer: &Subject) -> bool {
        let Subject { compared, in_80, before, after } = customer;
        let facts = &compared.facts;
        let paying = facts.paid_minor > 0;
        // Better tiers come first.
        let moved = before.tier().zip(after.tier()).map(|(from, to)| to.cmp(&from));
        let counted = *before != Standing::Absent || *after != Standing::Absent;
        match self {
            Self::Paying => paying,
            Self::WithoutRevenue => !paying,
            Self::Bringing80 => *in_80,
            Self::Abc(class) => paying && facts.abc == class,
            Self::Scored => facts.rfm.is_some(),
            Self::Unscored => facts.rfm.is_none(),
            Self::Rfm(class) => facts.rfm.is_some_and(|rfm| rfm.class == class),
            Self::Cell(r, f) => facts.rfm.is_some_and(|rfm| (rfm.scores.r, rfm.scores.f) == (r, f)),
            Self::Moved(from, to) => counted && (*before, *after) == (from, to),
            Self::Before(standing) => counted && *before == standing,
            Self::After(standing) => counted && *after == standing,
            Self::Both => moved.is_some(),
            Self::Promoted => moved.is_some_and(std::cmp::Ordering::is_lt),
            Self::Demoted => moved.is_some_and(std::cmp::Ordering::is_gt),
            Self::Stayed => moved.is_some_and(std::cmp::Ordering::is_eq),
        }
    }

    /// Whether it is about two dates.
    #[must_use]
    pub const fn goes_by_dates(self) -> bool {
        matches!(self, Self::Moved(..) | Self::Before(_) | Self::After(_) | Self::Both | Self::Promoted | Self::Demoted | Self::Stayed)
    }

    /// Its code in an address: `moved.ordinary.vip`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Paying => "paying".to_owned(),
            Self::WithoutRevenue => "without".to_owned(),
            Self::Bringing80 => "first80".to_owned(),
            Self::Abc(class) => format!("abc.{class}"),
            Self::Scored => "scored".to_owned(),
            Self::Unscored => "unscored".to_owned(),
            Self::Rfm(class) => format!("rfm.{class}"),
            Self::Cell(r, f) => format!("cell.{r}.{f}"),
            Self::Moved(from, to) => format!("moved.{}.{}", from.code(), to.code()),
            Self::Before(standing) => format!("before.{}", standing.code()),
            Self::After(standing) => format!("after.{}", standing.code()),
            Self::Both => "both".to_owned(),
            Self::Promoted => "promoted".to_owned(),
            Self::Demoted => "demoted".to_owned(),
            Self::Stayed => "stayed".to_owned(),
        }
    }

    /// The set of a code; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let mut parts = code.split('.');
        let (name, first, second) = (parts.next()?, parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        Some(match (name, first, second) {
            ("paying", None, _) => Self::Paying,
            ("without", None, _) => Self::WithoutRevenue,
            ("first80", None, _) => Self::Bringing80,
            ("abc", Some(class), None) => Self::Abc(AbcClass::parse(class)?),
            ("scored", None, _) => Self::Scored,
            ("unscored", None, _) => Self::Unscored,
            ("rfm", Some(class), None) => Self::Rfm(RfmClass::parse(class)?),
            ("cell", Some(r), Some(f)) => Self::Cell(score(r)?, score(f)?),
            ("moved", Some(from), Some(to)) => Self::Moved(Standing::parse(from)?, Standing::parse(to)?),
            ("before", Some(standing), None) => Self::Before(Standing::parse(standing)?),
            ("after", Some(standing), None) => Self::After(Standing::parse(standing)?),
            ("both", None, _) => Self::Both,
            ("promoted", None, _) => Self::Promoted,
            ("demoted", None, _) => Self::Demoted,
            ("stayed", None, _) => Self::Stayed,
            _ => return None,
        })
    }
}

fn score(text: &str) -> Option<u8> {
    text.parse().ok().filter(|score| (1..=5).contains(score))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::Tier::{Ordinary, Vip};
    use crate::tiers::{Rfm, RfmScores};
    use Standing::{Absent, In};

    /// Every set there is.
    pub fn all() -> Vec<CustomerSet> {
        use CustomerSet::*;
        let plain = [Paying, WithoutRevenue, Bringing80, Scored, Unscored, Both, Promoted, Demoted, Stayed];
        let standings = Standing::ALL.into_iter();
        plain
            .into_iter()
            .chain(AbcClass::ALL.iter().map(|&class| Abc(class)))
            .chain(RfmClass::ALL.iter().map(|&class| Rfm(class)))
            .chain((1..=5).flat_map(|r| (1..=5).map(move |f| Cell(r, f))))
            .chain(standings.clone().flat_map(|from| Standing::ALL.into_iter().map(move |to| Moved(from, to))))
            .chain(standings.clone().map(Before))
            .chain(standings.map(After))
            .collect()
    }

    #[test]
    fn codes_come_back() {
        for set in all() {
            assert_eq!(CustomerSet::parse(&set.code()), Some(set), "{set:?}");
        }
        for broken in [
            "",
            "all",
            "paying.1",
            "abc",
            "abc.D",
            "rfm.x",
            "cell.0.1",
            "cell.6.1",
            "cell.1",
            "moved.vip",
            "moved.vip.gold",
            "moved.vip.vip.vip",
        ] {
            assert_eq!(CustomerSet::parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_customer_is_in_one_set_of_each_kind() {
        let rfm = Rfm { scores: RfmScores { r: 5, f: 3, m: 4 }, class: RfmClass::ImportantDevelop };
        let mut customer = Subject { compared: Compared::NOTHING, in_80: false, before: In(Ordinary), after: In(Vip) };
        customer.compared.facts.rfm = Some(rfm);
        customer.compared.facts.paid_minor = 5;
        customer.compared.facts.abc = AbcClass::B;
        let of = |customer: &Subject| all().into_iter().filter(|set| set.has(customer)).map(CustomerSet::code).collect::<Vec<_>>();
        let expected = [
            "paying",
            "scored",
            "both",
            "promoted",
            "abc.B",
            "rfm.important_develop",
            "cell.5.3",
            "moved.ordinary.vip",
            "before.ordinary",
            "after.vip",
        ];
        assert_eq!(of(&customer), expected);
        // One who came after the second date is in no set of two dates.
        let later = Subject { compared: Compared::NOTHING, in_80: false, before: Absent, after: Absent };
        assert_eq!(of(&later), ["without", "unscored"]);
        let fresh = Subject { after: In(Ordinary), ..later };
        assert_eq!(of(&fresh)[2..], ["moved.none.ordinary", "before.none", "after.ordinary"]);
    }
}
