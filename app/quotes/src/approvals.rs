//! What waits for the reader: each discount with its why, and two buttons within reach of a
//! thumb.

use crate::api::{self, StepQuoteFn};
use crate::lines::money;
use domain::quotes::QuoteStep;
use domain::quotes::form::StepForm;
use domain::quotes::view::Approval;
use i18n::keys::{common, quotes};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{FormError, Refusals, escaped, request_id, typed_or};
use ui::offers::share;
use ui::refresh::on_change;
use ui::{ApiError, t, texts, words};

#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || again.get(), |_| api::approvals());
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
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) if found.is_empty() => view! { <Empty text=t(quotes::NOTHING_WAITS).to_owned() icon="stamp"/> }.into_any(),
                        Ok(found) => view! {
                            <p class="hint" role="status">{texts().n(quotes::WAITING_ONE, quotes::WAITING_MANY, i64::try_from(found.len()).unwrap_or(i64::MAX))}</p>
                            <div class="qt-approvals" data-approvals="">{found.into_iter().map(|one| view! { <Card one action sent/> }).collect_view()}</div>
                        }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
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
