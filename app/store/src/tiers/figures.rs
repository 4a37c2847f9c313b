//! The charts of tiers, and the customers behind each of their numbers: those of the
//! board's set, compared as the last look at the whole company has it.

use super::board::teams;
use super::set::Member;
use crate::Store;
use crate::error::Result;
use chrono::NaiveDate;
use domain::ids::CustomerId;
use domain::policy::{Action, Actor, scope as scope_of};
use domain::tiers::board::{revenue_since, tier_on};
use domain::tiers::figures::{
    FigureBook, FigureCustomer, FigureCustomers, FiguresPart, FiguresQuery, Group, MigrationFigure, Subject, TierFigures, by_revenue,
};
use domain::tiers::quarterly::Compared;
use domain::tiers::{Pareto, Standing};
use domain::violation::Violation;

/// Customers of the list behind a figure; more are counted.
const LISTED: usize = 200;

/// Who is shown, those that brought most first, with the curve.
struct Shown {
    customers: Vec<(Member, Subject)>,
    curve: Pareto,
    dates: std::result::Result<(NaiveDate, NaiveDate), Violation>,
}

impl Store {
    /// The charts of the customers that the query leaves.
    pub async fn tier_figures(&self, actor: &Actor, query: &FiguresQuery) -> Result<TierFigures> {
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        let Shown { customers, curve, dates } = self.shown(actor, query).await?;
        let late = customers.iter().filter(|(member, _)| !member.breaches.is_empty()).count();
        let mut book = FigureBook::default();
        customers.iter().for_each(|(_, subject)| book.add(subject));
        let count = book.customers();
        let (pareto, rfm, counts) = book.figures(curve);
        let today = self.clock.today();
        Ok(TierFigures {
            since: revenue_since(today),
            as_of: today,
            currency: org.currency,
            customers: count,
            late: i64::try_from(late).unwrap_or(i64::MAX),
            pareto,
            rfm,
            migration: dates.map(|(from, to)| MigrationFigure { from, to, counts }),
            choices: self.customer_choices(actor).await?,
            teams: teams(&org, &scope),
        })
    }

    /// The customers behind one figure.
    pub async fn tier_customers(&self, actor: &Actor, part: &FiguresPart) -> Result<FigureCustomers> {
        let org = self.require_org()?;
        let shown = self.shown(actor, &part.query).await?;
        let mut all = Group::default();
        let mut listed = Vec::new();
        for (member, subject) in shown.customers.into_iter().filter(|(_, subject)| part.set.has(subject)) {
            all.add(subject.compared.facts.paid_minor);
            if listed.len() < LISTED {
                listed.push((member, subject));
            }
        }
        let mut named = self.named(listed.iter().map(|(member, _)| member.id).collect()).await?;
        let row = |(Member { id, tier, owned, .. }, subject): (Member, Subject)| {
            let Compared { facts, orders, last_order } = subject.compared;
            Some(FigureCustomer {
                id: CustomerId(id),
                // Gone between the two questions.
                name: named.remove(&id)?.name,
                tier,
                owner: owned.owner.map(|id| (id, org.name_of(id))),
                paid_minor: facts.paid_minor,
                orders,
                last_order,
                abc: (facts.paid_minor > 0).then_some(facts.abc),
                rfm: facts.rfm,
                before: subject.before,
                after: subject.after,
            })
        };
        let rows = listed.into_iter().filter_map(row).collect();
        Ok(FigureCustomers { all, currency: org.currency, rows })
    }

    async fn shown(&self, actor: &Actor, query: &FiguresQuery) -> Result<Shown> {
        let set = self.tier_set(actor, &query.filter).await?;
        let company = self.tier_review().await?;
        let dates = query.dates(set.today);
        let mut members = set.members;
        // Equal revenues go by id.
        members.sort_by_key(|member| member.id);
        let subject = |member: &Member| {
            let entry = company.entry(member.id);
            let departures = entry.map_or(&[][..], |entry| &entry.departures[..]);
            let on =
                |day: NaiveDate| if member.came > day { Standing::Absent } else { Standing::In(tier_on(member.tier, departures, day)) };
            let (before, after) = dates.as_ref().map_or((Standing::Absent, Standing::Absent), |(from, to)| (on(*from), on(*to)));
            Subject { compared: entry.map_or(Compared::NOTHING, |entry| entry.compared), in_80: false, before, after }
        };
        let mut customers: Vec<(Member, Subject)> = members
            .into_iter()
            .map(|member| {
                let subject = subject(&member);
                (member, subject)
            })
            .collect();
        let curve = by_revenue(&mut customers);
        Ok(Shown { customers, curve, dates })
    }
}
