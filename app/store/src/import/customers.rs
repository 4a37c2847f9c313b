//! Customers of a file: checked by the form, unique by name, written in
//! batches.

use super::reader::{Cells, Reader};
use super::{BATCH, News, Refusals, Sender, words};
use crate::customers::{CRS, search_text};
use crate::entity::customer;
use crate::error::Result;
use crate::search::fold;
use crate::write::Work;
use domain::customers::{CustomerDraft, CustomerForm};
use domain::ids::{UnitId, UserId};
use domain::policy::{Action, Ownership, Scope, scope};
use domain::violation::Violation;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// A row that may be written.
pub struct Ready {
    draft: CustomerDraft,
    owner: UserId,
    unit: UnitId,
}

/// Who has a name already.
enum Taken {
    /// A customer that the one who imports may see, as it is written.
    Customer(String),
    /// One that they may not see: its existence is told, nothing else.
    Hidden,
    /// A row further up.
    Row(usize),
}

pub async fn check(reader: &Reader<'_>, db: &impl ConnectionTrait) -> Result<std::result::Result<Vec<Ready>, Refusals>> {
    let mut taken = existing(db, &scope(reader.by, Action::ReadCustomers)?).await?;
    Ok(reader.rows(move |cells| row(cells, &mut taken)).await)
}

async fn existing(db: &impl ConnectionTrait, scope: &Scope) -> Result<HashMap<String, Taken>> {
    use customer::Column as C;
    let rows: Vec<(String, Option<Uuid>, Uuid)> =
        customer::Entity::find().select_only().columns([C::Name, C::OwnerId, C::UnitId]).into_tuple().all(db).await?;
    let who = |(name, owner, unit): (String, Option<Uuid>, Uuid)| {
        let visible = scope.contains(&Ownership { owner: owner.map(UserId), unit: UnitId(unit) });
        (fold(&name), if visible { Taken::Customer(name) } else { Taken::Hidden })
    };
    Ok(rows.into_iter().map(who).collect())
}

fn row(cells: &mut Cells<'_>, taken: &mut HashMap<String, Taken>) -> Option<Ready> {
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
        match taken.entry(name) {
            Entry::Vacant(free) => {
                free.insert(Taken::Row(cells.number()));
            }
            Entry::Occupied(by) => cells.refuse(match by.get() {
                Taken::Customer(name) => Violation::new("name", "duplicate").with("name", name),
                Taken::Hidden => Violation::new("name", "taken"),
                Taken::Row(number) => Violation::new("name", "duplicate_row").with("row", number),
            }),
        }
    }
    let draft = cells.draft(form.check())?;
    let (owner, unit) = owner?;
    Some(Ready { draft, owner, unit })
}

pub async fn write(work: &Work, rows: Vec<Ready>, sender: &Sender) -> Result<()> {
    let total = rows.len();
    let mut done = 0;
    let mut rows = rows.into_iter();
    while done < total {
        let batch: Vec<_> = rows.by_ref().take(BATCH).map(|row| model(work, row)).collect();
        done += batch.len();
        customer::Entity::insert_many(batch).exec_without_returning(work.tx()).await?;
        // Nobody waits any more: the rows are written all the same.
        let _ = sender.send(News::Done(done, total));
    }
    Ok(())
}

fn model(work: &Work, row: Ready) -> customer::ActiveModel {
    let Ready { draft, owner, unit } = row;
    customer::ActiveModel {
        id: Set(work.new_id()),
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
    }
}
