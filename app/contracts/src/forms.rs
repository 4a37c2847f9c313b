//! The forms that a contract's page opens, one at a time: `?form=plan`. They are real
//! forms, and work without scripts.

use crate::api::{NoteInvoiceFn, RecordPaymentFn, SavePlanFn, SetStatusFn, StrikeInvoiceFn, StrikePaymentFn};
use domain::contracts::form::{InvoiceForm, NUMBER_MAX, PaymentForm, PlanForm, PlanLineForm, SHORT_NOTE_MAX, StatusForm, StrikeForm};
use domain::contracts::view::ContractDetail;
use domain::contracts::{ContractStatus, INSTALMENTS_MAX, PaymentKind, PaymentMethod};
use domain::ids::ContractId;
use i18n::Key;
use i18n::keys::{common, contracts};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Versioned, typed_or};
use ui::{Answer, ApiError, fmt, t, words};

/// Empty lines of the plan's form, for further instalments.
const SPARE_LINES: usize = 3;

/// Which form is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    Status(ContractStatus),
    Plan,
    Payment(PaymentKind),
    Invoice,
    StrikePayment(String),
    StrikeInvoice(String),
}

impl Open {
    /// From the parts of an address: `form`, and for some `to` or `entry`.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let entry = || get("entry").filter(|entry| !entry.is_empty());
        match get("form")?.as_str() {
            "status" => get("to").and_then(|code| ContractStatus::parse(&code)).map(Self::Status),
            "plan" => Some(Self::Plan),
            "receipt" => Some(Self::Payment(PaymentKind::Receipt)),
            "refund" => Some(Self::Payment(PaymentKind::Refund)),
            "invoice" => Some(Self::Invoice),
            "strike_payment" => entry().map(Self::StrikePayment),
            "strike_invoice" => entry().map(Self::StrikeInvoice),
            _ => None,
        }
    }
}

/// What the forms do; made once by the page, since a form may be drawn anew.
#[derive(Clone, Copy)]
pub struct Actions {
    status: ServerAction<SetStatusFn>,
    plan: ServerAction<SavePlanFn>,
    payment: ServerAction<RecordPaymentFn>,
    invoice: ServerAction<NoteInvoiceFn>,
    strike_payment: ServerAction<StrikePaymentFn>,
    strike_invoice: ServerAction<StrikeInvoiceFn>,
}

impl Actions {
    pub fn new() -> Self {
        Self {
            status: ServerAction::new(),
            plan: ServerAction::new(),
            payment: ServerAction::new(),
            invoice: ServerAction::new(),
            strike_payment: ServerAction::new(),
            strike_invoice: ServerAction::new(),
        }
    }

    /// Grows with everything that is saved, to read the page again; follows the answers.
    pub fn saved(self) -> usize {
        let saved = |version: RwSignal<usize>, answer: Option<Answer<ContractId>>| {
            let count = version.get();
            if matches!(answer, Some(Ok(_))) { count } else { 0 }
        };
        saved(self.status.version(), self.status.value().get())
            + saved(self.plan.version(), self.plan.value().get())
            + saved(self.payment.version(), self.payment.value().get())
            + saved(self.invoice.version(), self.invoice.value().get())
            + saved(self.strike_payment.version(), self.strike_payment.value().get())
            + saved(self.strike_invoice.version(), self.strike_invoice.value().get())
    }

    /// Whether the open form was sent for a version that is not the last.
    pub fn stale(self) -> bool {
        let stale = |answer: Option<Answer<ContractId>>| matches!(answer, Some(Err(ApiError::Stale { .. })));
        stale(self.status.value().get_untracked())
            || stale(self.plan.value().get_untracked())
            || stale(self.payment.value().get_untracked())
            || stale(self.invoice.value().get_untracked())
            || stale(self.strike_payment.value().get_untracked())
            || stale(self.strike_invoice.value().get_untracked())
    }
}

