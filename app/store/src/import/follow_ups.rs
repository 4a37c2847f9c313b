//! Follow-ups of a file: what was done with a customer on a day that has been,
//! and by whom. They are history: the next step that a row tells is written with
//! it, and the deal keeps the one that it has.

use super::deal_rows::noon;
use super::known::Customers;
use super::reader::{Cells, Names, Reader, See};
use super::{BATCH, News, Sender, words};
use crate::entity::{contact, customer, deal, follow_up};
use crate::error::Result;
use crate::org::Org;
use crate::scope;
use crate::search::fold;
use crate::write::Work;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContactId, CustomerId, DealId, UnitId, UserId};
use domain::policy::{Action, Ownership, grant, scope as scope_of};
use domain::violation::Violation;
use domain::work::{FollowUpDraft, FollowUpForm, FollowUpKind};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use uuid::Uuid;

/// Customers of one statement.
const ASKED: usize = 500;

/// A row that may be written.
pub struct Ready {
    draft: FollowUpDraft,
    on: NaiveDate,
    author: UserId,
}

/// What rows refer to by name.
struct Known {
    customers: Customers,
    /// By customer: their deals by title, and whose they are.
    deals: HashMap<CustomerId, Names<DealId>>,
    owned: HashMap<DealId, Ownership>,
    contacts: HashMap<CustomerId, Names<ContactId>>,
}

/// Follow-ups by customer, day and text, each with the row that brought it, or
/// none.
type Taken = HashMap<(CustomerId, NaiveDate, u64), Option<usize>>;

fn key(customer: CustomerId, on: NaiveDate, content: &str) -> (CustomerId, NaiveDate, u64) {
    let mut hasher = DefaultHasher::new();
    fold(content).hash(&mut hasher);
    (customer, on, hasher.finish())
}

pub async fn check(reader: &Reader<'_>, db: &impl ConnectionTrait, see: See<'_>) -> Result<Vec<Ready>> {
    let known = known(reader, db).await?;
    let mut taken = existing(reader, db, &known.customers).await?;
    Ok(reader.rows(see, move |cells| row(cells, &known, &mut taken)).await)
}

async fn known(reader: &Reader<'_>, db: &impl ConnectionTrait) -> Result<Known> {
    let customers = Customers::of(reader, db).await?;
    let (mut deals, mut owned, mut contacts) = (HashMap::new(), HashMap::new(), HashMap::new());
    use deal::Column as D;
    let rows: Vec<(Uuid, Uuid, String, Uuid, Uuid)> = deal::Entity::find()
        .select_only()
        .columns([D::Id, D::CustomerId, D::Title, D::OwnerId, D::UnitId])
        .filter(scope::deals(&scope_of(reader.by, Action::ReadDeals)?))
        .into_tuple()
        .all(db)
        .await?;
    for (id, customer, title, owner, unit) in rows {
        let names: &mut Names<DealId> = deals.entry(CustomerId(customer)).or_default();
        names.add(&title, DealId(id));
        owned.insert(DealId(id), Ownership { owner: Some(UserId(owner)), unit: UnitId(unit) });
    }
    if reader.job.columns.has("contact") {
        use contact::Column as C;
        let to_customer: RelationDef = contact::Entity::belongs_to(customer::Entity).from(C::CustomerId).to(customer::Column::Id).into();
        let rows: Vec<(Uuid, Uuid, String)> = contact::Entity::find()
            .select_only()
            .columns([C::Id, C::CustomerId, C::Name])
            .join(JoinType::InnerJoin, to_customer)
            .filter(scope::customers(&scope_of(reader.by, Action::ReadCustomers)?))
            .into_tuple()
            .all(db)
            .await?;
        for (id, customer, name) in rows {
            let names: &mut Names<ContactId> = contacts.entry(CustomerId(customer)).or_default();
            names.add(&name, ContactId(id));
        }
    }
    Ok(Known { customers, deals, owned, contacts })
}

