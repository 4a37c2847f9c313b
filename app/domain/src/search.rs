//! What a search of everything gives: customers, contacts and deals, best first.
//! How matches are ranked is the store's; here is what a page reads, and how text
//! is folded for every comparison.

use crate::codes;
use crate::ids::CustomerId;
use crate::money::Money;
use crate::pipeline::Outcome;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Characters of a search that are looked at; no name is longer.
pub const TEXT_MAX: usize = 100;
/// Records of each kind that the palette shows.
pub const SHORT: usize = 6;
/// Records of each kind that the page of results shows.
pub const LONG: usize = 50;
/// Fewer digits are in nearly every telephone number.
pub const DIGITS_MIN: usize = 4;

codes! {
    /// In the order in which they are shown.
    FoundKind { Customer = "customer", Contact = "contact", Deal = "deal" }
}

/// Folds text for comparison: lower case, full-width Latin and digits to half
/// width, blanks to one. Names that fold alike read alike.
///
/// ```
/// use domain::search::fold;
/// assert_eq!(fold(" ＡＢＣ　\t智造 "), "abc 智造");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    // In one pass: every name of an import and of a search goes through here.
    let mut folded = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        };
        if c.is_whitespace() {
            blank = !folded.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            folded.push(' ');
        }
        folded.extend(c.to_lowercase());
    }
    folded
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub kind: FoundKind,
    pub id: Uuid,
    pub customer: CustomerId,
    pub title: String,
    /// What tells it from others of the same name: short name, customer, telephone.
    pub detail: String,
    /// Of a deal.
    pub amount: Option<Money>,
    pub outcome: Option<Outcome>,
    /// Characters of the title that match, from and up to, in their order.
    pub marks: Vec<(usize, usize)>,
}

impl Found {
    /// The address of its page; a contact is shown on that of its customer.
    #[must_use]
    pub fn href(&self) -> String {
        match self.kind {
            FoundKind::Customer | FoundKind::Contact => format!("/customers/{}", self.customer),
            FoundKind::Deal => format!("/deals/{}", self.id),
        }
    }

    /// The title in pieces, each with whether it matches.
    #[must_use]
    pub fn pieces(&self) -> Vec<(String, bool)> {
        let mut pieces: Vec<(String, bool)> = Vec::new();
        for (place, sign) in self.title.chars().enumerate() {
            let marked = self.marks.iter().any(|&(from, to)| (from..to).contains(&place));
            match pieces.last_mut() {
                Some((text, same)) if *same == marked => text.push(sign),
                _ => pieces.push((sign.to_string(), marked)),
            }
        }
        pieces
    }
}

/// Records of all kinds, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Customers, contacts, deals; each kind best first.
    pub found: Vec<Found>,
    /// Matches of each kind, shown or not, in the order of [`FoundKind`].
    pub totals: [usize; 3],
}

impl Results {
    /// How many there are of one kind.
    #[must_use]
    pub fn total(&self, kind: FoundKind) -> usize {
        FoundKind::ALL.iter().zip(self.totals).find(|(known, _)| **known == kind).map_or(0, |(_, total)| total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_falls_into_pieces_where_it_matches() {
        let found = Found {
            kind: FoundKind::Deal,
            id: Uuid::nil(),
            customer: CustomerId(Uuid::nil()),
            title: "华东智造 CRM".into(),
            detail: String::new(),
            amount: None,
            outcome: None,
            marks: vec![(0, 2), (5, 8)],
        };
        let pieces: Vec<(&str, bool)> = vec![("华东", true), ("智造 ", false), ("CRM", true)];
        assert_eq!(found.pieces(), pieces.into_iter().map(|(text, marked)| (text.to_owned(), marked)).collect::<Vec<_>>());
    }
}