/// What the server answered to one form.
#[derive(Clone, Copy)]
struct Said {
    error: Signal<Option<ApiError>>,
    refusals: Refusals,
}

impl Said {
    /// What was refused of one opening of a form says nothing in the next. An answer of
    /// version 0 came with the page, from a form that was sent without scripts.
    fn of(version: RwSignal<usize>, answer: impl Fn() -> Option<Answer<ContractId>> + Copy + Send + Sync + 'static) -> Self {
        let before = version.get_untracked();
        let answer = move || {
            let now = version.get();
            if now == 0 || now != before { answer() } else { None }
        };
        Self { error: Signal::derive(move || answer().and_then(Result::err)), refusals: Refusals::of(answer) }
    }

    fn typed<F: serde::de::DeserializeOwned>(self, fresh: F) -> F {
        typed_or(self.error.get_untracked().as_ref(), fresh)
    }
}

/// The open form, if the person may use it.
#[component]
pub fn OpenForm(detail: ContractDetail, open: Open, actions: Actions) -> impl IntoView {
    let allowed = match open {
        Open::Status(_) | Open::Plan => detail.may_write,
        _ => detail.may_record,
    };
    if !allowed {
        return ().into_any();
    }
    match open {
        Open::Status(to) => view! { <StatusFields detail to action=actions.status/> }.into_any(),
        Open::Plan => view! { <PlanFields detail action=actions.plan/> }.into_any(),
        Open::Payment(kind) => view! { <PaymentFields detail kind action=actions.payment/> }.into_any(),
        Open::Invoice => view! { <InvoiceFields detail action=actions.invoice/> }.into_any(),
        Open::StrikePayment(entry) => {
            let action = actions.strike_payment;
            let said = Said::of(action.version(), move || action.value().get());
            view! { <Card title=t(contracts::STRIKE)><ActionForm action=action attr:class="form"><StrikeFields detail entry said pending=action.pending().into()/></ActionForm></Card> }
                .into_any()
        }
        Open::StrikeInvoice(entry) => {
            let action = actions.strike_invoice;
            let said = Said::of(action.version(), move || action.value().get());
            view! { <Card title=t(contracts::STRIKE)><ActionForm action=action attr:class="form"><StrikeFields detail entry said pending=action.pending().into()/></ActionForm></Card> }
                .into_any()
        }
    }
}

#[component]
fn Card(title: &'static str, children: Children) -> impl IntoView {
    view! { <section class="card-box" id="form"><h2>{title}</h2>{children()}</section> }
}

fn page(detail: &ContractDetail) -> String {
    format!("/contracts/{}", detail.row.id)
}

/// What becoming this status is called.
pub const fn step(from: ContractStatus, to: ContractStatus) -> Key {
    match (from, to) {
        (ContractStatus::Draft, ContractStatus::Signed) => contracts::SIGN,
        (_, ContractStatus::Ended) => contracts::END,
        (_, ContractStatus::Cancelled) => contracts::CALL_OFF,
        _ => contracts::TAKE_BACK,
    }
}

#[component]
fn StatusFields(detail: ContractDetail, to: ContractStatus, action: ServerAction<SetStatusFn>) -> impl IntoView {
    let said = Said::of(action.version(), move || action.value().get());
    let (error, refusals) = (said.error, said.refusals);
    let signing = detail.row.status == ContractStatus::Draft && to == ContractStatus::Signed;
    let fresh = StatusForm { on: if signing { ui::facts().today().to_string() } else { String::new() }, ..StatusForm::default() };
    let form: StatusForm = said.typed(fresh);
    let plan = Memo::new(move |_| refusals.at("plan"));
    let to_refused = Memo::new(move |_| refusals.at("to"));
    let back = page(&detail);
    view! {
        <Card title=t(step(detail.row.status, to))>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Versioned id=detail.row.id.to_string() version=detail.version error back=back.clone()/>
                <input type="hidden" name="form[to]" value=to.code()/>
                <p class="err wide" role="alert" hidden=move || plan.get().is_none()>{move || plan.get()}</p>
                <p class="err wide" role="alert" hidden=move || to_refused.get().is_none()>{move || to_refused.get()}</p>
                {if signing {
                    view! { <TextField label=contracts::SIGNED_ON name="on" refusals value=form.on kind="date" max=0/> }.into_any()
                } else {
                    let required = to != ContractStatus::Ended;
                    view! { <TextField label=common::REASON name="reason" refusals value=form.reason required wide=true max=SHORT_NOTE_MAX/> }.into_any()
                }}
                <FormActions pending=action.pending() back label=step(detail.row.status, to)/>
            </ActionForm>
        </Card>
    }
}

