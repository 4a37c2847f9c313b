//! What is asked for a fact of deals: its controls, what was typed as a value, and the words for
//! it. Choosing rows, editing in place, sending and taking back is `ui::change`.

use crate::api;
use domain::change::{Change, Checked, UndoChanges};
use domain::ids::{DealId, ProductId, RequestId, UserId};
use domain::pipeline::change::{ChangeDeals, Changed, Fact};
use domain::pipeline::form::parse_percent;
use domain::pipeline::{Card, Choices, DealRow, Source};
use domain::violation::{Violation, parse_date};
use i18n::Key;
use i18n::keys::{common, deal};
use leptos::prelude::*;
use ui::change::{Subject, Words};
use ui::form::{Refusals, SelectField, TextField};
use ui::{Answer, ApiError, browser, fmt, t, words};
use web_sys::FormData;

pub type Changer = ui::change::Changer<Deals>;
pub type Cells = ui::change::cell::Cells<Deals>;

/// Whether nobody is typing into a cell or a dialog, or holding a card by its date:
/// only then is a page read again.
pub fn is_free() -> bool {
    ui::change::is_free() && browser::query(".deal.is-ghost[draggable]").is_none()
}

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

/// Deals of the list, or cards.
pub struct Deals;

impl Subject for Deals {
    type Id = DealId;
    type Row = Seen;
    type Choices = Choices;
    type Field = Field;
    type Fact = Fact;

    const WORDS: Words = Words {
        pick_page: deal::PICK_PAGE,
        picked_bar: deal::PICKED_BAR,
        picked: (deal::PICKED_ONE, deal::PICKED_MANY),
        title: (deal::CHANGE_TITLE_ONE, deal::CHANGE_TITLE_MANY),
        changed: (deal::CHANGED_ONE, deal::CHANGED_MANY),
        undone: (deal::CHANGE_UNDONE_ONE, deal::CHANGE_UNDONE_MANY),
        not_changed: (deal::NOT_CHANGED_ONE, deal::NOT_CHANGED_MANY),
    };
    const ROW: &'static str = "data-deal-id";
    const OF_MANY: &'static [Field] = &[Field::Owner, Field::Close, Field::Next, Field::Probability, Field::Product, Field::Source];

    fn id(row: &Seen) -> DealId {
        row.card.id
    }

    fn version(row: &Seen) -> i32 {
        row.card.version
    }

    fn title(row: &Seen) -> String {
        row.card.title.clone()
    }

    fn code(field: Field) -> &'static str {
        match field {
            Field::Owner => "owner",
            Field::Close => "expected_close_on",
            Field::Next => "next_step",
            Field::Amount => "amount",
            Field::Probability => "probability",
            Field::Source => "source",
            Field::Product => "product",
        }
    }

    fn parse(code: &str) -> Option<Field> {
        Self::OF_MANY.iter().copied().chain([Field::Amount]).find(|field| Self::code(*field) == code)
    }

    fn label(field: Field) -> Key {
        match field {
            Field::Owner => common::OWNER,
            Field::Close => common::EXPECTED_CLOSE,
            Field::Next => common::NEXT_STEP,
            Field::Amount => common::AMOUNT,
            Field::Probability => common::PROBABILITY,
            Field::Source => common::SOURCE,
            Field::Product => common::PRODUCT,
        }
    }

    fn field(fact: &Fact) -> Field {
        match fact {
            Fact::Owner(_) => Field::Owner,
            Fact::Close(_) => Field::Close,
            Fact::Next { .. } => Field::Next,
            Fact::Amount(_) => Field::Amount,
            Fact::Probability(_) => Field::Probability,
            Fact::Source(_) => Field::Source,
            Fact::Product(_) => Field::Product,
        }
    }

    fn controls(field: Field, row: Option<Seen>, choices: Choices, refused: RwSignal<Option<ApiError>>) -> AnyView {
        let refusals = Refusals::of(move || refused.get().map(Err::<(), _>));
        let name = Self::code(field);
        let label = Self::label(field);
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

    fn read(field: Field, data: &FormData, row: Option<&Seen>) -> Result<Fact, Violation> {
        // Only one deal is given an amount, in its own currency.
        let currency = row.map_or("", |row| row.card.amount.currency.code());
        let typed = |name: &str| data.get(&format!("form[{name}]")).as_string().unwrap_or_default().trim().to_owned();
        let value = typed(Self::code(field));
        let refused = |code: &str| Violation::new(Self::code(field), code);
        let required = |value: &str| if value.is_empty() { Err(refused("required")) } else { Ok(()) };
        let fact = match field {
            Field::Owner => {
                required(&value)?;
                Fact::Owner(UserId::parse(&value).ok_or_else(|| refused("unknown_value"))?)
            }
            Field::Close => Fact::Close(read_day(Self::code(field), &value)?),
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

    async fn change(request: RequestId, rows: Vec<(DealId, i32)>, to: Fact) -> Answer<Changed> {
        let changes = rows.into_iter().map(|(id, version)| Change { id, version, to: to.clone() }).collect();
        api::change_deals(ChangeDeals { request, changes }).await
    }

    async fn undo(command: UndoChanges) -> Answer<Changed> {
        api::undo_changes(command).await
    }
}

fn read_day(field: &str, value: &str) -> Result<Option<chrono::NaiveDate>, Violation> {
    if value.is_empty() {
        return Ok(None);
    }
    parse_date(value).map(Some).ok_or_else(|| Violation::new(field, "not_a_date"))
}
