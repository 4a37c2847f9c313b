//! What an organisation calls its three tiers. A tier that nobody named has the house's
//! name, which is in the catalogue of texts; here it stands so that no own name repeats it.
//!
//! There are always three: which customers are proposed for which tier follows from what they
//! bought ([`super::review`]), not from what tiers are called.

use serde::{Deserialize, Serialize};

use crate::customers::Tier;
use crate::violation::{Check, Violation};

/// Characters of a name: it stands on badges.
pub const NAME_MAX: usize = 16;

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierName {
    pub zh: String,
    pub en: String,
}

/// The house's names, Chinese and English, the long and the short one: as the catalogue has
/// them.
#[must_use]
pub const fn house(tier: Tier) -> [[&'static str; 2]; 2] {
    match tier {
        Tier::Vip => [["VIP客户", "VIP"], ["VIP customer", "VIP"]],
        Tier::Ordinary => [["普通客户", "普通"], ["Ordinary customer", "Ord."]],
        Tier::Potential => [["潜在客户（级）", "潜在"], ["Prospect (tier)", "Pros."]],
    }
}

/// The organisation's own names; `None` for the house's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierNames {
    vip: Option<TierName>,
    ordinary: Option<TierName>,
    potential: Option<TierName>,
}

impl TierNames {
    #[must_use]
    pub const fn of(&self, tier: Tier) -> Option<&TierName> {
        match tier {
            Tier::Vip => self.vip.as_ref(),
            Tier::Ordinary => self.ordinary.as_ref(),
            Tier::Potential => self.potential.as_ref(),
        }
    }

    /// Gives a tier its own name, or the house's.
    pub fn set(&mut self, tier: Tier, name: Option<TierName>) {
        *match tier {
            Tier::Vip => &mut self.vip,
            Tier::Ordinary => &mut self.ordinary,
            Tier::Potential => &mut self.potential,
        } = name;
    }

    /// The tier that is called so in this organisation, in either language.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Tier> {
        let text = folded(text);
        let named = |tier: &&Tier| self.of(**tier).is_some_and(|own| folded(&own.zh) == text || folded(&own.en) == text);
        Tier::ALL.iter().find(named).copied()
    }

    /// Refuses a name that another tier has, by its own name or the house's, in the same
    /// language.
    ///
    /// # Errors
    ///
    /// `taken` at the field of each language.
    pub fn check(&self, tier: Tier, name: &TierName) -> Result<(), Vec<Violation>> {
        let mut check = Check::default();
        let others = || Tier::ALL.iter().filter(move |other| **other != tier);
        for (place, field, typed) in [(0, "name_zh", &name.zh), (1, "name_en", &name.en)] {
            let taken = others().any(|other| match self.of(*other) {
                Some(own) => folded(if place == 0 { &own.zh } else { &own.en }) == folded(typed),
                None => house(*other)[place].iter().any(|known| folded(known) == folded(typed)),
            });
            if taken {
                check.refuse(Violation::new(field, "taken"));
            }
        }
        check.finish(())
    }
}

/// Case and blanks do not tell two names apart.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Reads both fields of a form: `None` if both are empty, which is the house's name.
pub fn read(check: &mut Check, zh: &str, en: &str) -> Option<TierName> {
    let field = |check: &mut Check, field: &str, text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        check.optional_text(field, &text, NAME_MAX)
    };
    let (zh, en) = (field(check, "name_zh", zh), field(check, "name_en", en));
    match (zh, en) {
        (Some(zh), Some(en)) => Some(TierName { zh, en }),
        (None, None) => None,
        (zh, _) => {
            // One language alone would leave the other without a name.
            check.refuse(Violation::new(if zh.is_none() { "name_zh" } else { "name_en" }, "required"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(zh: &str, en: &str) -> TierName {
        TierName { zh: zh.into(), en: en.into() }
    }

    fn codes<T>(answer: Result<T, Vec<Violation>>) -> Vec<String> {
        answer.err().into_iter().flatten().map(|one| one.to_string()).collect()
    }

    #[test]
    fn what_nobody_named_is_the_houses() {
        let mut names = TierNames::default();
        assert!(Tier::ALL.iter().all(|tier| names.of(*tier).is_none()));
        names.set(Tier::Vip, Some(name("金牌", "Gold")));
        assert_eq!((names.of(Tier::Vip), names.of(Tier::Ordinary)), (Some(&name("金牌", "Gold")), None));
        assert_eq!((names.find(" gold "), names.find("金牌"), names.find("银牌")), (Some(Tier::Vip), Some(Tier::Vip), None));
        names.set(Tier::Vip, None);
        assert_eq!(names, TierNames::default());
    }

    #[test]
    fn no_two_tiers_have_one_name() {
        let mut names = TierNames::default();
        names.set(Tier::Vip, Some(name("金牌", "Gold")));
        let of = |tier, zh: &str, en: &str| codes(names.check(tier, &name(zh, en)));
        assert_eq!(of(Tier::Ordinary, "金牌", "Silver"), ["name_zh: taken"]);
        assert_eq!(of(Tier::Ordinary, "银牌", " GOLD "), ["name_en: taken"]);
        // The house's names of the others, the long and the short one.
        assert_eq!(of(Tier::Ordinary, "潜在", "prospect (Tier)"), ["name_zh: taken", "name_en: taken"]);
        // That of a tier that is called otherwise now is free, and so is one's own.
        assert!(of(Tier::Ordinary, "VIP", "VIP").is_empty() && of(Tier::Vip, "金牌", "Gold").is_empty());
        assert!(of(Tier::Ordinary, "普通客户", "Ordinary customer").is_empty());
    }

    #[test]
    fn both_languages_or_neither() {
        let of = |zh: &str, en: &str| {
            let mut check = Check::default();
            let read = read(&mut check, zh, en);
            check.finish(read)
        };
        assert_eq!(of(" 金  牌 ", "Gold"), Ok(Some(name("金 牌", "Gold"))));
        assert_eq!(of(" ", ""), Ok(None));
        assert_eq!((codes(of("金牌", " ")), codes(of("", "Gold"))), (vec!["name_en: required".into()], vec!["name_zh: required".into()]));
        assert_eq!(codes(of(&"金".repeat(NAME_MAX + 1), "Gold")), ["name_zh: too_long"]);
    }
}
