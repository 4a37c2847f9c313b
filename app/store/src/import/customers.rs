//! Customers of a file: checked by the form, compared with those that are there and
//! with the rows above by the keys of the page of duplicates, written in batches.

use super::reader::{BREATH, Cells, Reader, See};
use super::{BATCH, News, Sender, words};
use crate::customers::{CRS, search_text};
use crate::duplicates::keys;
use crate::entity::customer;
use crate::error::Result;
use crate::search::fold;
use crate::write::Work;
use domain::customers::{CustomerDraft, CustomerForm};
use domain::duplicates::{Keys, SHARED_MAX, Strength, Why};
use domain::ids::{UnitId, UserId};
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

/// Who has a key already.
enum Taken {
    /// A customer that the one who imports may see, as it is written.
    Customer(String),
    /// One that they may not see: its existence is told, nothing else.
    Hidden,
    /// A row further up.
    Row(usize),
}

impl Taken {
    fn violation(&self, why: Why) -> Violation {
        let field = why.field();
        match self {
            Self::Customer(name) => {
                let code = match why {
                    Why::Name | Why::Web => "duplicate",
                    Why::Tax => "tax_of",
                    Why::Phone => "phone_of",
                    Why::Core => "core_of",
                    Why::Sound => "sound_of",
                };
                Violation::new(field, code).with("name", name)
            }
            Self::Hidden => Violation::new(field, "taken"),
            Self::Row(number) => {
                let code = match why {
                    Why::Core => "core_row",
                    Why::Sound => "sound_row",
                    _ => "duplicate_row",
                };
                Violation::new(field, code).with("row", number)
            }
        }
    }
}

/// Those who are there already, by each key.
struct Existing([HashMap<String, Held>; Why::ALL.len()]);

/// Who has a key, and how many customers that are there do.
struct Held {
    by: Taken,
    holders: usize,
}

impl Existing {
    /// With room for so many, since growing costs as much as comparing.
    fn with_room(customers: usize, find_twins: bool) -> Self {
        Self(std::array::from_fn(|why| HashMap::with_capacity(if is_compared(Why::ALL[why], find_twins) { customers } else { 0 })))
    }

    /// A customer that is there. Who may be told of is told of first.
    fn add(&mut self, why: Why, key: String, by: impl FnOnce() -> Taken) {
        let held = self.0[why as usize].entry(key).or_insert(Held { by: Taken::Hidden, holders: 0 });
        held.holders += 1;
        if matches!(held.by, Taken::Hidden) {
            held.by = by();
        }
    }

    /// Takes a key for a row, or tells who has it. What so many share that it says
    /// nothing of two customers is told of nobody.
    fn claim(&mut self, why: Why, key: String, number: usize) -> Option<Violation> {
        match self.0[why as usize].entry(key) {
            Entry::Vacant(free) => {
                free.insert(Held { by: Taken::Row(number), holders: 0 });
                None
            }
            Entry::Occupied(held) => {
                let Held { by, holders } = held.get();
                (*holders <= SHARED_MAX || why.strength() == Strength::Strong).then(|| by.violation(why))
            }
        }
    }
}

/// Whether a row is compared by it: the same web address is that of a group or a
/// portal too often to leave a row out.
const fn is_compared(why: Why, find_twins: bool) -> bool {
    match why {
        Why::Name => true,
        Why::Tax | Why::Phone | Why::Core | Why::Sound => find_twins,
        Why::Web => false,
    }
}

pub async fn check(reader: &Reader<'_>, db: &impl ConnectionTrait, see: See<'_>) -> Result<Vec<Ready>> {
    let job = reader.job;
    let mut taken = existing(db, &scope(reader.by, Action::ReadCustomers)?, job.rules.find_twins, job.table.rows.len()).await?;
    Ok(reader.rows(see, move |cells| row(cells, &mut taken)).await)
}

/// Of hidden customers only names are compared: whose telephone or tax number it is
/// must not be told.
async fn existing(db: &impl ConnectionTrait, scope: &Scope, find_twins: bool, more: usize) -> Result<Existing> {
    use customer::Column as C;
    let rows: Vec<(String, String, String, Option<Uuid>, Uuid)> = customer::Entity::find()
        .select_only()
        .columns([C::Name, C::TaxNumber, C::Phone, C::OwnerId, C::UnitId])
        .filter(C::MergedInto.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let mut found = Existing::with_room(rows.len() + more, find_twins);
    for chunk in rows.chunks(BREATH) {
        for (name, tax_number, phone, owner, unit) in chunk {
            let visible = scope.contains(&Ownership { owner: owner.map(UserId), unit: UnitId(*unit) });
            if visible && find_twins {
                for (why, key) in keys(name, tax_number, phone, "").into_each() {
                    found.add(why, key, || Taken::Customer(name.clone()));
                }
            } else {
                found.add(Why::Name, fold(name), || if visible { Taken::Customer(name.clone()) } else { Taken::Hidden });
            }
        }
        tokio::task::yield_now().await;
    }
    Ok(found)
}

fn row(cells: &mut Cells<'_>, taken: &mut Existing) -> Option<Ready> {
    let text = |cells: &Cells<'_>, field| cells.text(field).to_owned();
    let owner = cells.owner(Action::WriteCustomers);
    // What the organisation calls its tiers, and what others do.
    let reader = cells.reader;
    let own = &reader.org().tiers;
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
        tier: cells
            .word("tier", |text| own.find(text).or_else(|| words::tier(text)))
            .map(|tier| tier.code().to_owned())
            .unwrap_or_default(),
        size: cells.word("size", words::size).map(|size| size.code().to_owned()).unwrap_or_default(),
        source: cells.word("source", words::source).map(|source| source.code().to_owned()).unwrap_or_default(),
        phone: cells.digits("phone"),
        tax_number: cells.digits("tax_number"),
        ..CustomerForm::default()
    };
    compare(cells, &form, taken);
    let draft = cells.draft(form.check())?;
    let (owner, unit) = owner?;
    Some(Ready { draft, owner, unit })
}

/// Whom the row seems to be; of its name the strongest reason says it.
fn compare(cells: &mut Cells<'_>, form: &CustomerForm, taken: &mut Existing) {
    let finds_twins = cells.finds_twins();
    let keys = if finds_twins { keys(&form.name, &form.tax_number, &form.phone, "") } else { Keys::new(&form.name, "", "", "", |_| None) };
    let mut named = false;
    for (why, key) in keys.into_each().filter(|(why, _)| is_compared(*why, finds_twins)) {
        let Some(twin) = taken.claim(why, key, cells.number()) else { continue };
        let of_name = why.field() == "name";
        if !(of_name && named) {
            cells.twin(twin);
        }
        named |= of_name;
    }
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
