//! Who went from which tier to which between two dates.

use serde::{Deserialize, Serialize};

use crate::customers::Tier;

/// Where a customer stood on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// In this tier.
    In(Tier),
    /// Not a customer yet, or no longer.
    Absent,
}

/// How many customers went from each standing to each: a square of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Migration {
    counts: [[u64; SIDE]; SIDE],
}

const SIDE: usize = Tier::ALL.len() + 1;

impl Standing {
    /// The tiers from the best down, then those without one.
    pub const ALL: [Self; SIDE] = [Self::In(Tier::Vip), Self::In(Tier::Ordinary), Self::In(Tier::Potential), Self::Absent];

    /// Its code in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::In(tier) => tier.code(),
            Self::Absent => "none",
        }
    }

    /// The standing of a code; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        if code == "none" { Some(Self::Absent) } else { Tier::parse(code).map(Self::In) }
    }

    /// The tier, if it is one.
    #[must_use]
    pub const fn tier(self) -> Option<Tier> {
        match self {
            Self::In(tier) => Some(tier),
            Self::Absent => None,
        }
    }
}

impl Migration {
    /// Counts one customer.
    pub fn add(&mut self, from: Standing, to: Standing) {
        self.counts[index(from)][index(to)] += 1;
    }

    /// Adds the counts of another part.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().flatten().zip(other.counts.iter().flatten()) {
            *mine += theirs;
        }
    }

    /// How many went from one standing to another.
    #[must_use]
    pub fn count(&self, from: Standing, to: Standing) -> u64 {
        self.counts[index(from)][index(to)]
    }

    /// How many stood there on the first date.
    #[must_use]
    pub fn before(&self, standing: Standing) -> u64 {
        self.counts[index(standing)].iter().sum()
    }

    /// How many stood there on the second date.
    #[must_use]
    pub fn after(&self, standing: Standing) -> u64 {
        self.counts.iter().map(|row| row[index(standing)]).sum()
    }

    /// How many were customers on both dates.
    #[must_use]
    pub fn both(&self) -> u64 {
        self.of_both(|_, _| true)
    }

    /// How many of them are in the same tier as before.
    #[must_use]
    pub fn stayed(&self) -> u64 {
        self.of_both(|from, to| from == to)
    }

    /// How many became customers between the dates.
    #[must_use]
    pub fn came(&self) -> u64 {
        Tier::ALL.iter().map(|&tier| self.count(Standing::Absent, Standing::In(tier))).sum()
    }

    /// How many are in a better tier than before, of those present on both dates.
    #[must_use]
    pub fn promoted(&self) -> u64 {
        self.of_both(|from, to| to < from)
    }

    /// How many are in a worse one.
    #[must_use]
    pub fn demoted(&self) -> u64 {
        self.of_both(|from, to| to > from)
    }

    // The order of [`Tier::ALL`] is from the best down.
    fn of_both(&self, wanted: impl Fn(usize, usize) -> bool) -> u64 {
        let tiers = 0..Tier::ALL.len();
        tiers
            .clone()
            .flat_map(|from| tiers.clone().map(move |to| (from, to)))
            .filter(|&(f, t)| wanted(f, t))
            .map(|(f, t)| self.counts[f][t])
            .sum()
    }
}

const fn index(standing: Standing) -> usize {
    match standing {
        Standing::In(Tier::Vip) => 0,
        Standing::In(Tier::Ordinary) => 1,
        Standing::In(Tier::Potential) => 2,
        Standing::Absent => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{Absent, In};

    #[test]
    fn rows_and_columns_add_up_to_the_customers_of_a_date() {
        let mut matrix = Migration::default();
        for (from, to) in [
            (In(Tier::Vip), In(Tier::Vip)),
            (In(Tier::Vip), In(Tier::Ordinary)),
            (In(Tier::Ordinary), In(Tier::Vip)),
            (In(Tier::Potential), In(Tier::Vip)),
            (Absent, In(Tier::Potential)),
            (In(Tier::Ordinary), Absent),
        ] {
            matrix.add(from, to);
        }
        assert_eq!((matrix.before(In(Tier::Vip)), matrix.after(In(Tier::Vip))), (2, 3));
        assert_eq!((matrix.promoted(), matrix.demoted()), (2, 1));
        assert_eq!((matrix.both(), matrix.stayed(), matrix.came()), (4, 1, 1));
        assert_eq!(matrix.count(Absent, In(Tier::Potential)), 1);
        let mut twice = matrix;
        twice.merge(&matrix);
        assert_eq!((twice.promoted(), twice.before(Absent)), (4, 2));
    }

    #[test]
    fn the_order_of_the_tiers_is_the_order_of_the_square() {
        for (place, &tier) in Tier::ALL.iter().enumerate() {
            assert_eq!(index(In(tier)), place);
        }
        assert_eq!(index(Absent), SIDE - 1);
        for (place, standing) in Standing::ALL.into_iter().enumerate() {
            assert_eq!((index(standing), Standing::parse(standing.code())), (place, Some(standing)));
        }
        assert_eq!(Standing::parse("gold"), None);
    }
}
