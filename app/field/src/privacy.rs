//! What is kept of where one was: consent and taking it back, who looked, taking one's records
//! home, erasing. Administrators see who looked at anybody's.

use crate::api::{self, ConsentFn, EraseFn};
use crate::check_in::back;
use domain::field::page::{PrivacyPage as Found, ViewRow};
use domain::field::privacy::{Consent, consent_version};
use domain::policy::Action;
use i18n::Key;
use i18n::keys::field;
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Failed, Heading, Icon, Skeleton};
use ui::form::{FormError, Refusals, request_id};
use ui::{fmt, t, texts, words};

#[component]
pub fn PrivacyPage() -> impl IntoView {
    let consent = ServerAction::<ConsentFn>::new();
    let erase = ServerAction::<EraseFn>::new();
    let found = Resource::new(move || (consent.version().get(), erase.version().get()), |_| api::privacy());
    view! {
        <header class="top">{back()}<Heading text=t(field::PRIVACY)/></header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(page) => view! { <Shown page consent erase/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Shown(page: Found, consent: ServerAction<ConsentFn>, erase: ServerAction<EraseFn>) -> impl IntoView {
    let facts = ui::facts();
    let at = |moment| ui::error::instant(&facts, moment);
    let standing = match page.consent {
        Consent::Never => t(field::CONSENT_NEVER).to_owned(),
        Consent::Given { at: moment } => texts().fmt(field::CONSENT_GIVEN, &[("time", &at(moment))]),
        Consent::Withdrawn { at: moment } => texts().fmt(field::CONSENT_WITHDRAWN, &[("time", &at(moment))]),
        Consent::Outdated { .. } => t(field::CONSENT_OUTDATED).to_owned(),
    };
    let error = Signal::derive(move || consent.value().get().and_then(Result::err));
    let holds = page.consent.holds();
    let (all, exact, near) = page.kept;
    let days = page.rules.exact_days.to_string();
    let photos = (page.rules.photo_days > 0).then(|| texts().fmt(field::PHOTOS_KEPT, &[("days", &page.rules.photo_days.to_string())]));
    let kept = texts().fmt(
        field::KEPT,
        &[
            ("all", &fmt::integer(all)),
            ("exact", &fmt::integer(exact)),
            ("near", &fmt::integer(near)),
            ("photos", &fmt::integer(page.photos)),
        ],
    );
    let visits = facts.may(Action::CheckIn);
    view! {
        <div class="sections">
            {visits.then(|| view! {
                <section class="card-box" data-consent=if holds { "1" } else { "0" }>
                    <h2>{t(field::CONSENT_TITLE)}</h2>
                    <p>{standing}</p>
                    <FormError error/>
                    <ActionForm action=consent>
                        <input type="hidden" name="form[version]" value=consent_version(page.rules.exact_days)/>
                        <input type="hidden" name="form[give]" value=if holds { "false" } else { "true" }/>
                        <button class="btn" type="submit">{t(if holds { field::CONSENT_TAKE_BACK } else { field::CONSENT_GIVE })}</button>
                    </ActionForm>
                    <p class="hint">{texts().fmt(field::CONSENT_KEPT, &[("days", &days)])}</p>
                </section>
                <section class="card-box" data-kept="">
                    <h2>{t(field::KEPT_TITLE)}</h2>
                    <p>{kept}</p>
                    {photos.map(|text| view! { <p class="hint">{text}</p> })}
                    <p><a class="btn" href="/export/field/mine.json" download="" rel="external"><Icon name="download" class="i-14"/>{t(field::TAKE_HOME)}</a></p>
                    <Erase action=erase/>
                </section>
            })}
            <section class="card-box" data-seen-by="">
                <h2>{t(field::SEEN_BY)}</h2>
                <Views rows=page.seen_by none=field::SEEN_BY_NOBODY label=field::SEEN_BY own=true/>
            </section>
            {page.all.map(|rows| view! {
                <section class="card-box" data-views="">
                    <h2>{t(field::VIEWS_ALL)}</h2>
                    <Views rows none=field::SEEN_BY_NOBODY label=field::VIEWS_ALL own=false/>
                </section>
            })}
        </div>
    }
}

/// Asked for once more by a tick: it cannot be taken back.
#[component]
fn Erase(action: ServerAction<EraseFn>) -> impl IntoView {
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let refusals = Refusals::of(move || action.value().get());
    let refused = Memo::new(move |_| refusals.at("sure"));
    let request = request_id();
    let done = move || match action.value().get() {
        Some(Ok(n)) => Some(texts().n(field::ERASED_ONE, field::ERASED_MANY, i64::try_from(n).unwrap_or(i64::MAX))),
        _ => None,
    };
    view! {
        <details class="ck-erase">
            <summary>{t(field::ERASE)}</summary>
            <ActionForm action=action>
                <p>{t(field::ERASE_WHAT)}</p>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <label class="check"><input type="checkbox" name="form[sure]" value="true" aria-describedby="sure-err"/><span>{t(field::ERASE_SURE)}</span></label>
                <p class="err" id="sure-err" role="alert" hidden=move || refused.get().is_none()>{move || refused.get()}</p>
                <FormError error/>
                <button class="btn btn-danger-quiet" type="submit"><Icon name="trash-2" class="i-14"/>{t(field::ERASE)}</button>
            </ActionForm>
        </details>
        <p role="status">{done}</p>
    }
}

#[component]
fn Views(rows: Vec<ViewRow>, none: Key, label: Key, own: bool) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="muted">{t(none)}</p> }.into_any();
    }
    let facts = ui::facts();
    let line = move |row: ViewRow| {
        view! {
            <tr>
                <th scope="row">{row.viewer}</th>
                {(!own).then(|| view! { <td data-label=t(field::PERSON)>{row.subject}</td> })}
                <td data-label=t(field::OF_DAY)>{words::day(&facts, row.of_day)}</td>
                <td data-label=t(field::LOOKED)>{ui::error::instant(&facts, row.at)}</td>
                <td class="r num" data-label=t(field::TIMES)>{fmt::integer(i64::from(row.times))}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(label)>
            <table class="table cards-on-phone">
                <thead><tr>
                    <th scope="col">{t(field::VIEWER)}</th>{(!own).then(|| view! { <th scope="col">{t(field::PERSON)}</th> })}
                    <th scope="col">{t(field::OF_DAY)}</th><th scope="col">{t(field::LOOKED)}</th><th scope="col" class="r">{t(field::TIMES)}</th>
                </tr></thead>
                <tbody>{rows.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
