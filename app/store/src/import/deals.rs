//! Deals of a file: what each row says about its customer, its stage and its
//! end, checked by the form of a deal and by the rule of moves. How they are
//! written is not here but in `deal_rows`.

use super::known::Customers;
use super::reader::{Cells, Names, Reader, See};
use super::{cells, words};
use crate::entity::{deal, product};
use crate::error::Result;
use crate::pipeline::stages::{self, Stages};
use crate::scope;
use crate::search::fold;
use chrono::NaiveDate;
use domain::ids::{CustomerId, PipelineId, ProductId, StageId, UnitId, UserId};
use domain::pipeline::form::{DealDraft, DealForm};
use domain::pipeline::moves::{Closing, Decision, Facts, decide};
use domain::pipeline::{LostReason, Outcome, Stage, StageKind};
use domain::policy::{Action, scope as scope_of};
use domain::violation::Violation;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// A row that may be written.
pub struct Ready {
    pub draft: DealDraft,
    pub owner: UserId,
    pub unit: UnitId,
    pub pipeline: PipelineId,
    /// Where its history begins.
    pub first: StageId,
    /// The open stage that the file names, if it names one.
    pub reached: Option<StageId>,
    /// Where it stands now, and by which step it came there.
    pub decision: Decision,
    pub first_contact_on: NaiveDate,
}

/// What rows refer to by name.
struct Known {
    customers: Names<CustomerId>,
    products: Names<ProductId>,
    pipelines: Names<PipelineId>,
    /// The pipeline of rows that name none.
    usual: Option<PipelineId>,
    ways: HashMap<PipelineId, Way>,
}

/// Deals that are there already, by customer and title, each with the row that
/// brought it, or none.
type Taken = HashMap<(CustomerId, String), Option<usize>>;

/// A pipeline as an import needs it.
struct Way {
    stages: Vec<Stage>,
    names: Names<StageId>,
}

impl Way {
    fn get(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    fn first(&self, kind: StageKind) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.kind == kind)
    }
}

pub async fn check(reader: &Reader<'_>, db: &impl ConnectionTrait, see: See<'_>) -> Result<Vec<Ready>> {
    let known = known(reader, db).await?;
    let mut taken = if reader.job.rules.find_twins { existing(reader, db).await? } else { Taken::new() };
    Ok(reader.rows(see, move |cells| row(cells, &known, &mut taken)).await)
}

async fn existing(reader: &Reader<'_>, db: &impl ConnectionTrait) -> Result<Taken> {
    use deal::Column as C;
    let visible = scope::deals(&scope_of(reader.by, Action::ReadDeals)?);
    let rows: Vec<(Uuid, String)> =
        deal::Entity::find().select_only().columns([C::CustomerId, C::Title]).filter(visible).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(customer, title)| ((CustomerId(customer), fold(&title)), None)).collect())
}

/// One customer has two deals of one title only by mistake, or one after the
/// other; so that is told, and left to the person.
fn claim(cells: &mut Cells<'_>, draft: &DealDraft, taken: &mut Taken) {
    match taken.entry((draft.customer, fold(&draft.title))) {
        Entry::Vacant(free) => {
            free.insert(Some(cells.number()));
        }
        Entry::Occupied(by) => cells.twin(match by.get() {
            Some(row) => Violation::new("title", "duplicate_row").with("row", row),
            None => Violation::new("title", "deal_there"),
        }),
    }
}

async fn known(reader: &Reader<'_>, db: &impl ConnectionTrait) -> Result<Known> {
    let customers = Customers::of(reader, db).await?.names;
    let mut products = Names::default();
    for product in product::Entity::find().all(db).await? {
        for name in [&product.code, &product.name_zh, &product.name_en] {
            products.add(name, ProductId(product.id));
        }
    }
    let found: Stages = stages::load(db).await?;
    let mut pipelines = Names::default();
    let mut ways = HashMap::new();
    for pipeline in &found.pipelines {
        pipelines.add(&pipeline.name_zh, pipeline.id);
        pipelines.add(&pipeline.name_en, pipeline.id);
        let stages = found.of(pipeline.id);
        let mut names = Names::default();
        for stage in &stages {
            names.add(&stage.name_zh, stage.id);
            names.add(&stage.name_en, stage.id);
        }
        ways.insert(pipeline.id, Way { stages, names });
    }
    Ok(Known { customers, products, pipelines, usual: found.pipelines.first().map(|pipeline| pipeline.id), ways })
}

