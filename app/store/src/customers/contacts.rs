//! Contacts: their list, their form, and the one of each customer who is
//! asked first.

use super::{counted, customer_change, instant, ownership, parse_instant};
use crate::entity::{contact, customer};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::paging::behind;
use crate::pipeline::read;
use crate::write::Work;
use crate::{Store, scope, search};
use domain::customers::{ContactDraft, ContactForm, ContactRole, ContactRow, ContactSort, Tier};
use domain::ids::{ContactId, CustomerId, RequestId, UserId};
use domain::page::{Cursor, PAGE_ROWS, Page, Sort};
use domain::policy::{Action, Actor, Granted, Scope, grant, grant_any, scope as scope_of};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType,
    Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

/// Contacts that the page of one customer shows: more than any has.
const OF_CUSTOMER: u64 = 200;

/// A contact with the names of its customer.
#[derive(FromQueryResult)]
pub(crate) struct Line {
    #[sea_orm(nested)]
    pub(crate) contact: contact::Model,
    pub(crate) customer_name: String,
    customer_short: String,
    customer_tier: String,
    customer_owner: Option<Uuid>,
}

/// The contacts in scope that a list narrows to.
fn in_filter(scope: &Scope, customer: Option<CustomerId>, text: &str) -> Select<contact::Entity> {
    contact::Entity::find()
        .join(JoinType::InnerJoin, to_customer())
        .filter(scope::customers(scope))
        .filter(Condition::all().add_option(customer.map(|id| contact::Column::CustomerId.eq(id.0))).add_option(in_text(text)))
}

impl Store {
    /// One page of the contacts of the customers in scope, or of one of them.
    /// `text` is looked for in what says who a contact is, and in the customer.
    pub async fn contacts(
        &self,
        actor: &Actor,
        customer: Option<CustomerId>,
        text: &str,
        sort: Sort<ContactSort>,
        after: Option<&str>,
    ) -> Result<Page<ContactRow>> {
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let text = text.trim();
        let total = counted(self, format!("contacts {scope:?} {customer:?} {text}"), in_filter(&scope, customer, text)).await?;
        let (found, next) = self.contact_lines(actor, customer, text, sort, after, PAGE_ROWS).await?;
        let org = self.require_org()?;
        let rows = found
            .into_iter()
            .map(|line| {
                let of =
                    Of { name: &line.customer_name, short: &line.customer_short, tier: &line.customer_tier, owner: line.customer_owner };
                into_row(line.contact, &of, &org)
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, total, next })
    }