/// Those of the customers that the file names.
async fn existing(reader: &Reader<'_>, db: &impl ConnectionTrait, customers: &Customers) -> Result<Taken> {
    let columns = &reader.job.columns;
    let named = reader.job.table.rows.iter().filter_map(|row| customers.names.find(columns.cell(row, "customer")).ok());
    let named: Vec<Uuid> = named.map(|id| id.0).collect::<HashSet<_>>().into_iter().collect();
    let zone = reader.org().time_zone;
    let mut found = Taken::new();
    use follow_up::Column as C;
    for some in named.chunks(ASKED) {
        let rows: Vec<(Uuid, DateTime<Utc>, String)> = follow_up::Entity::find()
            .select_only()
            .columns([C::CustomerId, C::At, C::Content])
            .filter(C::CustomerId.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        let keys = rows.iter().map(|(customer, at, content)| key(CustomerId(*customer), at.with_timezone(&zone).date_naive(), content));
        found.extend(keys.map(|key| (key, None)));
    }
    Ok(found)
}

fn row(cells: &mut Cells<'_>, known: &Known, taken: &mut Taken) -> Option<Ready> {
    let reader = cells.reader;
    let customer = cells.name("customer", &known.customers.names);
    // The deals and contacts of this customer only.
    let none = (Names::default(), Names::default());
    let deal = customer.and_then(|id| cells.name("deal", known.deals.get(&id).unwrap_or(&none.0)));
    let contact = customer.and_then(|id| cells.name("contact", known.contacts.get(&id).unwrap_or(&none.1)));
    let owned = deal.and_then(|id| known.owned.get(&id)).or_else(|| known.customers.owned.get(&customer?));
    if owned.is_some_and(|owned| [Action::Import, Action::LogWork].iter().any(|action| grant(reader.by, *action, owned).is_err())) {
        cells.refuse(Violation::new("customer", "forbidden"));
    }
    let on = cells.date("at");
    if cells.text("at").is_empty() {
        cells.refuse(Violation::new("at", "required"));
    } else if on.is_some_and(|on| on > reader.today) {
        cells.refuse(Violation::new("at", "date_in_future"));
    }
    let author = cells.author("author");
    let form = FollowUpForm {
        customer: customer.map(|id| id.to_string()).unwrap_or_default(),
        deal: deal.map(|id| id.to_string()).unwrap_or_default(),
        contact: contact.map(|id| id.to_string()).unwrap_or_default(),
        kind: cells.word("kind", words::follow_up_kind).unwrap_or(FollowUpKind::Other).code().to_owned(),
        content: cells.text("content").to_owned(),
        next_step: cells.text("next_step").to_owned(),
        next_on: cells.date("next_on").map(|on| on.to_string()).unwrap_or_default(),
        ..FollowUpForm::default()
    };
    if let Some((customer, on)) = customer.zip(on).filter(|_| !form.content.is_empty()) {
        match taken.entry(key(customer, on, &form.content)) {
            Entry::Vacant(free) => {
                free.insert(Some(cells.number()));
            }
            Entry::Occupied(by) => cells.twin(match by.get() {
                Some(row) => Violation::new("content", "duplicate_row").with("row", row),
                None => Violation::new("content", "follow_up_there"),
            }),
        }
    }
    // The next step lay ahead on the day when it was agreed.
    let draft = cells.draft(form.check(on.unwrap_or(reader.today)))?;
    Some(Ready { draft, on: on?, author: author? })
}

/// Writes the rows; gives the ids of the follow-ups, in the order of the rows.
pub async fn write(work: &Work, rows: Vec<Ready>, org: &Org, sender: &Sender) -> Result<Vec<Uuid>> {
    let total = rows.len();
    let mut made = Vec::with_capacity(total);
    let mut rows = rows.into_iter();
    while made.len() < total {
        let batch: Vec<_> = rows.by_ref().take(BATCH).map(|row| model(work, work.new_id(), row, org)).collect();
        made.extend(batch.iter().filter_map(|row| row.id.try_as_ref().copied()));
        follow_up::Entity::insert_many(batch).exec_without_returning(work.tx()).await?;
        // Nobody waits any more: the rows are written all the same.
        let _ = sender.send(News::Done(made.len(), total));
    }
    Ok(made)
}

fn model(work: &Work, id: Uuid, row: Ready, org: &Org) -> follow_up::ActiveModel {
    let Ready { draft, on, author } = row;
    follow_up::ActiveModel {
        id: Set(id),
        customer_id: Set(draft.customer.0),
        deal_id: Set(draft.deal.map(|id| id.0)),
        contact_id: Set(draft.contact.map(|id| id.0)),
        kind: Set(draft.kind.code().to_owned()),
        content: Set(draft.content),
        next_step: Set(draft.next_step),
        next_on: Set(draft.next_on),
        at: Set(noon(org, on, work.now)),
        by_id: Set(author.0),
    }
}
