//! Price books: prices of products under a name, in one currency, for a time. The standard
//! price stays on the product; a book says another.

use crate::ids::{PriceBookId, ProductId};
use crate::money::{Currency, MAX_AMOUNT_MINOR};
use crate::settings::NAME_MAX;
use crate::violation::{Check, Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A price of a book as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BookPriceForm {
    pub product: String,
    /// Empty: the product is not in the book.
    pub price: String,
}

/// A price book as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PriceBookForm {
    /// Empty for a new book.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub name: String,
    pub currency: String,
    /// Empty: since ever.
    pub valid_from: String,
    /// Its last day; empty: until further notice.
    pub valid_to: String,
    /// Offered in new quotes.
    pub active: bool,
    pub prices: Vec<BookPriceForm>,
}

/// [`PriceBookForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBookDraft {
    pub id: Option<PriceBookId>,
    pub name: String,
    pub currency: Currency,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub active: bool,
    /// With tax, in minor units.
    pub prices: Vec<(ProductId, i64)>,
}

/// A price book with its prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceBook {
    pub id: PriceBookId,
    pub version: i32,
    pub name: String,
    pub currency: Currency,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub active: bool,
    pub prices: Vec<(ProductId, i64)>,
}

impl PriceBookForm {
    /// `parse_amount` reads an amount as typed into minor units of a currency.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, prices numbered from 1 (`price_2`); `date_order` if it ends
    /// before it begins; `book_without_prices`.
    pub fn check(&self, parse_amount: impl Fn(&str, &str) -> Option<i64>) -> Result<PriceBookDraft, Vec<Violation>> {
        let mut check = Check::default();
        let currency = check.required("currency", &self.currency, "unknown_value", Currency::parse).unwrap_or(Currency::Cny);
        let mut prices = Vec::new();
        for (i, line) in self.prices.iter().enumerate() {
            let field = format!("price_{}", i + 1);
            let Some(minor) = check.optional(&field, &line.price, "not_a_number", |text| parse_amount(text, currency.code())) else {
                continue;
            };
            if minor < 0 {
                check.refuse(Violation::new(&field, "negative"));
            } else if minor > MAX_AMOUNT_MINOR {
                check.refuse(Violation::new(&field, "too_large"));
            }
            if let Some(product) = check.required(&field, &line.product, "unknown_value", ProductId::parse) {
                prices.push((product, minor));
            }
        }
        let draft = PriceBookDraft {
            id: check.optional("id", &self.id, "unknown_value", PriceBookId::parse),
            name: check.text("name", &self.name, NAME_MAX),
            currency,
            valid_from: check.date("valid_from", &self.valid_from),
            valid_to: check.date("valid_to", &self.valid_to),
            active: self.active,
            prices,
        };
        if matches!((draft.valid_from, draft.valid_to), (Some(from), Some(to)) if to < from) {
            check.refuse(Violation::new("valid_to", "date_order"));
        }
        let draft = check.finish(draft)?;
        if draft.prices.is_empty() { Err(vec![Violation::new("", "book_without_prices")]) } else { Ok(draft) }
    }
}

impl PriceBook {
    /// Whether new quotes of this day may use it.
    #[must_use]
    pub fn holds(&self, today: NaiveDate) -> bool {
        self.active && self.valid_from.is_none_or(|from| from <= today) && self.valid_to.is_none_or(|to| today <= to)
    }

    #[must_use]
    pub fn price(&self, product: ProductId) -> Option<i64> {
        self.prices.iter().find(|(known, _)| *known == product).map(|(_, minor)| *minor)
    }
}

/// The books for a currency on a day, the default one first: that which began last, then by
/// name.
#[must_use]
pub fn offered(mut books: Vec<PriceBook>, currency: Currency, today: NaiveDate) -> Vec<PriceBook> {
    books.retain(|book| book.currency == currency && book.holds(today));
    books.sort_by(|a, b| b.valid_from.cmp(&a.valid_from).then_with(|| a.name.cmp(&b.name)));
    books
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn book(n: u128, currency: Currency, from: Option<&str>, to: Option<&str>) -> PriceBook {
        PriceBook {
            id: PriceBookId(Uuid::from_u128(n)),
            version: 1,
            name: format!("Book {n}"),
            currency,
            valid_from: from.map(on),
            valid_to: to.map(on),
            active: true,
            prices: vec![(ProductId(Uuid::from_u128(7)), 900)],
        }
    }

    #[test]
    fn the_currency_and_the_day_choose_the_book() {
        let books = vec![
            book(1, Currency::Cny, None, None),
            book(2, Currency::Cny, Some("2026-01-01"), Some("2026-06-30")),
            book(3, Currency::Usd, None, None),
            PriceBook { active: false, ..book(4, Currency::Cny, Some("2026-05-01"), None) },
        ];
        let names = |currency, day| offered(books.clone(), currency, on(day)).into_iter().map(|b| b.name).collect::<Vec<_>>();
        assert_eq!(names(Currency::Cny, "2026-06-30"), ["Book 2", "Book 1"]);
        assert_eq!(names(Currency::Cny, "2026-07-01"), ["Book 1"]);
        assert_eq!(names(Currency::Usd, "2026-07-01"), ["Book 3"]);
        assert!(names(Currency::Eur, "2026-07-01").is_empty());
    }

    #[test]
    fn a_book_needs_a_name_and_a_price() {
        let amount = |text: &str, _: &str| text.parse::<i64>().ok();
        let codes = |form: &PriceBookForm| {
            form.check(amount).unwrap_err().into_iter().map(|v| format!("{}: {}", v.field, v.code)).collect::<Vec<_>>()
        };
        let form = PriceBookForm { currency: "USD".into(), ..PriceBookForm::default() };
        assert_eq!(codes(&form), ["name: required"]);
        let named = PriceBookForm { name: "Export".into(), valid_from: "2026-02-01".into(), valid_to: "2026-01-01".into(), ..form };
        assert_eq!(codes(&named), ["valid_to: date_order"]);
        let empty = PriceBookForm { valid_to: String::new(), ..named };
        assert_eq!(codes(&empty), [": book_without_prices"]);
        let line = |price: &str| BookPriceForm { product: Uuid::from_u128(7).to_string(), price: price.into() };
        assert_eq!(codes(&PriceBookForm { prices: vec![line("1"), line("-1")], ..empty.clone() }), ["price_2: negative"]);
        assert_eq!(PriceBookForm { prices: vec![line(""), line("12")], ..empty }.check(amount).unwrap().prices.len(), 1);
    }
}