#[component]
fn PlanFields(detail: ContractDetail, action: ServerAction<SavePlanFn>) -> impl IntoView {
    let said = Said::of(action.version(), move || action.value().get());
    let (error, refusals) = (said.error, said.refusals);
    let code = detail.row.amount.currency.code();
    let lines = detail.plan.iter().map(|line| PlanLineForm {
        due_on: line.due_on.to_string(),
        amount: fmt::money_input(line.amount_minor, code),
        note: line.note.clone(),
    });
    let form: PlanForm = said.typed(PlanForm { lines: lines.collect(), ..PlanForm::default() });
    let many = (form.lines.len() + SPARE_LINES).min(INSTALMENTS_MAX);
    let lines = (0..many).map(|i| plan_line(i, form.lines.get(i).cloned().unwrap_or_default(), refusals)).collect_view();
    let plan = Memo::new(move |_| refusals.at("plan"));
    let back = page(&detail);
    view! {
        <Card title=t(contracts::PLAN)>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Versioned id=detail.row.id.to_string() version=detail.version error back=back.clone()/>
                <p class="err wide" role="alert" hidden=move || plan.get().is_none()>{move || plan.get()}</p>
                <fieldset data-plan="">
                    <legend>{t(contracts::INSTALMENTS)}</legend>
                    <p class="hint">{t(contracts::LINES_HINT)}</p>
                    {lines}
                </fieldset>
                <fieldset>
                    <legend>{t(contracts::BY_SHARES)}</legend>
                    <TextField label=contracts::SHARES name="shares" refusals value=form.shares max=SHORT_NOTE_MAX autocomplete="off" hint=t(contracts::SHARES_HINT).to_owned()/>
                    <TextField label=contracts::FIRST_ON name="first_on" refusals value=form.first_on kind="date" max=0/>
                    <TextField label=contracts::EVERY_MONTHS name="every_months" refusals value=form.every_months inputmode="numeric" max=2/>
                </fieldset>
                <FormActions pending=action.pending() back/>
            </ActionForm>
        </Card>
    }
}

/// Day, amount and note of one instalment; left empty it does not count.
fn plan_line(i: usize, line: PlanLineForm, refusals: Refusals) -> impl IntoView {
    let n = i + 1;
    let field = move |label: Key, part: &'static str, kind: &'static str, value: String| {
        let id = format!("{part}_{n}");
        let (at, told) = (id.clone(), format!("{id}-err"));
        let error = Memo::new(move |_| refusals.at(&at));
        view! {
            <div class="field">
                <label for=id.clone()>{t(label)}" "{n}</label>
                <input id=id name=format!("form[lines][{i}][{part}]") type=kind value=value autocomplete="off" maxlength="200"
                    inputmode=(part == "amount").then_some("decimal") aria-invalid=move || error.get().map(|_| "true") aria-describedby=told.clone()/>
                <p class="err" id=told role="alert" hidden=move || error.get().is_none()>{move || error.get()}</p>
            </div>
        }
    };
    view! {
        {field(contracts::DUE_ON, "due_on", "date", line.due_on)}
        {field(common::AMOUNT, "amount", "text", line.amount)}
        {field(common::NOTES, "note", "text", line.note)}
    }
}

