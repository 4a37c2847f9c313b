//! Contacts of a file: each at a customer that is there already, checked by the
//! form, compared with the contacts of its customer, written in batches.

use super::known::Customers;
use super::reader::{Cells, Reader, See};
use super::{BATCH, News, Sender, words};
use crate::customers::contacts::model;
use crate::entity::{contact, customer};
use crate::error::Result;
use crate::scope;
use crate::search::fold;
use crate::write::Work;
use domain::customers::{ContactDraft, ContactForm};
use domain::ids::CustomerId;
use domain::imports::phone_key;
use domain::policy::{Action, grant, scope as scope_of};
use domain::violation::Violation;
use sea_orm::{ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// A row that may be written.
pub struct Ready(ContactDraft);

/// Who has a name, a telephone number or an address at a customer already.
enum Taken {
    Contact(String),
    /// A row further up.
    Row(usize),
}

/// By what contacts are compared.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum By {
    Name,
    Phone,
    Mail,
    /// All of it: the very same contact.
    All,
}

/// The contacts that are there, and those of the rows so far.
#[derive(Default)]
struct Existing {
    keys: HashMap<(CustomerId, By, String), Taken>,
    /// The contact who is asked first, for customers that have one; `None`: they
    /// have contacts, but none of them is.
    first: HashMap<CustomerId, Option<String>>,
}

fn keys(name: &str, phone: &str, email: &str) -> Vec<(By, String)> {
    let (name, email) = (fold(name), fold(email));
    let phone = phone_key(phone);
    let all = format!("{name}\n{}\n{email}", phone.as_deref().unwrap_or_default());
    let keys = [(By::Name, Some(name)), (By::Phone, phone), (By::Mail, Some(email)), (By::All, Some(all))];
    keys.into_iter().filter_map(|(by, key)| Some((by, key.filter(|key| !key.is_empty())?))).collect()
}

pub async fn check(reader: &Reader<'_>, db: &impl ConnectionTrait, see: See<'_>) -> Result<Vec<Ready>> {
    let customers = Customers::of(reader, db).await?;
    let mut existing = existing(reader, db).await?;
    Ok(reader.rows(see, move |cells| row(cells, &customers, &mut existing)).await)
}

async fn existing(reader: &Reader<'_>, db: &impl ConnectionTrait) -> Result<Existing> {
    use contact::Column as C;
    let to_customer: RelationDef = contact::Entity::belongs_to(customer::Entity).from(C::CustomerId).to(customer::Column::Id).into();
    let rows: Vec<(Uuid, String, String, String, bool)> = contact::Entity::find()
        .select_only()
        .columns([C::CustomerId, C::Name, C::Phone, C::Email, C::IsPrimary])
        .join(JoinType::InnerJoin, to_customer)
        .filter(scope::customers(&scope_of(reader.by, Action::ReadCustomers)?))
        .into_tuple()
        .all(db)
        .await?;
    let mut found = Existing::default();
    for (customer, name, phone, email, first) in rows {
        let customer = CustomerId(customer);
        for (by, key) in keys(&name, &phone, &email) {
            found.keys.insert((customer, by, key), Taken::Contact(name.clone()));
        }
        let known = found.first.entry(customer).or_default();
        if first {
            *known = Some(name);
        }
    }
    Ok(found)
}

fn row(cells: &mut Cells<'_>, customers: &Customers, existing: &mut Existing) -> Option<Ready> {
    let customer = cells.name("customer", &customers.names);
    let by = cells.reader.by;
    let owned = customer.and_then(|id| customers.owned.get(&id));
    if owned.is_some_and(|owned| [Action::Import, Action::WriteCustomers].iter().any(|action| grant(by, *action, owned).is_err())) {
        cells.refuse(Violation::new("customer", "forbidden"));
    }
    let (phone, notes) = numbers(cells);
    let mut form = ContactForm {
        customer: customer.map(|id| id.to_string()).unwrap_or_default(),
        name: name(cells.text("name"), cells.text("first_name")),
        title: cells.text("title").to_owned(),
        role: cells.word("role", words::contact_role).map(|role| role.code().to_owned()).unwrap_or_default(),
        phone,
        email: cells.text("email").to_owned(),
        primary: cells.word("is_primary", words::yes).unwrap_or_default(),
        notes,
        ..ContactForm::default()
    };
    if let Some(customer) = customer {
        claim(cells, customer, &form, existing);
        form.primary = first(cells, customer, &form, existing);
    }
    cells.draft(form.check()).map(Ready)
}

