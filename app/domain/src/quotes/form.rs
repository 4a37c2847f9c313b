//! The forms of quotes: what a person typed, and what it means after all checks.

use super::sums::{Priced, QUANTITY_ONE, QuoteSums};
use super::{LINES_MAX, QuoteStep};
use crate::ids::{DealId, PriceBookId, ProductId, QuoteId};
use crate::money::{Currency, MAX_AMOUNT_MINOR};
use crate::pipeline::form::parse_percent;
use crate::violation::{Check, Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub const TITLE_MAX: usize = 200;
/// What a line says beside its product.
pub const TEXT_MAX: usize = 200;
pub const TERMS_MAX: usize = 4_000;
pub const REASON_MAX: usize = 500;
/// The largest quantity of a line, in whole units.
pub const QUANTITY_MAX: i64 = 1_000_000;

/// A line as typed. One without product, words and price does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuoteLineForm {
    pub product: String,
    /// Beside or in place of the product's name.
    pub text: String,
    /// Empty: one.
    pub quantity: String,
    /// With tax; empty: the list price.
    pub price: String,
    /// Per cent.
    pub discount: String,
    /// Per cent; empty: the product's.
    pub vat: String,
}

/// A quote as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuoteForm {
    /// Empty for a new quote.
    pub id: String,
    pub version: i32,
    pub request: String,
    /// The deal of a new quote; a quote stays with its deal.
    pub deal: String,
    /// Said, not chosen: it is the deal's.
    pub currency: String,
    pub title: String,
    /// Empty: standard prices.
    pub book: String,
    pub valid_until: String,
    pub terms: String,
    pub lines: Vec<QuoteLineForm>,
    /// [`MORE`]: another row, and nothing is saved.
    pub act: String,
}

/// What the button for another row says.
pub const MORE: &str = "more";

/// A line after all checks; what is left out is the product's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDraft {
    pub product: Option<ProductId>,
    pub text: String,
    pub quantity_milli: i64,
    pub price_minor: Option<i64>,
    pub discount_bp: i32,
    pub vat_bp: Option<i32>,
    /// Its place in the form, from 1.
    pub place: usize,
}

/// [`QuoteForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteDraft {
    pub title: String,
    pub book: Option<PriceBookId>,
    pub valid_until: NaiveDate,
    pub terms: String,
    pub lines: Vec<LineDraft>,
}

/// What a product brings into a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    pub product: ProductId,
    pub name_zh: String,
    pub name_en: String,
    /// `None`: it has no price in the quote's currency.
    pub list_minor: Option<i64>,
    pub vat_bp: i32,
}

/// Something to be done with a quote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub step: String,
    /// Needed to refuse and to decline.
    pub reason: String,
    /// With an acceptance: the quote's total becomes the deal's amount.
    pub amount: bool,
    /// From which page it was sent, to lead back there.
    pub from: String,
}

/// [`StepForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDraft {
    pub step: QuoteStep,
    pub reason: String,
    pub amount: bool,
}

/// A quantity with up to three decimals, in thousandths.
///
/// ```
/// use domain::quotes::form::parse_quantity;
/// assert_eq!(parse_quantity("12"), Some(12_000));
/// assert_eq!(parse_quantity("0.125"), Some(125));
/// assert_eq!(parse_quantity("1,200.5"), Some(1_200_500));
/// assert_eq!(parse_quantity("-1"), None);
/// assert_eq!(parse_quantity("1.2345"), None);
/// ```
#[must_use]
pub fn parse_quantity(text: &str) -> Option<i64> {
    let text: String = text.trim().chars().filter(|c| !matches!(c, ',' | '，')).collect();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || rest.len() > 3 || !digits(whole) || !digits(rest) {
        return None;
    }
    let rest: i64 = if rest.is_empty() { 0 } else { format!("{rest:0<3}").parse().ok()? };
    Some(whole.parse::<i64>().ok()? * QUANTITY_ONE + rest)
}

