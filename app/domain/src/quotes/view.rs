//! What pages show of quotes, and what a list of them is narrowed by.

use super::books::PriceBook;
use super::form::{Offered, QuoteForm};
use super::sums::{Priced, QuoteSums};
use super::{QuoteStatus, QuoteStep};
use crate::customers::Tier;
use crate::ids::{CustomerId, DealId, ProductId, QuoteId, UserId};
use crate::money::Money;
use crate::page::Page;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Longest text that is looked for.
pub const TEXT_MAX: usize = 100;

/// What narrows the list of quotes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct QuoteFilter {
    pub status: Option<QuoteStatus>,
    pub owner: Option<UserId>,
    pub deal: Option<DealId>,
    /// In number, title, and the customer's name.
    pub text: String,
}

impl QuoteFilter {
    /// From the parts of an address; what cannot be read narrows nothing.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let id = |name: &str| get(name).and_then(|text| uuid::Uuid::try_parse(&text).ok());
        Self {
            status: get("status").and_then(|code| QuoteStatus::parse(&code)),
            owner: id("owner").map(UserId),
            deal: id("deal").map(DealId),
            text: get("q").map(|text| text.trim().chars().take(TEXT_MAX).collect()).unwrap_or_default(),
        }
    }

    /// The parts of an address that give it again.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("status", self.status.map(|v| v.code().to_owned())),
            ("owner", self.owner.map(|v| v.to_string())),
            ("deal", self.deal.map(|v| v.to_string())),
            ("q", (!self.text.is_empty()).then(|| self.text.clone())),
        ];
        parts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A quote in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRow {
    pub id: QuoteId,
    /// `Q-2026-0001`
    pub number: String,
    /// From 1.
    pub revision: i32,
    pub title: String,
    /// As it stands today.
    pub status: QuoteStatus,
    pub customer: CustomerId,
    /// The short name, if there is one.
    pub customer_name: String,
    pub deal: DealId,
    pub owner: UserId,
    pub owner_name: String,
    pub total: Money,
    /// Against list prices.
    pub discount_bp: Option<i64>,
    pub valid_until: NaiveDate,
    pub updated_at: DateTime<Utc>,
}

impl QuoteRow {
    /// The number, and from the second revision on which one it is.
    ///
    /// `Q-2026-0001` and `Q-2026-0001-2`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.revision > 1 { format!("{}-{}", self.number, self.revision) } else { self.number.clone() }
    }
}

/// The newest quotes of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotesOfDeal {
    pub rows: Vec<QuoteRow>,
    pub total: i64,
    pub may_add: bool,
}

/// A line with the name of its product as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    pub product: Option<ProductId>,
    /// Empty of free text.
    pub name_zh: String,
    pub name_en: String,
    pub text: String,
    pub priced: Priced,
}

/// Who said something about a discount, when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: String,
}

/// Whom a quote is for, and who writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    pub company: String,
    pub customer: String,
    pub customer_address: String,
    pub customer_tax_number: String,
    /// Of the deal, if it has one.
    pub contact: String,
    pub owner_email: String,
}

/// A quote with everything its page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteDetail {
    pub row: QuoteRow,
    pub version: i32,
    pub tier: Tier,
    /// Of the customer's tier today; once it was asked for, as it was then.
    pub ceiling_bp: Option<i64>,
    pub above: bool,
    pub lines: Vec<QuoteLine>,
    pub sums: QuoteSums,
    /// The price book's name, if one was used.
    pub book: Option<String>,
    pub terms: String,
    pub asked: Option<Said>,
    pub decided: Option<Said>,
    pub sent_on: Option<NaiveDate>,
    /// When the customer answered.
    pub closed_on: Option<NaiveDate>,
    pub close_reason: String,
    /// All of the number, the last one first, without this.
    pub revisions: Vec<(QuoteId, i32, QuoteStatus)>,
    pub parties: Parties,
    /// Only for who may read the deal.
    pub deal_title: Option<String>,
    /// The deal's amount may be set to the quote's total.
    pub may_set_amount: bool,
    /// A contract of the deal may be made.
    pub may_contract: bool,
    pub may_read_customer: bool,
    pub may_write: bool,
    /// What this reader may do with it now.
    pub steps: Vec<QuoteStep>,
}

/// Discounts on which the reader decides, those that wait longest first.
pub type ApprovalList = Page<Approval>;

/// A discount that waits for the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub row: QuoteRow,
    pub version: i32,
    pub tier: Tier,
    pub ceiling_bp: Option<i64>,
    pub list_minor: i64,
    pub asked: Option<Said>,
}

/// What the page of today says of discounts that wait for the reader.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalsDue {
    pub total: i64,
    /// Those that wait longest: quote, its number, the customer's name.
    pub first: Vec<(QuoteId, String, String)>,
}

/// What the form of a quote needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteEditing {
    pub form: QuoteForm,
    pub customer_name: String,
    pub tier: Tier,
    pub ceiling_bp: Option<i64>,
    /// The default one first.
    pub books: Vec<PriceBook>,
    /// With standard prices; a book's are in [`PriceBook::prices`].
    pub products: Vec<Offered>,
}

impl QuoteEditing {
    /// What products cost by the book that is chosen.
    #[must_use]
    pub fn offered(&self, book: &str) -> Vec<Offered> {
        let book = self.books.iter().find(|known| known.id.to_string() == book);
        let of = |one: &Offered| Offered { list_minor: book.and_then(|book| book.price(one.product)).or(one.list_minor), ..one.clone() };
        self.products.iter().map(of).collect()
    }
}

/// A page of quotes.
pub type QuoteList = Page<QuoteRow>;

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_filter_comes_back_from_its_address() {
        let filter = QuoteFilter {
            status: Some(QuoteStatus::Waiting),
            owner: Some(UserId(Uuid::from_u128(1))),
            deal: Some(DealId(Uuid::from_u128(2))),
            text: "a b".into(),
        };
        let parts = filter.to_query();
        let get = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(QuoteFilter::from_query(get), filter);
        assert!(QuoteFilter::from_query(|name| (name == "status").then(|| "x".to_owned())).is_empty());
    }
}
