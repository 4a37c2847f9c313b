//! What is asked for a fact: its controls, and what was typed as a value.

use domain::ids::{ProductId, UserId};
use domain::pipeline::change::Fact;
use domain::pipeline::form::parse_percent;
use domain::pipeline::{Card, Choices, DealRow, Source};
use domain::violation::{Violation, parse_date};
use i18n::Key;
use i18n::keys::{common, deal};
use leptos::prelude::*;
use ui::form::{Refusals, SelectField, TextField};
use ui::{ApiError, fmt, t, words};
use web_sys::FormData;

/// A deal as it is shown where a fact of it is changed.
#[derive(Debug, Clone)]
pub struct Seen {
    pub card: Card,
    /// Only rows of the list know it, as the product.
    source: Option<Source>,
    product: Option<ProductId>,
}

impl From<Card> for Seen {
    fn from(card: Card) -> Self {
        Self { card, source: None, product: None }
    }
}

impl From<DealRow> for Seen {
    fn from(DealRow { card, source, product, .. }: DealRow) -> Self {
        Self { card, source: Some(source), product }
    }
}

/// Which fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Owner,
    Close,
    Next,
    Amount,
    Probability,
    Source,
    Product,
}

impl Field {
    /// What many deals can be given alike.
    pub const OF_MANY: [Self; 6] = [Self::Owner, Self::Close, Self::Next, Self::Probability, Self::Product, Self::Source];

    #[must_use]
    pub const fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Owner(_) => Self::Owner,
            Fact::Close(_) => Self::Close,
            Fact::Next { .. } => Self::Next,
            Fact::Amount(_) => Self::Amount,
            Fact::Probability(_) => Self::Probability,
            Fact::Source(_) => Self::Source,
            Fact::Product(_) => Self::Product,
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Close => "expected_close_on",
            Self::Next => "next_step",
            Self::Amount => "amount",
            Self::Probability => "probability",
            Self::Source => "source",
            Self::Product => "product",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Amount].into_iter().chain(Self::OF_MANY).find(|field| field.code() == code)
    }

    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Owner => common::OWNER,
            Self::Close => common::EXPECTED_CLOSE,
            Self::Next => common::NEXT_STEP,
            Self::Amount => common::AMOUNT,
            Self::Probability => common::PROBABILITY,
            Self::Source => common::SOURCE,
            Self::Product => common::PRODUCT,
        }
    }
}

/// The controls of a fact, with what `row` has.
#[component]
pub fn FactFields(
    field: Field,
    #[prop(optional_no_strip)] row: Option<Seen>,
    choices: Choices,
    refused: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let refusals = Refusals::of(move || refused.get().map(Err::<(), _>));
    let name = field.code();
    let label = field.label();
    let day = |on: Option<chrono::NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
    match field {
        Field::Owner => {
            let options = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
            let value = row.map(|row| row.card.owner.to_string()).unwrap_or_default();
            view! { <SelectField label name refusals value options empty="—".to_owned() required=true/> }.into_any()
        }
        Field::Close => {
            let value = day(row.and_then(|row| row.card.expected_close_on));
            view! { <TextField label name refusals value kind="date" max=0/> }.into_any()
        }
        Field::Next => {
            let (step, on) = row.map(|row| (row.card.next_step, day(row.card.next_on))).unwrap_or_default();
            view! {
                <TextField label name refusals value=step max=domain::pipeline::form::STEP_MAX/>
                <TextField label=deal::NEXT_ON name="next_on" refusals value=on kind="date" max=0/>
            }
            .into_any()
        }
        Field::Amount => {
            let (value, hint) = row
                .map(|row| {
                    let currency = row.card.amount.currency.code();
                    (fmt::money_input(row.card.amount.minor, currency), currency.to_owned())
                })
                .unwrap_or_default();
            view! { <TextField label name refusals value inputmode="decimal" required=true hint/> }.into_any()
        }
        Field::Probability => {
            let value = row.map(|row| words::rate(row.card.probability_bp)).unwrap_or_default();
            view! { <TextField label name refusals value inputmode="decimal" hint=t(deal::PROBABILITY_HINT).to_owned()/> }.into_any()
        }
        Field::Source => {
            let options = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
            let value = row.and_then(|row| row.source).map(|source| source.code().to_owned()).unwrap_or_default();
            view! { <SelectField label name refusals value options empty="—".to_owned() required=true/> }.into_any()
        }
        Field::Product => {
            let now = row.and_then(|row| row.product);
            let offered = choices.products.iter().filter(|p| p.active || now == Some(p.id));
            let options = offered.map(|p| (p.id.to_string(), words::product_name(p))).collect();
            let value = now.map(|id| id.to_string()).unwrap_or_default();
            view! { <SelectField label name refusals value options empty=t(deal::NO_PRODUCT).to_owned()/> }.into_any()
        }
    }
}

/// What was typed, as a value of the fact. `currency`: of the one deal whose
/// amount is changed.
pub fn read(field: Field, data: &FormData, currency: &str) -> Result<Fact, Violation> {
    let typed = |name: &str| data.get(&format!("form[{name}]")).as_string().unwrap_or_default().trim().to_owned();
    let value = typed(field.code());
    let refused = |code: &str| Violation::new(field.code(), code);
    let required = |value: &str| if value.is_empty() { Err(refused("required")) } else { Ok(()) };
    let fact = match field {
        Field::Owner => {
            required(&value)?;
            Fact::Owner(UserId::parse(&value).ok_or_else(|| refused("unknown_value"))?)
        }
        Field::Close => Fact::Close(read_day(field.code(), &value)?),
        Field::Next => Fact::Next { on: read_day("next_on", &typed("next_on"))?, step: value },
        Field::Amount => {
            required(&value)?;
            Fact::Amount(fmt::parse_amount(&value, currency).ok_or_else(|| refused("not_a_number"))?)
        }
        Field::Probability if value.is_empty() => Fact::Probability(None),
        Field::Probability => Fact::Probability(Some(parse_percent(&value).ok_or_else(|| refused("not_a_percentage"))?)),
        Field::Source => {
            required(&value)?;
            Fact::Source(Source::parse(&value).ok_or_else(|| refused("unknown_value"))?)
        }
        Field::Product if value.is_empty() => Fact::Product(None),
        Field::Product => Fact::Product(Some(ProductId::parse(&value).ok_or_else(|| refused("unknown_value"))?)),
    };
    fact.check().map(|()| fact)
}

fn read_day(field: &str, value: &str) -> Result<Option<chrono::NaiveDate>, Violation> {
    if value.is_empty() {
        return Ok(None);
    }
    parse_date(value).map(Some).ok_or_else(|| Violation::new(field, "not_a_date"))
}
