//! Search of customers, contacts and deals by name, part of a telephone number,
//! pinyin and initials, best first, within the reader's scope.
//!
//! [`index`] keeps the names, [`rank`] compares, [`sound`] knows pinyin. Not here: the
//! text filters of lists, which are conditions of their queries (`crate::search`).

mod index;
mod rank;
mod sound;

pub(crate) use index::Index;
pub(crate) use sound::whole as first_sound;

use crate::customers::helpers::seen;
use crate::entity::{contact, customer, deal};
use crate::error::Result;
use crate::pipeline::read;
use crate::{Store, scope};
use domain::ids::CustomerId;
use domain::money::{Currency, Money};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Scope, scope as scope_of};
use domain::search::{Found, FoundKind, LONG, Results, TEXT_MAX};
use rank::Asked;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Store {
    /// Records in the scope of `actor` that `text` finds, `most` of each kind. Roles
    /// without customers and deals find nothing.
    pub async fn find(&self, actor: &Actor, text: &str, most: usize) -> Result<Results> {
        let text: String = text.chars().take(TEXT_MAX).collect();
        let Some(asked) = Asked::new(&text) else { return Ok(Results::default()) };
        let customers = scope_of(actor, Action::ReadCustomers).ok();
        let deals = scope_of(actor, Action::ReadDeals).ok();
        let helped = if customers.is_some() { self.helped(actor).await? } else { HashSet::new() };
        let mut results = Results::default();
        let mut shown: Vec<(FoundKind, Vec<Uuid>)> = Vec::new();
        {
            let index = self.index().await?;
            for (kind, total) in FoundKind::ALL.iter().zip(&mut results.totals) {
                let scope = if *kind == FoundKind::Deal { &deals } else { &customers };
                let Some(scope) = scope else { continue };
                let mut hits: Vec<_> = index
                    .entries()
                    .iter()
                    .filter(|entry| {
                        let helps = *kind == FoundKind::Customer && helped.contains(&entry.id);
                        entry.kind == *kind && (helps || scope.contains(&entry.owner))
                    })
                    // The shorter name is nearer to what was typed; then the newest.
                    .filter_map(|entry| Some((asked.rank(&entry.names)?, entry.closed, entry.names.text.len(), Reverse(entry.id))))
                    .collect();
                *total = hits.len();
                let most = most.min(LONG);
                if hits.len() > most && most > 0 {
                    hits.select_nth_unstable(most - 1);
                }
                hits.truncate(most);
                hits.sort_unstable();
                shown.push((*kind, hits.into_iter().map(|hit| hit.3.0).collect()));
            }
        }
        for (kind, ids) in shown {
            let Some(scope) = (if kind == FoundKind::Deal { &deals } else { &customers }) else { continue };
            let mut found = self.read_found(actor, kind, &ids, scope).await?;
            results
                .found
                .extend(ids.iter().filter_map(|id| found.remove(id)).map(|found| Found { marks: asked.marks(&found.title), ..found }));
        }
        Ok(results)
    }

    /// Reads the names, so that the first search is as quick as others.
    pub async fn prepare_search(&self) -> Result<()> {
        self.index().await.map(drop)
    }

    /// What is shown of these records, read again within the scope.
    async fn read_found(&self, actor: &Actor, kind: FoundKind, ids: &[Uuid], scope: &Scope) -> Result<HashMap<Uuid, Found>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let plain = |id: Uuid, customer: Uuid, title: String, detail: String| Found {
            kind,
            id,
            customer: CustomerId(customer),
            title,
            detail,
            amount: None,
            outcome: None,
            marks: Vec::new(),
        };
        let found = match kind {
            FoundKind::Customer => {
                use customer::Column as C;
                let rows: Vec<(Uuid, String, String, String)> = customer::Entity::find()
                    .select_only()
                    .columns([C::Id, C::Name, C::ShortName, C::Phone])
                    .filter(C::Id.is_in(ids.iter().copied()))
                    .filter(seen(actor, scope))
                    .into_tuple()
                    .all(self.db())
                    .await?;
                rows.into_iter()
                    .map(|(id, name, short, phone)| {
                        let short = if short == name { String::new() } else { short };
                        plain(id, id, name, joined([short, phone]))
                    })
                    .collect::<Vec<_>>()
            }
            FoundKind::Contact => {
                use contact::Column as C;
                let rows: Vec<(Uuid, Uuid, String, String, String)> = contact::Entity::find()
                    .select_only()
                    .columns([C::Id, C::CustomerId, C::Name, C::Phone])
                    .column(customer::Column::Name)
                    .join(JoinType::InnerJoin, contact_to_customer())
                    .filter(C::Id.is_in(ids.iter().copied()))
                    .filter(scope::customers(scope))
                    .into_tuple()
                    .all(self.db())
                    .await?;
                rows.into_iter().map(|(id, of, name, phone, customer)| plain(id, of, name, joined([customer, phone]))).collect()
            }
            FoundKind::Deal => {
                use deal::Column as D;
                let rows: Vec<(Uuid, Uuid, String, i64, String, String, String)> = deal::Entity::find()
                    .select_only()
                    .columns([D::Id, D::CustomerId, D::Title, D::AmountMinor, D::Currency, D::Outcome])
                    .column(customer::Column::Name)
                    .join(JoinType::InnerJoin, deal_to_customer())
                    .filter(D::Id.is_in(ids.iter().copied()))
                    .filter(scope::deals(scope))
                    .into_tuple()
                    .all(self.db())
                    .await?;
                let mut found = Vec::with_capacity(rows.len());
                for (id, of, title, minor, currency, outcome, customer) in rows {
                    found.push(Found {
                        amount: Some(Money { minor, currency: read("currency", &currency, Currency::parse)? }),
                        outcome: Some(read("outcome", &outcome, Outcome::parse)?),
                        ..plain(id, of, title, customer)
                    });
                }
                found
            }
        };
        Ok(found.into_iter().map(|found| (found.id, found)).collect())
    }
}

fn joined<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn contact_to_customer() -> RelationDef {
    contact::Entity::belongs_to(customer::Entity).from(contact::Column::CustomerId).to(customer::Column::Id).into()
}

fn deal_to_customer() -> RelationDef {
    deal::Entity::belongs_to(customer::Entity).from(deal::Column::CustomerId).to(customer::Column::Id).into()
}
