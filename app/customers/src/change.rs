//! What is asked for a fact of customers that is changed in their list: its controls, what was
//! typed as a value, and the words for it. Choosing, sending and taking back is `ui::change`.

use crate::api;
use domain::change::Checked;
use domain::change::{Change, UndoChanges};
use domain::customer_change::{ChangeCustomers, Changed, Fact};
use domain::customers::{CustomerChoices, CustomerRow, Size, TEXT_MAX, Tier};
use domain::ids::{CustomerId, RequestId, UserId};
use domain::pipeline::Source;
use domain::tiers::board::REASON_MAX;
use domain::violation::Violation;
use i18n::Key;
use i18n::keys::{common, customers, tiers};
use leptos::prelude::*;
use ui::change::{Subject, Words};
use ui::form::{Refusals, SelectField, TextField};
use ui::{Answer, ApiError, t, texts, words};
use web_sys::FormData;

/// Which fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Owner,
    Tier,
    Industry,
    Region,
    Size,
    Source,
}

/// Customers of the list.
pub struct Customers;

impl Subject for Customers {
    type Id = CustomerId;
    type Row = CustomerRow;
    type Choices = CustomerChoices;
    type Field = Field;
    type Fact = Fact;

    const WORDS: Words = Words {
        pick_page: customers::PICK_PAGE,
        picked_bar: customers::PICKED_BAR,
        picked: (customers::PICKED_ONE, customers::PICKED_MANY),
        title: (customers::CHANGE_TITLE_ONE, customers::CHANGE_TITLE_MANY),
        changed: (customers::CHANGED_ONE, customers::CHANGED_MANY),
        undone: (customers::CHANGE_UNDONE_ONE, customers::CHANGE_UNDONE_MANY),
        not_changed: (customers::NOT_CHANGED_ONE, customers::NOT_CHANGED_MANY),
    };
    const ROW: &'static str = "data-customer-id";
    const OF_MANY: &'static [Field] = &[Field::Owner, Field::Tier, Field::Industry, Field::Region, Field::Size, Field::Source];

    fn id(row: &CustomerRow) -> CustomerId {
        row.id
    }

    fn version(row: &CustomerRow) -> i32 {
        row.version
    }

    fn title(row: &CustomerRow) -> String {
        row.name.clone()
    }

    fn code(field: Field) -> &'static str {
        match field {
            Field::Owner => "owner",
            Field::Tier => "tier",
            Field::Industry => "industry",
            Field::Region => "region",
            Field::Size => "size",
            Field::Source => "source",
        }
    }

    fn parse(code: &str) -> Option<Field> {
        Self::OF_MANY.iter().copied().find(|field| Self::code(*field) == code)
    }

    fn label(field: Field) -> Key {
        match field {
            Field::Owner => common::OWNER,
            Field::Tier => common::TIER,
            Field::Industry => common::INDUSTRY,
            Field::Region => common::REGION,
            Field::Size => common::SIZE,
            Field::Source => common::SOURCE,
        }
    }

    fn field(fact: &Fact) -> Field {
        match fact {
            Fact::Owner(_) => Field::Owner,
            Fact::Tier { .. } => Field::Tier,
            Fact::Industry(_) => Field::Industry,
            Fact::Region(_) => Field::Region,
            Fact::Size(_) => Field::Size,
            Fact::Source(_) => Field::Source,
        }
    }

    fn controls(field: Field, row: Option<CustomerRow>, choices: CustomerChoices, refused: RwSignal<Option<ApiError>>) -> AnyView {
        let refusals = Refusals::of(move || refused.get().map(Err::<(), _>));
        let (label, name) = (Self::label(field), Self::code(field));
        let select = |value: String, options: Vec<(String, String)>, required: bool| {
            view! { <SelectField label name refusals value options empty="—".to_owned() required/> }.into_any()
        };
        let text = |value: String| view! { <TextField label name refusals value max=TEXT_MAX autocomplete="off"/> }.into_any();
        match field {
            Field::Owner => {
                let now = row.and_then(|row| row.owner);
                let mut owners: Vec<_> = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
                let value = now.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
                // Who has left may still own it.
                if let Some((id, name)) = now.filter(|(id, _)| !choices.owners.iter().any(|(known, _)| known == id)) {
                    owners.insert(0, (id.to_string(), name));
                }
                select(value, owners, true)
            }
            Field::Tier => {
                let options = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
                let value = row.map(|row| row.tier.code().to_owned()).unwrap_or_default();
                let hint = texts().fmt(tiers::REASON_HINT, &[("max", &REASON_MAX.to_string())]);
                view! {
                    {select(value, options, true)}
                    <TextField label=tiers::REASON name="reason" refusals value="" max=REASON_MAX required=true hint autocomplete="off"/>
                }
                .into_any()
            }
            Field::Industry => text(row.map(|row| row.industry).unwrap_or_default()),
            Field::Region => text(row.map(|row| row.region).unwrap_or_default()),
            Field::Size => {
                let options = Size::ALL.iter().map(|v| (v.code().to_owned(), words::size(*v))).collect();
                select(row.and_then(|row| row.size).map(|size| size.code().to_owned()).unwrap_or_default(), options, false)
            }
            Field::Source => {
                let options = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
                select(row.map(|row| row.source.code().to_owned()).unwrap_or_default(), options, true)
            }
        }
    }

    fn read(field: Field, data: &FormData, _: Option<&CustomerRow>) -> Result<Fact, Violation> {
        let typed = |name: &str| data.get(&format!("form[{name}]")).as_string().unwrap_or_default().trim().to_owned();
        let code = Self::code(field);
        let value = typed(code);
        let refused = |what: &str| Violation::new(code, what);
        if value.is_empty() && matches!(field, Field::Owner | Field::Tier | Field::Source) {
            return Err(refused("required"));
        }
        let unknown = || refused("unknown_value");
        let fact = match field {
            Field::Owner => Fact::Owner(Some(UserId::parse(&value).ok_or_else(unknown)?)),
            Field::Tier => Fact::Tier { to: Tier::parse(&value).ok_or_else(unknown)?, reason: typed("reason") },
            Field::Industry => Fact::Industry(value),
            Field::Region => Fact::Region(value),
            Field::Size if value.is_empty() => Fact::Size(None),
            Field::Size => Fact::Size(Some(Size::parse(&value).ok_or_else(unknown)?)),
            Field::Source => Fact::Source(Source::parse(&value).ok_or_else(unknown)?),
        };
        fact.check().map(|()| fact)
    }

    async fn change(request: RequestId, rows: Vec<(CustomerId, i32)>, to: Fact) -> Answer<Changed> {
        let changes = rows.into_iter().map(|(id, version)| Change { id, version, to: to.clone() }).collect();
        api::change_customers(ChangeCustomers { request, changes }).await
    }

    async fn undo(command: UndoChanges) -> Answer<Changed> {
        api::undo_changes(command).await
    }
}