/// A quantity as [`parse_quantity`] reads it.
///
/// ```
/// use domain::quotes::form::quantity;
/// assert_eq!((quantity(12_000), quantity(1_250), quantity(5)), ("12".into(), "1.25".into(), "0.005".into()));
/// ```
#[must_use]
pub fn quantity(milli: i64) -> String {
    let (whole, rest) = (milli / QUANTITY_ONE, milli % QUANTITY_ONE);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

impl QuoteLineForm {
    /// Whether nobody has typed anything that counts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.product, &self.text, &self.price].iter().all(|text| text.trim().is_empty())
    }

    fn check(&self, check: &mut Check, place: usize, currency: Currency, parse_amount: impl Fn(&str, &str) -> Option<i64>) -> LineDraft {
        let at = |part: &str| format!("{part}_{place}");
        let product = check.optional(&at("product"), &self.product, "unknown_value", ProductId::parse);
        let text = check.optional_text(&at("text"), &self.text, TEXT_MAX).unwrap_or_default();
        if product.is_none() && text.is_empty() {
            check.refuse(Violation::new(&at("text"), "required"));
        }
        let quantity_milli = check.optional(&at("quantity"), &self.quantity, "not_a_quantity", parse_quantity).unwrap_or(QUANTITY_ONE);
        if quantity_milli == 0 {
            check.refuse(Violation::new(&at("quantity"), "not_positive"));
        } else if quantity_milli > QUANTITY_MAX * QUANTITY_ONE {
            check.refuse(Violation::new(&at("quantity"), "too_large_max").with("max", QUANTITY_MAX));
        }
        let price_minor = check.optional(&at("price"), &self.price, "not_a_number", |text| parse_amount(text, currency.code()));
        match price_minor {
            None if product.is_none() && self.price.trim().is_empty() => check.refuse(Violation::new(&at("price"), "required")),
            Some(..0) => check.refuse(Violation::new(&at("price"), "negative")),
            Some(minor) if minor > MAX_AMOUNT_MINOR => check.refuse(Violation::new(&at("price"), "too_large")),
            _ => {}
        }
        LineDraft {
            product,
            text,
            quantity_milli,
            price_minor,
            discount_bp: check.optional(&at("discount"), &self.discount, "not_a_percentage", parse_percent).unwrap_or_default(),
            vat_bp: check.optional(&at("vat"), &self.vat, "not_a_percentage", parse_percent),
            place,
        }
    }
}

impl LineDraft {
    /// The line with what its product says.
    ///
    /// # Errors
    ///
    /// `unknown_value` for a product that is not offered; `required` without any price;
    /// `too_large` for more than amounts may be.
    pub fn priced<'a>(&self, offered: &'a [Offered]) -> Result<(Priced, Option<&'a Offered>), Violation> {
        let at = |part: &str| format!("{part}_{}", self.place);
        let of = match self.product {
            Some(id) => match offered.iter().find(|one| one.product == id) {
                Some(of) => Some(of),
                None => return Err(Violation::new(&at("product"), "unknown_value")),
            },
            None => None,
        };
        let list = of.and_then(|of| of.list_minor);
        let price_minor = self.price_minor.or(list).ok_or_else(|| Violation::new(&at("price"), "required"))?;
        let line = Priced {
            quantity_milli: self.quantity_milli,
            list_minor: list.unwrap_or(price_minor),
            price_minor,
            discount_bp: self.discount_bp,
            vat_bp: self.vat_bp.or(of.map(|of| of.vat_bp)).unwrap_or_default(),
        };
        let sums = line.sums();
        if sums.list_minor.max(sums.total_minor) > MAX_AMOUNT_MINOR {
            return Err(Violation::new(&at("price"), "too_large"));
        }
        Ok((line, of))
    }
}

impl QuoteForm {
    /// The quote that is changed; `None` for a new one.
    ///
    /// # Errors
    ///
    /// `unknown_value` for what is no id.
    pub fn quote(&self) -> Result<Option<QuoteId>, Violation> {
        if self.id.is_empty() { Ok(None) } else { id_of(&self.id).map(Some) }
    }

    /// The deal of a new quote.
    #[must_use]
    pub fn deal(&self) -> Option<DealId> {
        DealId::parse(self.deal.trim())
    }

    /// # Errors
    ///
    /// Everything that is wrong, lines numbered from 1 (`price_2`); `quote_without_lines`;
    /// `date_in_past` for a quote that would have expired.
    pub fn check(
        &self,
        currency: Currency,
        today: NaiveDate,
        parse_amount: impl Fn(&str, &str) -> Option<i64>,
    ) -> Result<QuoteDraft, Vec<Violation>> {
        let mut check = Check::default();
        let title = check.text("title", &self.title, TITLE_MAX);
        let book = check.optional("book", &self.book, "unknown_value", PriceBookId::parse);
        let valid_until = check.required("valid_until", &self.valid_until, "not_a_date", crate::violation::parse_date).unwrap_or(today);
        if valid_until < today {
            check.refuse(Violation::new("valid_until", "date_in_past"));
        }
        let terms = check.optional_text("terms", &self.terms, TERMS_MAX).unwrap_or_default();
        let mut lines = Vec::new();
        for (i, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            lines.push(line.check(&mut check, i + 1, currency, &parse_amount));
        }
        if lines.is_empty() {
            check.refuse(Violation::new("", "quote_without_lines"));
        } else if lines.len() > LINES_MAX {
            check.refuse(Violation::new("", "too_many_lines").with("max", LINES_MAX));
        }
        check.finish(QuoteDraft { title, book, valid_until, terms, lines })
    }

    /// What the lines come to as far as they can be read, while somebody types.
    #[must_use]
    pub fn preview(&self, currency: Currency, offered: &[Offered], parse_amount: impl Fn(&str, &str) -> Option<i64>) -> QuoteSums {
        let read = |(i, line): (usize, &QuoteLineForm)| {
            let mut check = Check::default();
            let draft = line.check(&mut check, i + 1, currency, &parse_amount);
            let draft = check.finish(draft).ok()?;
            draft.priced(offered).ok().map(|(line, _)| line)
        };
        QuoteSums::of(self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()).filter_map(read))
    }
}