fn row(cells: &mut Cells<'_>, known: &Known, taken: &mut Taken) -> Option<Ready> {
    let owner = cells.owner(Action::WriteDeals);
    let pipeline = if cells.text("pipeline").is_empty() { known.usual } else { cells.name("pipeline", &known.pipelines) };
    let way = pipeline.and_then(|id| known.ways.get(&id));
    let first = way.and_then(|way| way.first(StageKind::Open));
    if pipeline.is_some() && first.is_none() {
        cells.refuse(Violation::new("pipeline", "pipeline_needs_stage"));
    }
    let end = way.and_then(|way| end(cells, way));
    let draft = draft(cells, known, end.as_ref());
    if let Some(draft) = draft.as_ref().filter(|_| cells.finds_twins()) {
        claim(cells, draft, taken);
    }
    let (way, first, pipeline, end, draft, (owner, unit)) = (way?, first?, pipeline?, end?, draft?, owner?);
    let decision = settle(cells, way, first, &end, &draft)?;
    let first_contact_on = draft.first_contact_on.unwrap_or(cells.reader.today);
    Some(Ready { draft, owner, unit, pipeline, first: first.id, reached: end.reached, decision, first_contact_on })
}

fn draft(cells: &mut Cells<'_>, known: &Known, end: Option<&End>) -> Option<DealDraft> {
    fn id(id: Option<impl ToString>) -> String {
        id.map(|id| id.to_string()).unwrap_or_default()
    }
    let reader = cells.reader;
    let amount = reader.amounts.text(cells.text("amount"), reader.comma);
    let currency = currency(cells, &amount);
    let probability = cells.text("probability");
    // 0.3 may be thirty per cent or a third of one.
    if probability.starts_with("0.") && !probability.ends_with(['%', '％']) {
        cells.refuse(Violation::new("probability", "not_a_percentage"));
    }
    let form = DealForm {
        title: cells.text("title").to_owned(),
        customer: id(cells.name("customer", &known.customers)),
        product: id(cells.name("product", &known.products)),
        source: id(cells.word("source", words::source)),
        amount,
        currency,
        expected_close_on: id(expected_close(cells, end)),
        probability: probability.to_owned(),
        first_contact_on: id(cells.date("first_contact_on")),
        competitor: cells.text("competitor").to_owned(),
        note: cells.text("note").to_owned(),
        next_step: cells.text("next_step").to_owned(),
        next_on: id(cells.date("next_on")),
        ..DealForm::default()
    };
    let checked = form.check(reader.today, reader.job.parse_amount);
    cells.draft(checked)
}

/// By its column, by the header of the amounts, by the sign beside the amount;
/// without any of them the organisation's own, which also wins where a sign
/// stands for several currencies.
pub fn currency(cells: &mut Cells<'_>, amount: &str) -> String {
    let own = cells.reader.org().currency;
    let told = if cells.text("currency").is_empty() { cells.reader.amounts.currency } else { cells.word("currency", words::currency) };
    let fits = || (cells.reader.job.parse_amount)(amount, own.code()).is_some();
    let currency = told.unwrap_or_else(|| if fits() { own } else { cells::sign(amount).unwrap_or(own) });
    currency.code().to_owned()
}

/// Many systems have one date, which means the expected close until it has come.
fn expected_close(cells: &mut Cells<'_>, end: Option<&End>) -> Option<NaiveDate> {
    if cells.has_column("expected_close_on") {
        return cells.date("expected_close_on");
    }
    end.filter(|end| end.outcome == Outcome::Open)?.closed_on
}

/// How far a deal has come, as the file tells it.
struct End {
    outcome: Outcome,
    reached: Option<StageId>,
    closed_on: Option<NaiveDate>,
    lost_reason: Option<LostReason>,
    /// A reason in other words than ours.
    note: String,
}

