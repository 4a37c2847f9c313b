//! The business at a glance: the parts of other pages on one, by their own functions.

use super::Look;
use crate::Store;
use crate::error::Result;
use domain::boss::{Boss, RISKS, forecast_query, funnel_query, overdue};
use domain::home::{HomeQuery, Parts, Span};
use domain::policy::{Action, Actor, grant_any};

impl Store {
    /// What `actor` may see of the business, since the fiscal year began.
    pub async fn boss(&self, actor: &Actor) -> Result<Boss> {
        grant_any(actor, Action::Oversee)?;
        let query = HomeQuery { span: Some(Span::Year), ..HomeQuery::default() };
        let look = Look::new(self, actor, &query, Parts::of(actor.role), self.require_org()?).await?;
        let mut stalled = look.stalled_rows().await?;
        stalled.truncate(RISKS);
        Ok(Boss {
            as_of: look.today,
            unit: look.org.unit_name(actor.unit),
            won: look.won().await?,
            funnel: self.funnel(actor, &funnel_query()).await?,
            forecast: self.forecast(actor, &forecast_query()).await?,
            stages: look.stages.stages.clone(),
            stalled_sums: look.sums(look.stalled()).await?,
            stalled,
            steps: look.step_bucket().await?,
            overdue: overdue(look.step_rows().await?, look.today),
        })
    }
}
