//! A quote's page: lines and sums, what was decided about it, and the steps it offers.

use crate::api::{self, StepQuoteFn};
use crate::edit::NoQuote;
use crate::lines::{Lines, money, sums};
use crate::step::StepCard;
use chrono::NaiveDate;
use domain::contracts::plain;
use domain::ids::QuoteId;
use domain::quotes::view::{QuoteDetail, Said};
use domain::quotes::{QuoteStatus, QuoteStep};
use i18n::Key;
use i18n::keys::{common, quotes};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::component::{Heading, Icon, Skeleton};
use ui::links::address;
use ui::offers::share;
use ui::refresh::on_change_when;
use ui::{ApiError, fmt, t, texts, words};

#[component]
pub fn QuotePage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| QuoteId::parse(&id))));
    let open = Memo::new(move |_| query.with(|q| q.get("step").and_then(|code| QuoteStep::parse(&code))));
    let found = Resource::new(move || id.get(), |id| async move { api::quote(id.ok_or(ApiError::NotFound)?).await });
    let action = ServerAction::<StepQuoteFn>::new();
    Effect::new(move |before: Option<usize>| {
        let now = action.version().get();
        if before.is_some_and(|before| before != now) && matches!(action.value().get_untracked(), Some(Ok(_))) {
            found.refetch();
        }
        now
    });
    Effect::new(move |before: Option<Option<QuoteStep>>| {
        let now = open.get();
        // Somebody else's version is looked at, also if the stream said nothing of it.
        if before.is_some_and(|before| before != now) && matches!(action.value().get_untracked(), Some(Err(ApiError::Stale { .. }))) {
            found.refetch();
        }
        now
    });
    // Nothing is taken from under somebody who is filling in a form.
    on_change_when(
        move |event| event.topic == "quote" && id.try_get_untracked().flatten().is_some_and(|id| id.0 == event.id),
        move || open.try_get_untracked().flatten().is_none(),
        move || found.refetch(),
    );
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || {
                let open = open.get();
                Suspend::new(async move {
                    match found.await {
                        Ok(detail) => view! { <Shown detail open action/> }.into_any(),
                        Err(error) => view! { <div class="body"><NoQuote error/></div> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Shown(detail: QuoteDetail, #[prop(optional_no_strip)] open: Option<QuoteStep>, action: ServerAction<StepQuoteFn>) -> impl IntoView {
    let row = &detail.row;
    let here = format!("/quotes/{}", row.id);
    let steps = detail.steps.iter().map(|step| {
        let class = match step {
            QuoteStep::Refuse | QuoteStep::Decline => "btn btn-danger-quiet",
            _ => "btn",
        };
        view! { <a class=class href=format!("{here}?step={step}") data-step=step.code()>{t(words::quote_step(*step))}</a> }
    });
    let steps = steps.collect_view();
    let edit = (detail.may_write && row.status.may_change()).then(|| {
        view! { <a class="btn" href=format!("{here}/edit")><Icon name="square-pen" class="i-14"/><span>{t(common::EDIT)}</span></a> }
    });
    let contract = (row.status == QuoteStatus::Accepted && detail.may_contract).then(|| {
        view! { <a class="btn btn-primary" href=to_contract(&detail) data-to-contract=""><Icon name="receipt" class="i-14"/><span>{t(quotes::TO_CONTRACT)}</span></a> }
    });
    let form = open.map(|step| {
        let detail = detail.clone();
        view! { <StepCard detail step action/> }
    });
    let title = texts().fmt(quotes::NUMBERED, &[("number", &row.name()), ("title", &row.title)]);
    view! {
        <header class="top">
            <a class="back" href="/quotes"><Icon name="chevron-left" class="i-14"/>{t(quotes::TITLE)}</a>
            <div class="end">
                {steps}{contract}{edit}
                <a class="btn" href=format!("{here}/print")><Icon name="printer" class="i-14"/><span>{t(quotes::PRINT_PAGE)}</span></a>
            </div>
        </header>
        <div class="body">
            <div class="sections is-wide" data-quote-id=row.id.to_string() data-status=row.status.code()>
                <div class="row"><Heading text=title/><span class=words::quote_badge(row.status)>{t(words::quote_status(row.status))}</span></div>
                {above(&detail)}
                {form}
                <section class="card-box">
                    <h2>{t(quotes::LINES)}</h2>
                    <Lines detail=detail.clone()/>
                </section>
                <section class="card-box">
                    <h2>{t(quotes::SUMS)}</h2>
                    {sums(&detail.sums, detail.row.total.currency)}
                    <details class="an-how"><summary>{t(i18n::keys::home::HOW)}</summary><p>{t(quotes::HOW)}</p></details>
                </section>
                <Facts detail=detail.clone()/>
            </div>
        </div>
    }
}

/// Why the quote cannot be sent as it is.
fn above(detail: &QuoteDetail) -> Option<impl IntoView + use<>> {
    let waits = matches!(detail.row.status, QuoteStatus::Draft | QuoteStatus::Waiting | QuoteStatus::Refused);
    (detail.above && waits).then(|| {
        let text = texts().fmt(
            quotes::ABOVE,
            &[("share", &share(detail.sums.discount_bp())), ("tier", &words::tier(detail.tier)), ("ceiling", &share(detail.ceiling_bp))],
        );
        view! { <p class="banner banner-warn" data-above=""><Icon name="triangle-alert"/><span>{text}</span></p> }
    })
}

/// The form of a contract with what was agreed.
fn to_contract(detail: &QuoteDetail) -> String {
    let currency = detail.row.total.currency;
    let part = |rate: &domain::quotes::sums::VatLine| {
        let share = share(Some(i64::from(rate.vat_bp)));
        texts().fmt(quotes::VAT_PART, &[("rate", &share), ("tax", &money(rate.tax_minor, currency))])
    };
    let vat: Vec<_> = detail.sums.vat.iter().map(part).collect();
    let note = texts().fmt(quotes::CONTRACT_NOTE, &[("number", &detail.row.name()), ("vat", &vat.join(" · "))]);
    address(
        "/contracts/new",
        &[
            ("deal", detail.row.deal.to_string()),
            ("title", detail.row.title.clone()),
            ("amount", plain(detail.row.total.minor, currency)),
            ("note", note),
        ],
    )
}

/// Who said what about the discount.
fn said(label: Key, said: &Said) -> String {
    let at = ui::error::instant(&ui::facts(), said.at);
    let what = texts().fmt(label, &[("name", &said.by), ("at", &at)]);
    if said.reason.is_empty() { what } else { texts().fmt(quotes::BECAUSE, &[("what", &what), ("reason", &said.reason)]) }
}

#[component]
fn Facts(detail: QuoteDetail) -> impl IntoView {
    let row = &detail.row;
    let line = |label: Key, value: AnyView| view! { <dt>{t(label)}</dt><dd>{value}</dd> };
    let text = |label: Key, value: String| (!value.is_empty()).then(|| line(label, view! { <span class="pre">{value}</span> }.into_any()));
    let on = |day: Option<NaiveDate>| day.map(fmt::date_iso).unwrap_or_default();
    let link = |may: bool, href: String, name: String| {
        if may { view! { <a href=href>{name}</a> }.into_any() } else { view! { <span>{name}</span> }.into_any() }
    };
    // A deal that one may not see has no name either.
    let deal = detail.deal_title.clone().map(|title| line(common::DEAL, link(true, format!("/deals/{}", row.deal), title)));
    let tier = words::tier(detail.tier);
    let ceiling = match detail.ceiling_bp {
        Some(bp) => texts().fmt(quotes::CEILING, &[("tier", &tier), ("ceiling", &share(Some(bp)))]),
        None => texts().fmt(quotes::NO_CEILING, &[("tier", &tier)]),
    };
    let yes = matches!(row.status, QuoteStatus::Refused);
    let history: Vec<String> = [
        detail.asked.as_ref().map(|s| said(quotes::ASKED, s)),
        detail.decided.as_ref().map(|s| said(if yes { quotes::DECIDED_NO } else { quotes::DECIDED_YES }, s)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let history = (!history.is_empty()).then(|| {
        let each = history.into_iter().map(|text| view! { <div class="pre">{text}</div> }).collect_view();
        line(quotes::HISTORY, view! { <div data-approval="">{each}</div> }.into_any())
    });
    let revisions = (!detail.revisions.is_empty()).then(|| {
        let one = |(id, n, status): &(QuoteId, i32, QuoteStatus)| {
            let name = texts().fmt(quotes::REVISION, &[("n", &n.to_string())]);
            view! { <span class="row row-1"><a href=format!("/quotes/{id}")>{name}</a><span class=words::quote_badge(*status)>{t(words::quote_status(*status))}</span></span> }
        };
        line(quotes::REVISIONS, view! { <div data-revisions="">{detail.revisions.iter().map(one).collect_view()}</div> }.into_any())
    });
    view! {
        <section class="card-box">
            <h2>{t(quotes::FACTS)}</h2>
            <dl class="kv">
                {line(common::CUSTOMER, link(detail.may_read_customer, format!("/customers/{}", row.customer), row.customer_name.clone()))}
                {deal}
                {text(common::OWNER, row.owner_name.clone())}
                {text(quotes::VALID_UNTIL, fmt::date_iso(row.valid_until))}
                {text(quotes::BOOK, detail.book.clone().unwrap_or_else(|| t(quotes::STANDARD).to_owned()))}
                {text(i18n::keys::tiers::DISCOUNT, ceiling)}
                {history}
                {text(quotes::SENT_ON, on(detail.sent_on))}
                {text(quotes::CLOSED_ON, on(detail.closed_on))}
                {text(common::REASON, detail.close_reason.clone())}
                {text(quotes::TERMS, detail.terms.clone())}
                {revisions}
            </dl>
        </section>
    }
}
