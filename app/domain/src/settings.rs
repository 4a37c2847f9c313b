//! What administrators set: products, and the stages of the pipelines. Both
//! are forms as typed, with what they mean after all checks.

use crate::ids::{PipelineId, ProductId, StageId};
use crate::money::{Currency, MAX_AMOUNT_MINOR, Money};
use crate::pipeline::form::parse_percent;
use crate::pipeline::{ForecastCategory, Stage, StageKind};
use crate::violation::{Check, Violation};
use serde::{Deserialize, Serialize};

pub const CODE_MAX: usize = 40;
pub const NAME_MAX: usize = 120;
/// Longest list of exit criteria, all lines together.
pub const EXIT_MAX: usize = 2_000;
/// Longest time a deal may be meant to stay in a stage, in days.
pub const SLA_DAYS_MAX: i32 = 730;

/// A product as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductForm {
    /// Empty for a new product.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub code: String,
    pub name_zh: String,
    /// Empty: as in Chinese.
    pub name_en: String,
    pub price: String,
    pub currency: String,
    /// Value-added tax in per cent; empty for none.
    pub vat: String,
    /// Offered in new deals.
    pub active: bool,
}

/// [`ProductForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductDraft {
    pub id: Option<ProductId>,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub price: Money,
    pub vat_bp: i32,
    pub active: bool,
}

impl ProductForm {
    /// `parse_amount` reads an amount as typed into minor units of a currency.
    pub fn check(&self, parse_amount: impl Fn(&str, &str) -> Option<i64>) -> Result<ProductDraft, Vec<Violation>> {
        let mut check = Check::default();
        let currency = check.optional("currency", &self.currency, "unknown_value", Currency::parse).unwrap_or(Currency::Cny);
        let minor = check.required("price", &self.price, "not_a_number", |text| parse_amount(text, currency.code())).unwrap_or_default();
        if minor < 0 {
            check.refuse(Violation::new("price", "negative"));
        } else if minor > MAX_AMOUNT_MINOR {
            check.refuse(Violation::new("price", "too_large"));
        }
        let name_zh = check.text("name_zh", &self.name_zh, NAME_MAX);
        let draft = ProductDraft {
            id: check.optional("id", &self.id, "unknown_value", ProductId::parse),
            code: check.text("code", &self.code, CODE_MAX),
            name_en: check.optional_text("name_en", &self.name_en, NAME_MAX).unwrap_or_else(|| name_zh.clone()),
            name_zh,
            price: Money { minor, currency },
            vat_bp: check.optional("vat", &self.vat, "not_a_percentage", parse_percent).unwrap_or_default(),
            active: self.active,
        };
        check.finish(draft)
    }
}

/// A pipeline as typed. A new one begins with the article's stages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PipelineForm {
    /// Empty for a new pipeline.
    pub id: String,
    pub version: i32,
    pub request: String,
    pub name_zh: String,
    /// Empty: as in Chinese.
    pub name_en: String,
    /// A deal is won only with a signed contract.
    pub won_needs_contract: bool,
}

/// [`PipelineForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineDraft {
    pub id: Option<PipelineId>,
    pub name_zh: String,
    pub name_en: String,
    pub won_needs_contract: bool,
}

impl PipelineForm {
    pub fn check(&self) -> Result<PipelineDraft, Vec<Violation>> {
        let mut check = Check::default();
        let id = check.optional("id", &self.id, "unknown_value", PipelineId::parse);
        let name_zh = check.text("name_zh", &self.name_zh, NAME_MAX);
        let name_en = check.optional_text("name_en", &self.name_en, NAME_MAX).unwrap_or_else(|| name_zh.clone());
        check.finish(PipelineDraft { id, name_zh, name_en, won_needs_contract: self.won_needs_contract })
    }
}

/// A stage as typed. Its pipeline and kind are never changed; a new one is
/// open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StageForm {
    /// Empty for a new stage.
    pub id: String,
    /// Of a new stage.
    pub pipeline: String,
    /// The version of the stage that the person saw.
    pub version: i32,
    pub request: String,
    pub name_zh: String,
    /// Empty: as in Chinese.
    pub name_en: String,
    /// Place among the open stages, 1 for the first; empty: the last one for a
    /// new stage, as it is for another. Does not matter for a closing stage.
    pub place: String,
    /// Per cent; does not matter for a closing stage.
    pub probability: String,
    /// Empty for no limit.
    pub sla_days: String,
    pub forecast: String,
    /// One criterion a line.
    pub exit_zh: String,
    pub exit_en: String,
}

