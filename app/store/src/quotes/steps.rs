//! What becomes of a quote: asked for, let pass or not, sent, answered, revised.

use super::write::{add, open, settle};
use super::{Held, lines_of, quote};
use crate::Store;
use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::pipeline::moves::{deal_change, may_write};
use crate::write::Work;
use chrono::Days;
use domain::ids::{QuoteId, RequestId};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::quotes::form::{StepDraft, StepForm, id_of};
use domain::quotes::{QuoteStatus, QuoteStep, REVISIONS_MAX, VALID_DAYS, after, may_decide};
use domain::violation::Violation;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};

impl Store {
    /// Takes a quote one step further. Gives the quote to look at next: the new revision,
    /// if one was begun.
    pub async fn step_quote(&self, by: &Actor, request: RequestId, form: StepForm) -> Result<QuoteId> {
        grant_any(by, Action::WriteQuotes)?;
        let id = id_of(&form.id).map_err(|_| StoreError::NotFound)?;
        let draft = form.check()?;
        let org = self.require_org()?;
        let services = self.tier_services().await?;
        self.write(by, request, move |work| async move {
            let lock = if draft.amount { LockType::Update } else { LockType::Share };
            let may = |held: &Held| {
                if draft.step.decides() {
                    held.may_read(&work.by)?;
                    may_decide(&work.by, &held.asked(&org)).map_err(|found| StoreError::from(vec![found]))?;
                    held.may(&work.by, Action::ApproveQuotes)
                } else {
                    held.may(&work.by, Action::WriteQuotes)
                }
            };
            let (held, granted) = open(&work, id, form.version, lock, may).await?;
            let ceiling = services.of(held.tier()?).discount_ceiling_bp;
            step(&work, held, granted, draft, ceiling).await
        })
        .await
    }
}

async fn step(work: &Work, mut held: Held, granted: Granted, draft: StepDraft, of_tier: Option<i64>) -> Result<QuoteId> {
    let StepDraft { step, reason, amount } = draft;
    let ceiling = held.ceiling(of_tier);
    let to = after(held.facts(ceiling)?, step, work.today).map_err(|found| vec![found])?;
    let record = serde_json::json!({ "step": step, "before": held.row.status, "after": to, "reason": reason, "ceiling_bp": ceiling });
    if step == QuoteStep::Revise {
        return revise(work, held, granted, &record).await;
    }
    if step == QuoteStep::Accept && amount {
        set_amount(work, &held).await?;
    }
    let row = &mut held.row;
    row.status = to.code().to_owned();
    let (now, by) = (Some(work.now), Some(work.by.id.0));
    match step {
        QuoteStep::Ask => {
            (row.ceiling_bp, row.asked_at, row.asked_by, row.asked_reason) = (ceiling, now, by, reason);
            (row.decided_at, row.decided_by, row.decided_reason) = (None, None, String::new());
        }
        QuoteStep::Withdraw => (row.ceiling_bp, row.asked_at, row.asked_by, row.asked_reason) = (None, None, None, String::new()),
        QuoteStep::Approve | QuoteStep::Refuse => (row.decided_at, row.decided_by, row.decided_reason) = (now, by, reason),
        QuoteStep::Send => row.sent_on = Some(work.today),
        QuoteStep::Accept | QuoteStep::Decline => (row.closed_on, row.close_reason) = (Some(work.today), reason),
        QuoteStep::Revise => {}
    }
    settle(work, held, granted, &record).await
}

/// Another revision takes the place of what was sent; that stays as it is.
async fn revise(work: &Work, mut held: Held, granted: Granted, record: &serde_json::Value) -> Result<QuoteId> {
    if held.deal.outcome != Outcome::Open.code() {
        return Err(StoreError::refused("", "closed_deal"));
    }
    if held.row.revision >= REVISIONS_MAX {
        return Err(vec![Violation::new("", "too_many").with("max", REVISIONS_MAX)].into());
    }
    let old = held.row.clone();
    let fresh = quote::Model {
        id: work.new_id(),
        revision: old.revision + 1,
        status: QuoteStatus::Draft.code().to_owned(),
        valid_until: work.today.checked_add_days(Days::new(VALID_DAYS)).unwrap_or(work.today),
        ceiling_bp: None,
        asked_at: None,
        asked_by: None,
        asked_reason: String::new(),
        decided_at: None,
        decided_by: None,
        decided_reason: String::new(),
        sent_on: None,
        closed_on: None,
        close_reason: String::new(),
        created_at: work.now,
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version: 1,
        ..old.clone()
    };
    let mut lines = lines_of(work.tx(), old.id).await?;
    for line in &mut lines {
        (line.id, line.quote_id) = (work.new_id(), fresh.id);
    }
    let (deal, customer) = (held.deal.clone(), held.customer.clone());
    held.row.status = QuoteStatus::Replaced.code().to_owned();
    settle(work, held, granted, record).await?;
    add(work, granted, Held { row: fresh, deal, customer }, lines).await
}

/// What the customer accepted is what the deal comes to.
async fn set_amount(work: &Work, held: &Held) -> Result<()> {
    let deal = &held.deal;
    let granted = may_write(work, deal)?;
    if deal.outcome != Outcome::Open.code() {
        return Err(StoreError::refused("amount", "closed_deal"));
    }
    if deal.currency != held.row.currency {
        return Err(StoreError::refused("amount", "deal_other_currency"));
    }
    let mut change: deal::ActiveModel = deal.clone().into_active_model();
    change.amount_minor = Set(held.row.total_minor);
    change.version = Set(deal.version + 1);
    change.updated_at = Set(work.now);
    change.updated_by = Set(Some(work.by.id.0));
    change.update(work.tx()).await?;
    let record =
        serde_json::json!({ "amount_minor": { "before": deal.amount_minor, "after": held.row.total_minor }, "quote": held.row.id });
    work.audit(granted, "deal", deal.id, &record)?;
    work.changed(deal_change(deal, deal.version + 1, &work.by))
}