/// Of two columns for a name the second holds the given name, which stands
/// behind the other one in Chinese.
fn name(last: &str, first: &str) -> String {
    let chinese = |text: &str| text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    match (last, first) {
        (last, "") => last.to_owned(),
        ("", first) => first.to_owned(),
        (last, first) if chinese(last) || chinese(first) => format!("{last}{first}"),
        (last, first) => format!("{first} {last}"),
    }
}

/// The telephone number, and the notes: a contact has one number, so a mobile
/// phone's beside another one is kept as a line of its own.
fn numbers(cells: &mut Cells<'_>) -> (String, String) {
    let (phone, mobile) = (cells.digits("phone"), cells.digits("mobile"));
    let notes = cells.text("notes").to_owned();
    if phone.is_empty() {
        return (mobile, notes);
    }
    if mobile.is_empty() || phone_key(&mobile) == phone_key(&phone) {
        return (phone, notes);
    }
    let line = format!("{}: {mobile}", cells.reader.job.columns.header("mobile"));
    let notes = if notes.is_empty() { line } else { format!("{notes}\n{line}") };
    (phone, notes)
}

/// Whoever has the name, the number or the address at this customer is most
/// likely the same person. The command line refuses only the very same contact.
fn claim(cells: &mut Cells<'_>, customer: CustomerId, form: &ContactForm, existing: &mut Existing) {
    let finds = cells.finds_twins();
    for (by, key) in keys(&form.name, &form.phone, &form.email) {
        if finds == (by == By::All) {
            continue;
        }
        match existing.keys.entry((customer, by, key)) {
            Entry::Vacant(free) => {
                free.insert(Taken::Row(cells.number()));
            }
            Entry::Occupied(taken) => {
                let field = match by {
                    By::Name | By::All => "name",
                    By::Phone => "phone",
                    By::Mail => "email",
                };
                let violation = match (taken.get(), by) {
                    (Taken::Row(number), _) => Violation::new(field, "duplicate_row").with("row", number),
                    (Taken::Contact(name), By::Phone) => Violation::new(field, "phone_of").with("name", name),
                    (Taken::Contact(name), By::Mail) => Violation::new(field, "mail_of").with("name", name),
                    (Taken::Contact(_), By::Name | By::All) => Violation::new(field, "contact_there"),
                };
                cells.twin(violation);
            }
        }
    }
}

/// Whether this contact is asked first. A customer has one of them, whom an
/// import does not replace; where no column tells, it is the first contact of a
/// customer that has none.
fn first(cells: &mut Cells<'_>, customer: CustomerId, form: &ContactForm, existing: &mut Existing) -> bool {
    let is_made = cells.found.is_empty() && cells.twins.is_empty();
    if !cells.has_column("is_primary") {
        let first = is_made && !existing.first.contains_key(&customer);
        if is_made {
            existing.first.entry(customer).or_insert_with(|| Some(form.name.clone()));
        }
        return first;
    }
    if form.primary && cells.twins.is_empty() {
        match existing.first.get(&customer) {
            Some(Some(name)) => {
                let violation = Violation::new("is_primary", "primary_taken").with("name", name);
                cells.refuse(violation);
            }
            _ if is_made => drop(existing.first.insert(customer, Some(form.name.clone()))),
            _ => {}
        }
    } else if form.primary && existing.first.get(&customer).is_some_and(Option::is_some) {
        // Made all the same, it does not take the place of who is there.
        return false;
    }
    form.primary
}

/// Writes the rows; gives the ids of the contacts, in the order of the rows.
pub async fn write(work: &Work, rows: Vec<Ready>, sender: &Sender) -> Result<Vec<Uuid>> {
    let total = rows.len();
    let mut made = Vec::with_capacity(total);
    let mut rows = rows.into_iter();
    while made.len() < total {
        let batch: Vec<_> = rows.by_ref().take(BATCH).map(|Ready(draft)| model(work, work.new_id(), draft)).collect();
        made.extend(batch.iter().filter_map(|row| row.id.try_as_ref().copied()));
        contact::Entity::insert_many(batch).exec_without_returning(work.tx()).await?;
        // Nobody waits any more: the rows are written all the same.
        let _ = sender.send(News::Done(made.len(), total));
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_two_columns() {
        for (last, first, whole) in [("Lovelace", "Ada", "Ada Lovelace"), ("王", "芳", "王芳"), ("王芳", "", "王芳"), ("", "Ada", "Ada")]
        {
            assert_eq!(name(last, first), whole);
        }
    }

    #[test]
    fn contacts_are_compared_by_what_they_have() {
        let found = keys("王芳", "021-6888 0000", "");
        assert_eq!(found.len(), 3, "no address, no key");
        let [one, other] = ["Wang Fang", "ＷＡＮＧ  fang"].map(|name| keys(name, "+86 21 68880000", "A@b.example"));
        assert!(one == other);
    }
}