/// [`StageForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDraft {
    /// `None` for a new stage.
    pub id: Option<StageId>,
    pub name_zh: String,
    pub name_en: String,
    pub place: Option<usize>,
    pub probability_bp: i32,
    pub sla_days: Option<i32>,
    pub forecast: ForecastCategory,
    pub exit_zh: String,
    pub exit_en: String,
}

impl StageForm {
    /// Checks against the kind of the stage: a closing stage is certain, it has
    /// no limit of days, and nothing must be true before a deal leaves it.
    pub fn check(&self, kind: StageKind) -> Result<StageDraft, Vec<Violation>> {
        let mut check = Check::default();
        let id = check.optional("id", &self.id, "unknown_value", StageId::parse);
        let name_zh = check.text("name_zh", &self.name_zh, NAME_MAX);
        let name_en = check.optional_text("name_en", &self.name_en, NAME_MAX).unwrap_or_else(|| name_zh.clone());
        let closed = |probability_bp| StageDraft {
            id,
            name_zh: name_zh.clone(),
            name_en: name_en.clone(),
            place: None,
            probability_bp,
            sla_days: None,
            forecast: ForecastCategory::Closed,
            exit_zh: String::new(),
            exit_en: String::new(),
        };
        let draft = match kind {
            StageKind::Won => closed(10_000),
            StageKind::Lost => closed(0),
            StageKind::Open => StageDraft {
                place: check.optional("place", &self.place, "unknown_value", |text| text.parse().ok().filter(|place| *place >= 1)),
                probability_bp: check.required("probability", &self.probability, "not_a_percentage", parse_percent).unwrap_or_default(),
                sla_days: check.optional("sla_days", &self.sla_days, "not_a_whole_number", |text| text.parse().ok()),
                forecast: check.required("forecast", &self.forecast, "unknown_value", open_category).unwrap_or(ForecastCategory::Pipeline),
                exit_zh: lines(&mut check, "exit_zh", &self.exit_zh),
                exit_en: lines(&mut check, "exit_en", &self.exit_en),
                ..closed(0)
            },
        };
        match draft.sla_days {
            Some(days) if days < 1 => check.refuse(Violation::new("sla_days", "too_small_min").with("min", 1)),
            Some(days) if days > SLA_DAYS_MAX => check.refuse(Violation::new("sla_days", "too_large_max").with("max", SLA_DAYS_MAX)),
            _ => {}
        }
        check.finish(draft)
    }
}

/// A category that deals still open may have.
fn open_category(code: &str) -> Option<ForecastCategory> {
    ForecastCategory::parse(code).filter(|category| *category != ForecastCategory::Closed)
}

/// Text of several lines without blanks around them and without empty ones.
fn lines(check: &mut Check, field: &str, value: &str) -> String {
    let text = check.optional_text(field, value, EXIT_MAX).unwrap_or_default();
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A pipeline on the settings page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineSettings {
    pub id: PipelineId,
    pub version: i32,
    pub name_zh: String,
    pub name_en: String,
    /// A deal is won only with a signed contract.
    pub won_needs_contract: bool,
    pub stages: Vec<StageSettings>,
}

/// A stage on the settings page, with the version that [`StageForm`] gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageSettings {
    pub stage: Stage,
    pub version: i32,
}

impl StageSettings {
    /// The form of the stage as it is.
    #[must_use]
    pub fn form(&self) -> StageForm {
        let stage = &self.stage;
        StageForm {
            id: stage.id.to_string(),
            pipeline: stage.pipeline.to_string(),
            version: self.version,
            request: String::new(),
            place: stage.position.to_string(),
            name_zh: stage.name_zh.clone(),
            name_en: stage.name_en.clone(),
            probability: percent(stage.probability_bp),
            sla_days: stage.sla_days.map(|days| days.to_string()).unwrap_or_default(),
            forecast: stage.forecast.code().to_owned(),
            exit_zh: stage.exit_zh.clone(),
            exit_en: stage.exit_en.clone(),
        }
    }
}

/// The stages in a new order: the one with `id` at its place among the open
/// ones, closing stages last. The given order is that of the pipeline; a place
/// beyond the last open stage is the last.
#[must_use]
pub fn reordered(stages: &[(StageId, StageKind)], id: StageId, place: usize) -> Vec<StageId> {
    let of = |open: bool| stages.iter().filter(move |(other, kind)| *other != id && (*kind == StageKind::Open) == open).map(|(id, _)| *id);
    let mut order: Vec<StageId> = of(true).collect();
    order.insert(place.saturating_sub(1).min(order.len()), id);
    order.extend(of(false));
    order
}