/// The id of a quote that a form names.
///
/// # Errors
///
/// `unknown_value`.
pub fn id_of(text: &str) -> Result<QuoteId, Violation> {
    QuoteId::parse(text.trim()).ok_or_else(|| Violation::new("", "unknown_value"))
}

impl StepForm {
    /// # Errors
    ///
    /// `unknown_value` for no step; `reason_required`, `too_long`.
    pub fn check(&self) -> Result<StepDraft, Vec<Violation>> {
        let mut check = Check::default();
        let step = check.required("step", &self.step, "unknown_value", QuoteStep::parse).unwrap_or(QuoteStep::Withdraw);
        let reason = check.optional_text("reason", &self.reason, REASON_MAX).unwrap_or_default();
        if step.needs_reason() && reason.is_empty() {
            check.refuse(Violation::new("reason", "reason_required"));
        }
        check.finish(StepDraft { step, reason, amount: self.amount })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn amount(text: &str, _: &str) -> Option<i64> {
        text.parse::<i64>().ok().map(|n| n * 100)
    }

    fn today() -> NaiveDate {
        "2026-06-30".parse().expect("a date")
    }

    fn line(product: &str, text: &str, quantity: &str, price: &str) -> QuoteLineForm {
        let own = |text: &str| text.to_owned();
        QuoteLineForm { product: own(product), text: own(text), quantity: own(quantity), price: own(price), ..QuoteLineForm::default() }
    }

    fn form(lines: Vec<QuoteLineForm>) -> QuoteForm {
        QuoteForm { title: "Offer".into(), valid_until: "2026-07-30".into(), lines, ..QuoteForm::default() }
    }

    fn refused(form: &QuoteForm) -> Vec<String> {
        form.check(Currency::Cny, today(), amount).unwrap_err().into_iter().map(|v| format!("{}: {}", v.field, v.code)).collect()
    }

    #[test]
    fn every_fault_is_told_at_its_field() {
        assert_eq!(refused(&form(vec![QuoteLineForm { quantity: "2".into(), ..QuoteLineForm::default() }])), [": quote_without_lines"]);
        let late = QuoteForm { valid_until: "2026-06-29".into(), title: String::new(), ..form(vec![line("", "a", "", "1")]) };
        assert_eq!(refused(&late), ["title: required", "valid_until: date_in_past"]);
        let wrong = form(vec![line("", "a", "", "1"), line("", "", "0", "-1"), line("", "c", "x", ""), line("no id", "", "", "")]);
        let expected = [
            "text_2: required",
            "quantity_2: not_positive",
            "price_2: negative",
            "quantity_3: not_a_quantity",
            "price_3: required",
            "product_4: unknown_value",
            "text_4: required",
            "price_4: required",
        ];
        assert_eq!(refused(&wrong), expected);
    }

    #[test]
    fn a_product_brings_its_price_and_rate() {
        let id = Uuid::from_u128(7);
        let offered =
            [Offered { product: ProductId(id), name_zh: "泵".into(), name_en: "Pump".into(), list_minor: Some(5_000), vat_bp: 1_300 }];
        let read = |one: QuoteLineForm| {
            let draft = form(vec![one]).check(Currency::Cny, today(), amount).expect("a quote");
            draft.lines[0].priced(&offered).map(|(line, _)| line).map_err(|v| format!("{}: {}", v.field, v.code))
        };
        let plain = read(line(&id.to_string(), "", "3", "")).expect("a line");
        assert_eq!((plain.list_minor, plain.price_minor, plain.vat_bp, plain.sums().total_minor), (5_000, 5_000, 1_300, 15_000));
        let lower = QuoteLineForm { vat: "6".into(), discount: "10".into(), ..line(&id.to_string(), "blue", "", "40") };
        let lower = read(lower).expect("a line");
        assert_eq!((lower.list_minor, lower.price_minor, lower.discount_bp, lower.vat_bp), (5_000, 4_000, 1_000, 600));
        assert_eq!(read(line(&Uuid::from_u128(8).to_string(), "", "", "")), Err("product_1: unknown_value".into()));
        let free = read(line("", "Training", "2", "30")).expect("a line");
        assert_eq!((free.list_minor, free.vat_bp), (3_000, 0));
    }

    #[test]
    fn a_preview_counts_what_can_be_read() {
        let typed = form(vec![line("", "a", "2", "10"), line("", "b", "x", "10"), QuoteLineForm::default()]);
        assert_eq!(typed.preview(Currency::Cny, &[], amount).total_minor, 2_000);
    }

    #[test]
    fn refusing_and_declining_say_why() {
        let step = |step: &str, reason: &str| StepForm { step: step.into(), reason: reason.into(), ..StepForm::default() }.check();
        assert_eq!(step("approve", "").map(|s| s.step), Ok(QuoteStep::Approve));
        for code in ["refuse", "decline"] {
            assert_eq!(step(code, " ").unwrap_err()[0].code, "reason_required", "{code}");
        }
        assert_eq!(step("x", "").unwrap_err()[0].code, "unknown_value");
    }
}