fn end(cells: &mut Cells<'_>, way: &Way) -> Option<End> {
    let (reached, by_stage) = stage(cells, way);
    let said = cells.word("outcome", words::outcome);
    let outcome = match (by_stage, said) {
        (Some(a), Some(b)) if a != b => {
            cells.refuse(Violation::new("outcome", "contradicts_stage"));
            return None;
        }
        (by_stage, said) => said.or(by_stage).unwrap_or(Outcome::Open),
    };
    let closed_on = cells.date("closed_on");
    let reason = cells.text("lost_reason");
    let lost_reason = words::lost_reason(reason);
    if outcome == Outcome::Open {
        if closed_on.is_some() && cells.has_column("expected_close_on") {
            cells.refuse(Violation::new("closed_on", "closed_on_open_deal"));
        }
    } else {
        // Without a first contact it would seem to have been won within a day.
        for field in ["closed_on", "first_contact_on"] {
            if cells.text(field).is_empty() {
                cells.refuse(Violation::new(field, "required"));
            }
        }
    }
    match outcome {
        Outcome::Open | Outcome::Won if !reason.is_empty() => cells.refuse(Violation::new("lost_reason", "reason_without_loss")),
        Outcome::Lost if reason.is_empty() => cells.refuse(Violation::new("lost_reason", "lost_reason_required")),
        Outcome::Invalid if reason.is_empty() => cells.refuse(Violation::new("lost_reason", "reason_required")),
        _ => {}
    }
    let note = if outcome == Outcome::Lost && lost_reason.is_some() { String::new() } else { reason.to_owned() };
    Some(End {
        outcome,
        reached,
        closed_on,
        lost_reason: (outcome == Outcome::Lost).then(|| lost_reason.unwrap_or(LostReason::Other)),
        note,
    })
}

/// The open stage that the file names; or the outcome, if it names a closing
/// stage or writes the outcome where the stage should be.
fn stage(cells: &mut Cells<'_>, way: &Way) -> (Option<StageId>, Option<Outcome>) {
    let text = cells.text("stage");
    if text.is_empty() {
        return (None, None);
    }
    let outcome = match way.names.find(text).ok().and_then(|id| way.get(id)) {
        Some(stage) => match stage.kind {
            StageKind::Open => return (Some(stage.id), None),
            StageKind::Won => Some(Outcome::Won),
            StageKind::Lost => Some(Outcome::Lost),
        },
        None => cells.word("stage", words::outcome),
    };
    (None, outcome)
}

/// What the rule of moves makes of it, as if the deal went there in one step.
fn settle(cells: &mut Cells<'_>, way: &Way, first: &Stage, end: &End, draft: &DealDraft) -> Option<Decision> {
    let today = cells.reader.today;
    let reached = end.reached.and_then(|id| way.get(id)).unwrap_or(first);
    let from = if end.outcome == Outcome::Open { first } else { reached };
    let facts = Facts {
        pipeline: first.pipeline,
        stage: from.id,
        outcome: Outcome::Open,
        amount_minor: draft.amount.minor,
        probability_bp: first.probability_bp,
    };
    let closed_on = end.closed_on.filter(|_| end.outcome != Outcome::Open);
    if let Some(on) = closed_on {
        if on > today {
            cells.refuse(Violation::new("closed_on", "date_in_future"));
        }
        if draft.first_contact_on.is_some_and(|first_contact| first_contact > on) {
            cells.refuse(Violation::new("closed_on", "date_order"));
        }
    }
    // A later day is refused above, not a second time by the rule.
    let on = closed_on.unwrap_or(today).min(today);
    let (to, closing) = match end.outcome {
        Outcome::Open => (reached, None),
        Outcome::Won => (way.first(StageKind::Won).unwrap_or(reached), Some(Closing::Won { amount_minor: draft.amount.minor, on })),
        Outcome::Lost => {
            let reason = end.lost_reason.unwrap_or(LostReason::Other);
            (reached, Some(Closing::Lost { reason, competitor: draft.competitor.clone(), note: end.note.clone() }))
        }
        Outcome::Invalid => (reached, Some(Closing::Invalid { note: end.note.clone() })),
    };
    match decide(&facts, to, closing.as_ref(), "", on) {
        Ok(decision) => Some(decision),
        Err(found) => {
            for violation in found {
                let field = match violation.field.as_str() {
                    "on" => "closed_on",
                    "to" => "stage",
                    "note" => "lost_reason",
                    other => other,
                };
                cells.refuse(Violation { field: field.to_owned(), ..violation });
            }
            None
        }
    }
}
