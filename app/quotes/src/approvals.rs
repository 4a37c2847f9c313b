//! What waits for the reader: each discount with its why, and two buttons within reach of a
//! thumb.

use crate::api::{self, StepQuoteFn};
use crate::lines::money;
use domain::quotes::QuoteStep;
use domain::quotes::form::StepForm;
use domain::quotes::view::{Approval, ApprovalList};
use i18n::keys::{common, quotes};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Pager, Skeleton};
use ui::form::{FormError, Refusals, escaped, request_id, typed_or};
use ui::links::address;
use ui::offers::share;
use ui::refresh::on_change;
use ui::{ApiError, t, texts, words};

const PATH: &str = "/quotes/approvals";

#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let query = use_query_map();
    let after = Memo::new(move |_| query.with(|q| q.get("after").filter(|after| !after.is_empty())));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (after.get(), again.get()), |(after, _)| api::approvals(after));
    // One for all rows: a row goes when it is decided.
    let action = ServerAction::<StepQuoteFn>::new();
    let sent = RwSignal::new(String::new());
    Effect::new(move |before: Option<usize>| {
        let now = action.version().get();
        if before.is_some_and(|before| before != now) && matches!(action.value().get_untracked(), Some(Ok(_))) {
            again.try_update(|n| *n += 1);
        }
        now
    });
    on_change(
        |event| event.topic == "quote",
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <header class="top">
            <a class="back" href="/quotes"><Icon name="chevron-left" class="i-14"/>{t(quotes::TITLE)}</a>
            <Heading text=t(quotes::APPROVALS)/>
            <div class="end"><ExportMenu list="approvals" query=Signal::stored(String::new())/></div>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => shown(found, after.get_untracked(), action, sent).into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

fn shown(found: ApprovalList, after: Option<String>, action: ServerAction<StepQuoteFn>, sent: RwSignal<String>) -> impl IntoView {
    let first = after.is_some().then(|| PATH.to_owned());
    let ApprovalList { rows, total, next } = found;
    let said = texts().n(quotes::WAITING_ONE, quotes::WAITING_MANY, total);
    if rows.is_empty() {
        let back = first.map(|href| view! { <a class="btn" href=href>{t(common::FIRST_PAGE)}</a> });
        let text = if total == 0 { t(quotes::NOTHING_WAITS).to_owned() } else { said };
        return view! { <Empty text icon="stamp">{back}</Empty> }.into_any();
    }
    let next = next.map(|after| address(PATH, &[("after", after)]));
    view! {
        <div class="qt-approvals" data-approvals="">{rows.into_iter().map(|one| view! { <Card one action sent/> }).collect_view()}</div>
        <Pager total=said first next/>
    }
    .into_any()
}

/// Of which quote a refusal is that came with the page.
fn typed_id(error: &ApiError) -> String {
    typed_or(Some(error), StepForm::default()).id
}

#[component]
fn Card(one: Approval, action: ServerAction<StepQuoteFn>, sent: RwSignal<String>) -> impl IntoView {
    let Approval { row, version, tier, ceiling_bp, list_minor, asked } = one;
    let id = row.id.to_string();
    let own = id.clone();
    let error = Signal::derive(move || {
        let error = action.value().get().and_then(Result::err)?;
        (sent.get() == own || typed_id(&error) == own).then_some(error)
    });
    let refusals = Refusals::of(move || error.get().map(Err::<(), _>));
    let typed: StepForm = typed_or(error.get_untracked().as_ref(), StepForm::default());
    let request = request_id();
    let currency = row.total.currency;
    let asked = asked.map(|said| {
        let at = ui::error::instant(&ui::facts(), said.at);
        let who = texts().fmt(quotes::ASKED, &[("name", &said.by), ("at", &at)]);
        let why = (!said.reason.is_empty()).then(|| view! { <p class="pre">{said.reason.clone()}</p> });
        view! { <p class="muted fs12">{who}</p>{why} }
    });
    let ceiling = texts().fmt(quotes::CEILING, &[("tier", &words::tier(tier)), ("ceiling", &share(ceiling_bp))]);
    let (field, told) = (format!("reason-{id}"), format!("reason-{id}-err"));
    let refused = Memo::new(move |_| refusals.at("reason"));
    let (whose, href, own) = (id.clone(), format!("/quotes/{id}"), id.clone());
    view! {
        <section class="card-box qt-approval" data-quote-id=id on:submit=move |_| sent.set(whose.clone())>
            <h2><a href=href>{row.name()}</a><span class="push num">{money(row.total.minor, currency)}</span></h2>
            <p><b>{row.customer_name.clone()}</b>" · "{row.title.clone()}" · "{row.owner_name.clone()}</p>
            <p class="row"><span class="badge badge-warn num" data-discount="">{share(row.discount_bp)}</span><span class="muted fs12">{ceiling}</span>
                <span class="muted fs12 push num">{money(list_minor, currency)}</span></p>
            {asked}
            <ActionForm action=action attr:class="form is-narrow">
                <FormError error/>
                <input type="hidden" name="form[id]" value=own/>
                <input type="hidden" name="form[version]" value=version.to_string()/>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <input type="hidden" name="form[from]" value="approvals"/>
                <div class="field wide">
                    <label for=field.clone()>{t(common::REASON)}</label>
                    <textarea id=field name="form[reason]" rows="2" aria-describedby=told.clone() aria-invalid=move || refused.get().map(|_| "true") inner_html=escaped(&typed.reason)></textarea>
                    <p class="hint">{t(quotes::REASON_HINT)}</p>
                    <p class="err" id=told role="alert" hidden=move || refused.get().is_none()>{move || refused.get()}</p>
                </div>
                <div class="form-actions qt-decide">
                    <button class="btn btn-danger-quiet" type="submit" name="form[step]" value=QuoteStep::Refuse.code()>{t(quotes::STEP_REFUSE)}</button>
                    <button class="btn btn-primary" type="submit" name="form[step]" value=QuoteStep::Approve.code()>{t(quotes::STEP_APPROVE)}</button>
                </div>
            </ActionForm>
        </section>
    }
}
