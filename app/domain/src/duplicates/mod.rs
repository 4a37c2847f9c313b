//! Customers that look alike: by which keys, why, and how strongly; and what
//! becomes of two that are one ([`merge`]).
//!
//! A customer has a key for each [`Why`] ([`keys`]); two that share one look
//! alike. Not here: how a name sounds, which the store knows; and whose customers
//! somebody sees.

pub mod keys;
pub mod merge;
pub mod page;

pub use keys::{Keys, Shared};

use crate::codes;
use crate::ids::CustomerId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A key that more customers than this share says nothing about two of them: the
/// number of an exchange, the web address of a portal.
pub const SHARED_MAX: usize = 20;

codes! {
    /// Why two customers look alike, the strongest first.
    Why {
        /// Names read alike: case, width and blanks aside.
        Name = "name",
        /// The same tax number.
        Tax = "tax",
        /// The same telephone number.
        Phone = "phone",
        /// Names that differ only in blanks, signs and the form of the company.
        Core = "core",
        /// The same host of the web address.
        Web = "web",
        /// Names that sound alike and are written otherwise.
        Sound = "sound",
    }
}
codes! {
    /// How likely two customers are one.
    Strength { Strong = "strong", Weak = "weak" }
}

impl Why {
    #[must_use]
    pub const fn strength(self) -> Strength {
        match self {
            Self::Name | Self::Tax | Self::Phone => Strength::Strong,
            Self::Core | Self::Web | Self::Sound => Strength::Weak,
        }
    }

    /// The field of the form that it comes from.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name | Self::Core | Self::Sound => "name",
            Self::Tax => "tax_number",
            Self::Phone => "phone",
            Self::Web => "website",
        }
    }
}

/// Two customers that look alike; `a` has the smaller id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub a: CustomerId,
    pub b: CustomerId,
    /// What they share, the strongest first; never empty.
    pub shared: Vec<Shared>,
}

impl Pair {
    /// Strong with a strong reason, or with two weak ones.
    #[must_use]
    pub fn strength(&self) -> Strength {
        strength(self.shared.iter().map(|shared| shared.why))
    }

    /// Whether it is to be told: not if somebody said that the two are not the
    /// same, and they share nothing that they did not share then.
    #[must_use]
    pub fn is_told(&self, aside: Option<&BTreeSet<String>>) -> bool {
        aside.is_none_or(|seen| self.shared.iter().any(|shared| !seen.contains(&shared.mark())))
    }
}

/// Strong with a strong reason, or with two weak ones.
#[must_use]
pub fn strength(why: impl Iterator<Item = Why> + Clone) -> Strength {
    let strong = why.clone().any(|why| why.strength() == Strength::Strong) || why.count() > 1;
    if strong { Strength::Strong } else { Strength::Weak }
}

/// All pairs of customers that look alike, each once: strong ones first, then
/// those with more reasons, then by reasons and ids. The order of `customers` does
/// not matter.
///
/// Of more than [`SHARED_MAX`] that share a name or tax number each is told with
/// the next one by id, so that none is passed over; other keys that so many share
/// count for nothing.
#[must_use]
pub fn pairs<'a>(customers: impl IntoIterator<Item = (CustomerId, &'a Keys)>) -> Vec<Pair> {
    let known: HashMap<CustomerId, &Keys> = customers.into_iter().collect();
    let mut holders: BTreeMap<(Why, &str), Vec<CustomerId>> = BTreeMap::new();
    for (id, keys) in &known {
        for (why, key) in keys.each() {
            holders.entry((why, key)).or_default().push(*id);
        }
    }
    let mut found: BTreeMap<(CustomerId, CustomerId), BTreeMap<Why, &str>> = BTreeMap::new();
    for ((why, key), mut ids) in holders {
        ids.sort_unstable();
        let mut told = |a: CustomerId, b: CustomerId| {
            if tells(why, known.get(&a), known.get(&b)) {
                found.entry((a, b)).or_default().insert(why, key);
            }
        };
        if ids.len() <= SHARED_MAX {
            for (place, a) in ids.iter().enumerate() {
                ids[place + 1..].iter().for_each(|b| told(*a, *b));
            }
        } else if matches!(why, Why::Name | Why::Tax) {
            ids.windows(2).for_each(|two| told(two[0], two[1]));
        }
    }
    let shared = |why: BTreeMap<Why, &str>| why.into_iter().map(|(why, key)| Shared { why, key: key.to_owned() }).collect();
    let mut pairs: Vec<Pair> = found.into_iter().map(|((a, b), why)| Pair { a, b, shared: shared(why) }).collect();
    pairs.sort_by_cached_key(|pair| {
        let why: Vec<Why> = pair.shared.iter().map(|shared| shared.why).collect();
        (pair.strength(), Reverse(why.len()), why, pair.a, pair.b)
    });
    pairs
}

/// What two customers share, the strongest first.
#[must_use]
pub fn alike(a: &Keys, b: &Keys) -> Vec<Shared> {
    let same =
        |(why, key): (Why, &str)| (b.get(why) == Some(key) && tells(why, Some(&a), Some(&b))).then(|| Shared { why, key: key.to_owned() });
    a.each().filter_map(same).collect()
}

/// Names that are the same have the same core, and the same sound: that says no more.
fn tells(why: Why, a: Option<&&Keys>, b: Option<&&Keys>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    match why {
        Why::Core => a.get(Why::Name) != b.get(Why::Name),
        Why::Sound => a.get(Why::Core) != b.get(Why::Core),
        Why::Name | Why::Tax | Why::Phone | Why::Web => true,
    }
}

#[cfg(test)]
mod tests;