/// Basis points as [`parse_percent`] reads them: `42` or `42.50`.
#[must_use]
pub fn percent(bp: i32) -> String {
    if bp % 100 == 0 { (bp / 100).to_string() } else { format!("{}.{:02}", bp / 100, bp % 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage() -> StageForm {
        StageForm {
            id: "018f0000-0000-7000-8000-000000000001".into(),
            name_zh: " 合同 ".into(),
            probability: "75".into(),
            forecast: "commit".into(),
            ..StageForm::default()
        }
    }

    fn codes(found: Vec<Violation>) -> Vec<(String, String)> {
        found.into_iter().map(|v| (v.field, v.code)).collect()
    }

    #[test]
    fn an_open_stage_says_how_likely_it_is() {
        let draft = StageForm { exit_zh: " a \n\n b ".into(), sla_days: "10".into(), ..stage() }.check(StageKind::Open).unwrap();
        assert_eq!(
            (draft.name_en.as_str(), draft.probability_bp, draft.sla_days, draft.exit_zh.as_str()),
            ("合同", 7_500, Some(10), "a\nb")
        );
        let wrong = StageForm { probability: "101".into(), forecast: "closed".into(), sla_days: "0".into(), ..stage() };
        let found = codes(wrong.check(StageKind::Open).unwrap_err());
        let expected = [("probability", "not_a_percentage"), ("forecast", "unknown_value"), ("sla_days", "too_small_min")];
        assert_eq!(found, expected.map(|(f, c)| (f.to_owned(), c.to_owned())));
    }

    #[test]
    fn a_won_stage_is_certain_whatever_was_typed() {
        let draft = StageForm { probability: "20".into(), sla_days: "9".into(), ..stage() }.check(StageKind::Won).unwrap();
        assert_eq!((draft.probability_bp, draft.sla_days, draft.forecast), (10_000, None, ForecastCategory::Closed));
    }

    #[test]
    fn a_product_needs_code_name_and_price() {
        let amount = |text: &str, _: &str| text.parse::<i64>().ok().map(|n| n * 100);
        let found = codes(ProductForm::default().check(amount).unwrap_err());
        assert_eq!(
            found,
            [("price", "required"), ("name_zh", "required"), ("code", "required")].map(|(f, c)| (f.to_owned(), c.to_owned()))
        );
        let form =
            ProductForm { code: "P-1".into(), name_zh: "泵".into(), price: "12".into(), vat: "13".into(), ..ProductForm::default() };
        let draft = form.check(amount).unwrap();
        assert_eq!((draft.price.minor, draft.vat_bp, draft.name_en.as_str(), draft.active), (1_200, 1_300, "泵", false));
    }

    #[test]
    fn a_stage_is_put_among_the_open_ones() {
        let id = |n| StageId(uuid::Uuid::from_u128(n));
        let stages = [(id(1), StageKind::Open), (id(2), StageKind::Open), (id(3), StageKind::Open), (id(9), StageKind::Won)];
        let order = |of, place| reordered(&stages, id(of), place).into_iter().map(|id| id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(order(1, 1), [1, 2, 3, 9]);
        assert_eq!(order(1, 2), [2, 1, 3, 9]);
        assert_eq!(order(3, 1), [3, 1, 2, 9]);
        assert_eq!(order(1, 99), [2, 3, 1, 9], "never behind the closing ones");
        assert_eq!(order(7, 4), [1, 2, 3, 7, 9], "a new one");
    }

    #[test]
    fn a_place_is_a_number_from_one() {
        let place = |text: &str| StageForm { place: text.into(), ..stage() }.check(StageKind::Open).map(|draft| draft.place).map_err(codes);
        assert_eq!((place(""), place("3")), (Ok(None), Ok(Some(3))));
        for wrong in ["0", "-1", "x"] {
            assert_eq!(place(wrong), Err(vec![("place".to_owned(), "unknown_value".to_owned())]), "{wrong}");
        }
    }

    #[test]
    fn percentages_read_back_as_written() {
        for bp in [0, 50, 1_000, 4_250, 10_000] {
            assert_eq!(parse_percent(&percent(bp)), Some(bp));
        }
    }
}
