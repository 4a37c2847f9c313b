//! Customers that look like what somebody is typing.

use super::known::keys;
use crate::Store;
use crate::error::{Result, StoreError};
use domain::duplicates::page::{HINTED, Similar, Typed};
use domain::duplicates::{Why, alike};
use domain::policy::{Action, Actor, grant_any, scope as scope_of};

impl Store {
    /// Who looks like what is typed: at most [`HINTED`] for each field, the strongest
    /// reasons first. Of customers out of the actor's scope only that there is one;
    /// but the name that reads the same, as the form says it too.
    pub async fn similar(&self, actor: &Actor, typed: Typed) -> Result<Vec<Similar>> {
        grant_any(actor, Action::WriteCustomers)?;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        let known = self.known_customers().await?;
        let found = tokio::task::spawn_blocking(move || {
            let own = keys(&typed.name, &typed.tax_number, &typed.phone, &typed.website);
            let mut found: Vec<(Why, bool, Similar)> = Vec::new();
            for one in known.list.iter().filter(|one| Some(one.id) != typed.id) {
                let visible = scope.contains(&one.owned);
                let mut fields: Vec<&str> = Vec::new();
                for why in alike(&own, &one.keys).into_iter().map(|shared| shared.why) {
                    // The strongest reason of each field says it.
                    if fields.contains(&why.field()) {
                        continue;
                    }
                    fields.push(why.field());
                    let name = if visible || why == Why::Name { one.name().to_owned() } else { String::new() };
                    let owner = one.owned.owner.filter(|_| visible).map(|id| org.name_of(id)).unwrap_or_default();
                    found.push((why, !visible, Similar { why, id: visible.then_some(one.id), name, owner }));
                }
            }
            found.sort_by(|(why, hidden, a), (other, other_hidden, b)| {
                (why, hidden, &a.name, a.id).cmp(&(other, other_hidden, &b.name, b.id))
            });
            let mut told: Vec<Similar> = Vec::new();
            for (_, _, similar) in found {
                let field = similar.why.field();
                let of_field = told.iter().filter(|known| known.why.field() == field);
                let hidden_twice = similar.id.is_none() && of_field.clone().any(|known| known.id.is_none());
                if of_field.count() < HINTED && !hidden_twice {
                    told.push(similar);
                }
            }
            told
        });
        found.await.map_err(|error| StoreError::Internal(format!("a name could not be compared: {error}")))
    }
}
