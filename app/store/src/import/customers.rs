//! Customers of a file: checked by the form, unique by name, written in
//! batches.

use super::reader::{Cells, Reader, See};
use super::{BATCH, News, Sender, words};
use crate::customers::{CRS, search_text};
use crate::entity::customer;
use crate::error::Result;
use crate::search::fold;
use crate::write::Work;
use domain::customers::{CustomerDraft, CustomerForm};
use domain::ids::{UnitId, UserId};
use domain::imports::phone_key;
use domain::policy::{Action, Ownership, Scope, scope};
use domain::violation::Violation;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// A row that may be written.
pub struct Ready {
    draft: CustomerDraft,
    owner: UserId,
    unit: UnitId,
}

/// Who has a name or a telephone number already.
enum Taken {
    /// A customer that the one who imports may see, as it is written.
    Customer(String),
    /// One that they may not see: its existence is told, nothing else.
    Hidden,
    /// A row further up.
    Row(usize),
}

impl Taken {
    fn violation(&self, field: &str) -> Violation {
        match self {
            Self::Customer(name) if field == "phone" => Violation::new(field, "phone_of").with("name", name),
            Self::Customer(name) => Violation::new(field, "duplicate").with("name", name),
            Self::Hidden => Violation::new(field, "taken"),
            Self::Row(number) => Violation::new(field, "duplicate_row").with("row", number),
        }
    }
}

/// Those who are there already, by name and by telephone number.
#[derive(Default)]
struct Existing {
    names: HashMap<String, Taken>,
    phones: HashMap<String, Taken>,
}

/// Takes a key for a row, or tells who has it.
fn claim(taken: &mut HashMap<String, Taken>, key: String, field: &str, cells: &mut Cells<'_>) {
    match taken.entry(key) {
        Entry::Vacant(free) => {
            free.insert(Taken::Row(cells.number()));
        }
        Entry::Occupied(by) => cells.twin(by.get().violation(field)),
    }
}

pub async fn check(reader: &Reader<'_>, db: &impl ConnectionTrait, see: See<'_>) -> Result<Vec<Ready>> {
    let mut taken = existing(db, &scope(reader.by, Action::ReadCustomers)?, reader.job.rules.find_twins).await?;
    Ok(reader.rows(see, move |cells| row(cells, &mut taken)).await)
}

/// Telephone numbers of hidden customers are not compared: many share one, and
/// whose it is must not be told.
async fn existing(db: &impl ConnectionTrait, scope: &Scope, phones: bool) -> Result<Existing> {
    use customer::Column as C;
    let rows: Vec<(String, String, Option<Uuid>, Uuid)> = customer::Entity::find()
        .select_only()
        .columns([C::Name, C::Phone, C::OwnerId, C::UnitId])
        .filter(C::MergedInto.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let mut found = Existing::default();
    for (name, phone, owner, unit) in rows {
        let visible = scope.contains(&Ownership { owner: owner.map(UserId), unit: UnitId(unit) });
        if let Some(key) = phone_key(&phone).filter(|_| phones && visible) {
            found.phones.insert(key, Taken::Customer(name.clone()));
        }
        found.names.insert(fold(&name), if visible { Taken::Customer(name) } else { Taken::Hidden });
    }
    Ok(found)
}

fn row(cells: &mut Cells<'_>, taken: &mut Existing) -> Option<Ready> {
    let text = |cells: &Cells<'_>, field| cells.text(field).to_owned();
    let owner = cells.owner(Action::WriteCustomers);
    let form = CustomerForm {
        name: text(cells, "name"),
        short_name: text(cells, "short_name"),
        industry: text(cells, "industry"),
        region: text(cells, "region"),
        website: text(cells, "website"),
        address: text(cells, "address"),
        longitude: text(cells, "longitude"),
        latitude: text(cells, "latitude"),
        notes: text(cells, "notes"),
        tier: cells.word("tier", words::tier).map(|tier| tier.code().to_owned()).unwrap_or_default(),
        size: cells.word("size", words::size).map(|size| size.code().to_owned()).unwrap_or_default(),
        source: cells.word("source", words::source).map(|source| source.code().to_owned()).unwrap_or_default(),
        phone: cells.digits("phone"),
        tax_number: cells.digits("tax_number"),
        ..CustomerForm::default()
    };
    let name = fold(&form.name);
    if !name.is_empty() {
        claim(&mut taken.names, name, "name", cells);
    }
    if let Some(key) = phone_key(&form.phone).filter(|_| cells.finds_twins()) {
        claim(&mut taken.phones, key, "phone", cells);
    }
    let draft = cells.draft(form.check())?;
    let (owner, unit) = owner?;
    Some(Ready { draft, owner, unit })
}

/// Writes the rows; gives the ids of the customers, in the order of the rows.
pub async fn write(work: &Work, rows: Vec<Ready>, sender: &Sender) -> Result<Vec<Uuid>> {
    let total = rows.len();
    let mut made = Vec::with_capacity(total);
    let mut done = 0;
    let mut rows = rows.into_iter();
    while done < total {
        let batch: Vec<_> = rows.by_ref().take(BATCH).map(|row| model(work, work.new_id(), row)).collect();
        made.extend(batch.iter().filter_map(|row| row.id.try_as_ref().copied()));
        done += batch.len();
        customer::Entity::insert_many(batch).exec_without_returning(work.tx()).await?;
        // Nobody waits any more: the rows are written all the same.
        let _ = sender.send(News::Done(done, total));
    }
    Ok(made)
}

fn model(work: &Work, id: Uuid, row: Ready) -> customer::ActiveModel {
    let Ready { draft, owner, unit } = row;
    customer::ActiveModel {
        id: Set(id),
        search: Set(search_text(&draft.name, &draft.short_name, &draft.phone)),
        name: Set(draft.name),
        short_name: Set(draft.short_name),
        tier: Set(draft.tier.code().to_owned()),
        owner_id: Set(Some(owner.0)),
        unit_id: Set(unit.0),
        industry: Set(draft.industry),
        region: Set(draft.region),
        size: Set(draft.size.map(|size| size.code().to_owned())),
        source: Set(draft.source.code().to_owned()),
        phone: Set(draft.phone),
        website: Set(draft.website),
        tax_number: Set(draft.tax_number),
        address: Set(draft.address),
        longitude: Set(draft.position.map(|(longitude, _)| longitude)),
        latitude: Set(draft.position.map(|(_, latitude)| latitude)),
        crs: Set(CRS.to_owned()),
        notes: Set(draft.notes),
        created_at: Set(work.now),
        updated_at: Set(work.now),
        updated_by: Set(Some(work.by.id.0)),
        version: Set(1),
        merged_into: Set(None),
    }
}