    /// At most `limit` contacts of the list behind a cursor, and the cursor of
    /// those after them.
    pub(crate) async fn contact_lines(
        &self,
        actor: &Actor,
        customer: Option<CustomerId>,
        text: &str,
        sort: Sort<ContactSort>,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<Line>, Option<String>)> {
        use contact::Column as C;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let column = match sort.column {
            ContactSort::Name => C::Name,
            ContactSort::Updated => C::UpdatedAt,
        };
        let order = if sort.descending { Order::Desc } else { Order::Asc };
        let mut query = in_filter(&scope, customer, text.trim()).order_by(column, order.clone()).order_by(C::Id, order).limit(limit + 1);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            let value = match sort.column {
                ContactSort::Updated => parse_instant(&cursor.value)?,
                ContactSort::Name => cursor.value.into(),
            };
            query = query.filter(behind(column, C::Id, value, cursor.id, sort.descending));
        }
        let mut found: Vec<Line> = query
            .column_as(customer::Column::Name, "customer_name")
            .column_as(customer::Column::ShortName, "customer_short")
            .column_as(customer::Column::Tier, "customer_tier")
            .column_as(customer::Column::OwnerId, "customer_owner")
            .into_model()
            .all(self.db())
            .await?;
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().filter(|_| more).map(|last| cursor(&last.contact, sort.column).encode());
        Ok((found, next))
    }

    /// The form of a contact as it is, for editing.
    pub async fn contact_form(&self, actor: &Actor, id: ContactId) -> Result<ContactForm> {
        let row = contact::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        self.may_write_contacts(actor, row.customer_id).await?;
        Ok(ContactForm {
            id: row.id.to_string(),
            version: row.version,
            request: String::new(),
            customer: row.customer_id.to_string(),
            name: row.name,
            title: row.title,
            role: row.role,
            phone: row.phone,
            email: row.email,
            primary: row.is_primary,
            notes: row.notes,
        })
    }

    /// An empty form for a further contact; the first one is asked first.
    pub async fn new_contact_form(&self, actor: &Actor, customer: CustomerId) -> Result<ContactForm> {
        self.may_write_contacts(actor, customer.0).await?;
        let known = contact::Entity::find().filter(contact::Column::CustomerId.eq(customer.0)).count(self.db()).await?;
        Ok(ContactForm { customer: customer.to_string(), primary: known == 0, ..ContactForm::default() })
    }

    async fn may_write_contacts(&self, actor: &Actor, customer: Uuid) -> Result<Granted> {
        let row = customer::Entity::find_by_id(customer).one(self.db()).await?;
        let row = row.filter(|row| row.merged_into.is_none()).ok_or(StoreError::NotFound)?;
        Ok(grant(actor, Action::WriteCustomers, &ownership(&row))?)
    }

    /// Adds a contact or changes one; it stays with its customer. Who becomes
    /// the primary one takes that from whoever was.
    pub async fn save_contact(&self, by: &Actor, request: RequestId, form: ContactForm) -> Result<ContactId> {
        grant_any(by, Action::WriteCustomers)?;
        let draft = form.check()?;
        let version = form.version;
        let existing = match form.id.as_str() {
            "" => None,
            id => Some(ContactId::parse(id).ok_or(StoreError::NotFound)?),
        };
        self.write(by, request, move |work| async move { save(&work, existing, version, draft).await }).await
    }
}

pub(super) async fn save(work: &Work, existing: Option<ContactId>, version: i32, draft: ContactDraft) -> Result<ContactId> {
    // Locked, so that two who each make a contact primary come one after the other.
    let owner = customer::Entity::find_by_id(draft.customer.0).lock_exclusive().one(work.tx()).await?;
    let owner = owner.filter(|row| row.merged_into.is_none()).ok_or(StoreError::NotFound)?;
    let granted = grant(&work.by, Action::WriteCustomers, &ownership(&owner))?;
    let id = match existing {
        None => insert(work, draft.clone()).await?,
        Some(id) => update(work, id, version, draft.clone()).await?,
    };
    if draft.primary {
        clear_others(work, granted, id, draft.customer).await?;
    }
    work.audit(granted, "contact", id.0, &serde_json::json!({ "name": draft.name, "primary": draft.primary, "customer": draft.customer }))?;
    work.changed(customer_change(&owner, &work.by))?;
    Ok(id)
}

async fn insert(work: &Work, draft: ContactDraft) -> Result<ContactId> {
    let id = work.new_id();
    contact::Entity::insert(model(work, id, draft)).exec_without_returning(work.tx()).await?;
    Ok(ContactId(id))
}

/// A new row.
pub(crate) fn model(work: &Work, id: Uuid, draft: ContactDraft) -> contact::ActiveModel {
    contact::ActiveModel {
        id: Set(id),
        customer_id: Set(draft.customer.0),
        name: Set(draft.name),
        title: Set(draft.title),
        role: Set(draft.role.code().to_owned()),
        phone: Set(draft.phone),
        email: Set(draft.email),
        is_primary: Set(draft.primary),
        notes: Set(draft.notes),
        created_at: Set(work.now),
        updated_at: Set(work.now),
        version: Set(1),
    }
}

