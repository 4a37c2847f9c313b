//! A contract's page: what was agreed, what came of it, and the forms that change it.

use crate::api;
use crate::edit::NoContract;
use crate::forms::{Actions, Open, OpenForm, step};
use crate::tables::money;
use chrono::NaiveDate;
use domain::contracts::standing::Filled;
use domain::contracts::view::{ContractDetail, InvoiceRow, PaymentRow, Struck};
use domain::contracts::{ContractStatus, PaymentKind};
use domain::ids::ContractId;
use domain::money::Currency;
use i18n::Key;
use i18n::keys::{common, contracts};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::component::{Heading, Icon, Skeleton};
use ui::refresh::on_change_when;
use ui::{ApiError, fmt, t, texts, words};

#[component]
pub fn ContractPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| ContractId::parse(&id))));
    let open = Memo::new(move |_| query.with(|q| Open::from_query(|name| q.get(name))));
    let found = Resource::new(move || id.get(), |id| async move { api::contract(id.ok_or(ApiError::NotFound)?).await });
    let actions = Actions::new();
    Effect::new(move |before: Option<usize>| {
        let saved = actions.saved();
        if before.is_some_and(|before| saved > before) {
            found.refetch();
        }
        saved
    });
    Effect::new(move |before: Option<Option<Open>>| {
        let now = open.get();
        // Somebody else's version is looked at, also if the stream said nothing of it.
        if before.is_some_and(|before| before != now) && actions.stale() {
            found.refetch();
        }
        now
    });
    // Nothing is taken from under somebody who is filling in a form; it is read when the
    // form is closed.
    on_change_when(
        move |event| event.topic == "contract" && id.try_get_untracked().flatten().is_some_and(|id| id.0 == event.id),
        move || open.try_get_untracked().flatten().is_none(),
        move || found.refetch(),
    );
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || {
                let open = open.get();
                Suspend::new(async move {
                    match found.await {
                        Ok(detail) => view! { <Shown detail open actions/> }.into_any(),
                        Err(error) => view! { <div class="body"><NoContract error/></div> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Shown(detail: ContractDetail, #[prop(optional_no_strip)] open: Option<Open>, actions: Actions) -> impl IntoView {
    let row = &detail.row;
    let here = format!("/contracts/{}", row.id);
    let living = row.status != ContractStatus::Cancelled;
    let steps = if detail.may_write { detail.next() } else { &[] };
    let from = row.status;
    let steps = steps
        .iter()
        .map(|to| {
            let class = if *to == ContractStatus::Cancelled { "btn btn-danger-quiet" } else { "btn" };
            view! { <a class=class href=format!("{here}?form=status&to={to}")>{t(step(from, *to))}</a> }
        })
        .collect_view();
    let edit = (detail.may_write && living).then(|| {
        view! { <a class="btn" href=format!("{here}/edit")><Icon name="square-pen" class="i-14"/><span>{t(common::EDIT)}</span></a> }
    });
    let form = open.map(|open| {
        let detail = detail.clone();
        view! { <OpenForm detail open actions/> }
    });
    let title = texts().fmt(contracts::NUMBERED, &[("number", &row.number), ("title", &row.title)]);
    view! {
        <header class="top">
            <a class="back" href="/contracts"><Icon name="chevron-left" class="i-14"/>{t(contracts::TITLE)}</a>
            <div class="end">{steps}{edit}</div>
        </header>
        <div class="body">
            <div class="sections is-wide" data-contract-id=row.id.to_string() data-status=row.status.code()>
                <div class="row"><Heading text=title/><span class="badge">{t(words::contract_status(row.status))}</span></div>
                <Figures detail=detail.clone()/>
                {form}
                <Facts detail=detail.clone()/>
                <Plan detail=detail.clone()/>
                <Payments detail=detail.clone()/>
                <Invoices detail=detail.clone()/>
            </div>
        </div>
    }
}

#[component]
fn Figures(detail: ContractDetail) -> impl IntoView {
    let currency = detail.row.amount.currency;
    let stat = |label: Key, code: &'static str, minor: i64| {
        view! { <div class="stat" data-figure=code><span class="k">{t(label)}</span><span class="v num">{money(minor, currency)}</span></div> }
    };
    let over = detail.standing.overpaid_minor;
    view! {
        <div class="card-box"><div class="stats" role="group" aria-label=t(contracts::FIGURES)>
            {stat(common::AMOUNT, "amount", detail.row.amount.minor)}
            {stat(contracts::RECEIVED, "received", detail.row.received_minor)}
            {stat(contracts::OUTSTANDING, "outstanding", detail.row.outstanding_minor)}
            {stat(contracts::OVERDUE, "overdue", detail.row.overdue_minor)}
            {stat(contracts::INVOICED, "invoiced", detail.invoiced_minor)}
            {(over > 0).then(|| stat(contracts::TO_PAY_BACK, "overpaid", over))}
        </div></div>
    }
}

#[component]
fn Facts(detail: ContractDetail) -> impl IntoView {
    let row = &detail.row;
    let line = |label: Key, value: AnyView| view! { <dt>{t(label)}</dt><dd>{value}</dd> };
    let text = |label: Key, value: String| (!value.is_empty()).then(|| line(label, view! { <span class="pre">{value}</span> }.into_any()));
    let on = |day: Option<NaiveDate>| day.map(fmt::date_iso).unwrap_or_default();
    let link = |may: bool, href: String, name: String| {
        if may { view! { <a href=href>{name}</a> }.into_any() } else { view! { <span>{name}</span> }.into_any() }
    };
    // A deal that one may not see has no name either.
    let deal = detail.deal_title.clone().map(|title| line(common::DEAL, link(true, format!("/deals/{}", row.deal), title)));
    view! {
        <section class="card-box">
            <h2>{t(contracts::FACTS)}</h2>
            <dl class="kv">
                {line(common::CUSTOMER, link(detail.may_read_customer, format!("/customers/{}", row.customer), row.customer_name.clone()))}
                {deal}
                {text(common::OWNER, row.owner_name.clone())}
                {text(contracts::SIGNED_ON, on(row.signed_on))}
                {text(contracts::STARTS, on(detail.starts_on))}
                {text(contracts::ENDS, on(detail.ends_on))}
                {text(common::NOTES, detail.note.clone())}
                {text(common::REASON, detail.reason.clone())}
            </dl>
        </section>
    }
}

fn to_form(may: bool, here: &str, form: &'static str, label: Key) -> Option<impl IntoView + use<>> {
    let href = format!("{here}?form={form}");
    may.then(|| view! { <a class="btn btn-s" href=href>{t(label)}</a> })
}

#[component]
fn Plan(detail: ContractDetail) -> impl IntoView {
    let facts = ui::facts();
    let currency = detail.row.amount.currency;
    let here = format!("/contracts/{}", detail.row.id);
    let off = detail.plan_difference_minor();
    let differs = (off != 0).then(|| {
        let key = if off > 0 { contracts::PLAN_SHORT } else { contracts::PLAN_OVER };
        let text = texts().fmt(key, &[("by", &money(off.abs(), currency))]);
        view! { <p class="banner banner-warn" data-plan-off=""><Icon name="triangle-alert"/><span>{text}</span></p> }
    });
    let lang = facts.lang;
    let rows = detail
        .standing
        .plan
        .iter()
        .zip(&detail.plan)
        .enumerate()
        .map(|(i, (filled, line))| {
            let Filled { due_on, amount_minor, paid_minor, open_minor, state, overdue_days } = *filled;
            let late = overdue_days.map(|days| fmt::days(lang, days)).unwrap_or_default();
            let class = if overdue_days.is_some() { "badge badge-danger" } else { "badge" };
            view! {
                <tr data-state=state.code()>
                    <td>{i + 1}</td>
                    <td class="num" data-label=t(contracts::DUE_ON)>{fmt::date_iso(due_on)}</td>
                    <td class="r num" data-label=t(common::AMOUNT)>{money(amount_minor, currency)}</td>
                    <td class="r num" data-label=t(contracts::RECEIVED)>{money(paid_minor, currency)}</td>
                    <td class="r num" data-label=t(contracts::OUTSTANDING)>{money(open_minor, currency)}</td>
                    <td data-label=t(common::STATUS)><span class=class>{t(words::instalment(state))}</span>" "{late}</td>
                    <td class="wrap" data-label=t(common::NOTES) data-void=line.note.is_empty().then_some("")>{line.note.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let may = detail.may_write && detail.row.status != ContractStatus::Cancelled;
    view! {
        <section class="card-box" id="plan">
            <header><h2>{t(contracts::PLAN)}</h2>{to_form(may, &here, "plan", contracts::CHANGE_PLAN)}</header>
            {differs}
            {if detail.plan.is_empty() {
                view! { <p class="muted">{t(contracts::NO_PLAN)}</p> }.into_any()
            } else {
                view! {
                    <div class="table-wrap" tabindex="0" role="region" aria-label=t(contracts::PLAN)>
                        <table class="table cards-on-phone" data-instalments="">
                            <thead><tr>
                                <th scope="col">"#"</th><th scope="col">{t(contracts::DUE_ON)}</th><th scope="col" class="r">{t(common::AMOUNT)}</th>
                                <th scope="col" class="r">{t(contracts::RECEIVED)}</th><th scope="col" class="r">{t(contracts::OUTSTANDING)}</th>
                                <th scope="col">{t(common::STATUS)}</th><th scope="col">{t(common::NOTES)}</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

/// Struck out, when, by whom and why; or the way to strike out.
fn struck(entry: Option<&Struck>, may: bool, href: String) -> AnyView {
    match entry {
        Some(struck) => {
            let at = ui::error::instant(&ui::facts(), struck.at);
            let text = texts().fmt(contracts::STRUCK, &[("name", &struck.by), ("at", &at), ("reason", &struck.reason)]);
            view! { <small class="muted" data-struck="">{text}</small> }.into_any()
        }
        None if may => view! { <a class="btn btn-ghost btn-s" href=href>{t(contracts::STRIKE)}</a> }.into_any(),
        None => ().into_any(),
    }
}

#[component]
fn Payments(detail: ContractDetail) -> impl IntoView {
    let currency = detail.row.amount.currency;
    let here = format!("/contracts/{}", detail.row.id);
    let may = detail.may_record;
    let row = |row: &PaymentRow| payment(row, currency, may, &here);
    let rows = detail.payments.iter().map(row).collect_view();
    let takes = may && detail.row.status.owes() && detail.row.outstanding_minor > 0;
    let pays = may && detail.row.received_minor > 0;
    view! {
        <section class="card-box" id="payments">
            <header><h2>{t(contracts::PAYMENTS)}</h2>{to_form(takes, &here, "receipt", contracts::RECEIPT)}{to_form(pays, &here, "refund", contracts::REFUND)}</header>
            {if detail.payments.is_empty() {
                view! { <p class="muted">{t(contracts::NO_PAYMENTS)}</p> }.into_any()
            } else {
                view! {
                    <div class="table-wrap" tabindex="0" role="region" aria-label=t(contracts::PAYMENTS)>
                        <table class="table cards-on-phone" data-payments="">
                            <thead><tr>
                                <th scope="col">{t(common::DAY)}</th><th scope="col">{t(contracts::KIND)}</th><th scope="col" class="r">{t(common::AMOUNT)}</th>
                                <th scope="col">{t(contracts::METHOD)}</th><th scope="col">{t(contracts::BY)}</th><th scope="col">{t(common::NOTES)}</th><th scope="col">{t(contracts::STRIKE)}</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

fn payment(row: &PaymentRow, currency: Currency, may: bool, here: &str) -> impl IntoView + use<> {
    let minor = if row.kind == PaymentKind::Refund { -row.amount_minor } else { row.amount_minor };
    let strike = struck(row.struck.as_ref(), may, format!("{here}?form=strike_payment&entry={}", row.id));
    let amount = money(minor, currency);
    let amount = if row.struck.is_some() { view! { <s>{amount}</s> }.into_any() } else { view! { <span>{amount}</span> }.into_any() };
    view! {
        <tr data-payment-id=row.id.to_string() data-kind=row.kind.code()>
            <td class="num">{fmt::date_iso(row.on)}</td>
            <td data-label=t(contracts::KIND)>{t(words::payment_kind(row.kind))}</td>
            <td class="r num" data-label=t(common::AMOUNT)>{amount}</td>
            <td data-label=t(contracts::METHOD)>{t(words::payment_method(row.method))}</td>
            <td data-label=t(contracts::BY)>{row.by.clone()}</td>
            <td class="wrap" data-label=t(common::NOTES) data-void=row.note.is_empty().then_some("")>{row.note.clone()}</td>
            <td class="wrap">{strike}</td>
        </tr>
    }
}

#[component]
fn Invoices(detail: ContractDetail) -> impl IntoView {
    let currency = detail.row.amount.currency;
    let here = format!("/contracts/{}", detail.row.id);
    let may = detail.may_record;
    let rows = detail.invoices.iter().map(|row| invoice(row, currency, may, &here)).collect_view();
    let takes = may && detail.row.status.owes() && detail.invoiced_minor < detail.row.amount.minor;
    view! {
        <section class="card-box" id="invoices">
            <header><h2>{t(contracts::INVOICES)}</h2>{to_form(takes, &here, "invoice", contracts::NOTE_INVOICE)}</header>
            {if detail.invoices.is_empty() {
                view! { <p class="muted">{t(contracts::NO_INVOICES)}</p> }.into_any()
            } else {
                view! {
                    <div class="table-wrap" tabindex="0" role="region" aria-label=t(contracts::INVOICES)>
                        <table class="table cards-on-phone" data-invoices="">
                            <thead><tr>
                                <th scope="col">{t(contracts::INVOICE_NUMBER)}</th><th scope="col">{t(common::DAY)}</th><th scope="col" class="r">{t(contracts::NET)}</th>
                                <th scope="col" class="r">{t(contracts::TAX)}</th><th scope="col" class="r">{t(contracts::GROSS)}</th><th scope="col">{t(common::NOTES)}</th><th scope="col">{t(contracts::STRIKE)}</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

fn invoice(row: &InvoiceRow, currency: Currency, may: bool, here: &str) -> impl IntoView + use<> {
    let strike = struck(row.struck.as_ref(), may, format!("{here}?form=strike_invoice&entry={}", row.id));
    let number = row.number.clone();
    let number = if row.struck.is_some() { view! { <s>{number}</s> }.into_any() } else { view! { <span>{number}</span> }.into_any() };
    view! {
        <tr data-invoice-id=row.id.to_string()>
            <td class="num">{number}</td>
            <td class="num" data-label=t(common::DAY)>{fmt::date_iso(row.on)}</td>
            <td class="r num" data-label=t(contracts::NET)>{money(row.split.net_minor, currency)}</td>
            <td class="r num" data-label=t(contracts::TAX)>{money(row.split.tax_minor, currency)}" ("{words::rate(row.vat_bp)}")"</td>
            <td class="r num" data-label=t(contracts::GROSS)>{money(row.amount_minor, currency)}</td>
            <td class="wrap" data-label=t(common::NOTES) data-void=row.note.is_empty().then_some("")>{row.note.clone()}</td>
            <td class="wrap">{strike}</td>
        </tr>
    }
}