#[component]
fn PaymentFields(detail: ContractDetail, kind: PaymentKind, action: ServerAction<RecordPaymentFn>) -> impl IntoView {
    let said = Said::of(action.version(), move || action.value().get());
    let (error, refusals) = (said.error, said.refusals);
    let code = detail.row.amount.currency.code();
    // What is overdue is what is most likely to come in, then all that is open.
    let amount = match kind {
        PaymentKind::Receipt if detail.standing.overdue_minor > 0 => detail.standing.overdue_minor,
        PaymentKind::Receipt => detail.standing.outstanding_minor,
        PaymentKind::Refund => 0,
    };
    let amount = if amount > 0 { fmt::money_input(amount, code) } else { String::new() };
    let fresh = PaymentForm {
        on: ui::facts().today().to_string(),
        amount,
        method: PaymentMethod::Transfer.code().into(),
        ..PaymentForm::default()
    };
    let form: PaymentForm = said.typed(fresh);
    let methods = PaymentMethod::ALL.iter().map(|v| (v.code().to_owned(), t(words::payment_method(*v)).to_owned())).collect();
    let back = page(&detail);
    view! {
        <Card title=t(words::payment_kind(kind))>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Versioned id=detail.row.id.to_string() version=detail.version error back=back.clone()/>
                <input type="hidden" name="form[kind]" value=kind.code()/>
                <TextField label=common::DAY name="on" refusals value=form.on kind="date" max=0/>
                <TextField label=common::AMOUNT name="amount" refusals value=form.amount required=true inputmode="decimal" max=40 hint=code.to_owned()/>
                <SelectField label=contracts::METHOD name="method" refusals value=form.method options=methods/>
                <TextField label=common::NOTES name="note" refusals value=form.note wide=true max=SHORT_NOTE_MAX/>
                <FormActions pending=action.pending() back/>
            </ActionForm>
        </Card>
    }
}

#[component]
fn InvoiceFields(detail: ContractDetail, action: ServerAction<NoteInvoiceFn>) -> impl IntoView {
    let said = Said::of(action.version(), move || action.value().get());
    let (error, refusals) = (said.error, said.refusals);
    let form: InvoiceForm = said.typed(InvoiceForm { on: ui::facts().today().to_string(), ..InvoiceForm::default() });
    let code = detail.row.amount.currency.code().to_owned();
    let back = page(&detail);
    view! {
        <Card title=t(contracts::NOTE_INVOICE)>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Versioned id=detail.row.id.to_string() version=detail.version error back=back.clone()/>
                <TextField label=contracts::INVOICE_NUMBER name="number" refusals value=form.number required=true max=NUMBER_MAX autocomplete="off"/>
                <TextField label=common::DAY name="on" refusals value=form.on kind="date" max=0/>
                <TextField label=contracts::GROSS name="amount" refusals value=form.amount required=true inputmode="decimal" max=40 hint=code/>
                <TextField label=contracts::VAT_RATE name="vat" refusals value=form.vat required=true inputmode="decimal" max=8 hint=t(contracts::VAT_HINT).to_owned()/>
                <TextField label=common::NOTES name="note" refusals value=form.note wide=true max=SHORT_NOTE_MAX/>
                <FormActions pending=action.pending() back/>
            </ActionForm>
        </Card>
    }
}

#[component]
fn StrikeFields(detail: ContractDetail, entry: String, said: Said, pending: Signal<bool>) -> impl IntoView {
    let (error, refusals) = (said.error, said.refusals);
    let form: StrikeForm = said.typed(StrikeForm::default());
    let back = page(&detail);
    view! {
        <FormError error/>
        <Versioned id=detail.row.id.to_string() version=detail.version error back=back.clone()/>
        <input type="hidden" name="form[entry]" value=entry/>
        <p class="hint wide">{t(contracts::STRIKE_HINT)}</p>
        <TextField label=common::REASON name="reason" refusals value=form.reason required=true wide=true max=SHORT_NOTE_MAX/>
        <FormActions pending back label=contracts::STRIKE/>
    }
}