async fn update(work: &Work, id: ContactId, version: i32, draft: ContactDraft) -> Result<ContactId> {
    let row = contact::Entity::find_by_id(id.0)
        .filter(contact::Column::CustomerId.eq(draft.customer.0))
        .lock_exclusive()
        .one(work.tx())
        .await?
        .ok_or(StoreError::NotFound)?;
    if row.version != version {
        return Err(work.stale(row.id, row.version).await?);
    }
    let version = row.version + 1;
    let mut change = row.into_active_model();
    change.name = Set(draft.name);
    change.title = Set(draft.title);
    change.role = Set(draft.role.code().to_owned());
    change.phone = Set(draft.phone);
    change.email = Set(draft.email);
    change.is_primary = Set(draft.primary);
    change.notes = Set(draft.notes);
    change.updated_at = Set(work.now);
    change.version = Set(version);
    change.update(work.tx()).await?;
    Ok(id)
}

/// The others get a new version too: a form that still says "primary" is old.
async fn clear_others(work: &Work, granted: Granted, primary: ContactId, customer: CustomerId) -> Result<()> {
    let others = contact::Entity::find()
        .filter(contact::Column::CustomerId.eq(customer.0))
        .filter(contact::Column::IsPrimary.eq(true))
        .filter(contact::Column::Id.ne(primary.0))
        .all(work.tx())
        .await?;
    for other in others {
        let (id, version) = (other.id, other.version + 1);
        let mut change = other.into_active_model();
        change.is_primary = Set(false);
        change.updated_at = Set(work.now);
        change.version = Set(version);
        change.update(work.tx()).await?;
        work.audit(granted, "contact", id, &serde_json::json!({ "primary": false }))?;
    }
    Ok(())
}

/// The contacts of one customer, the primary one first.
pub(crate) async fn contacts_of(db: &impl ConnectionTrait, customer: &customer::Model, org: &Org) -> Result<Vec<ContactRow>> {
    let rows = contact::Entity::find()
        .filter(contact::Column::CustomerId.eq(customer.id))
        .order_by_desc(contact::Column::IsPrimary)
        .order_by_asc(contact::Column::Name)
        .order_by_asc(contact::Column::Id)
        .limit(OF_CUSTOMER)
        .all(db)
        .await?;
    let of = Of { name: &customer.name, short: &customer.short_name, tier: &customer.tier, owner: customer.owner_id };
    rows.into_iter().map(|row| into_row(row, &of, org)).collect()
}

fn to_customer() -> RelationDef {
    contact::Entity::belongs_to(customer::Entity).from(contact::Column::CustomerId).to(customer::Column::Id).into()
}

fn in_text(text: &str) -> Option<Condition> {
    use contact::Column as C;
    let found = [C::Name, C::Title, C::Phone, C::Email].map(|column| search::contains_any_case(column, text));
    let found = found.into_iter().fold(Condition::any(), Condition::add);
    (!text.is_empty()).then(|| found.add(search::contains(customer::Column::Search, text)))
}

/// What a contact says of its customer.
struct Of<'a> {
    name: &'a str,
    short: &'a str,
    tier: &'a str,
    owner: Option<Uuid>,
}

fn into_row(row: contact::Model, of: &Of<'_>, org: &Org) -> Result<ContactRow> {
    Ok(ContactRow {
        id: ContactId(row.id),
        version: row.version,
        customer: CustomerId(row.customer_id),
        customer_name: if of.short.is_empty() { of.name } else { of.short }.to_owned(),
        tier: read("tier", of.tier, Tier::parse)?,
        owner: of.owner.map(|id| (UserId(id), org.name_of(UserId(id)))),
        name: row.name,
        title: row.title,
        role: read("contact role", &row.role, ContactRole::parse)?,
        phone: row.phone,
        email: row.email,
        primary: row.is_primary,
        notes: row.notes,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn cursor(row: &contact::Model, column: ContactSort) -> Cursor {
    let value = match column {
        ContactSort::Name => row.name.clone(),
        ContactSort::Updated => instant(row.updated_at),
    };
    Cursor { value, id: row.id }
}
