//! Checking in: consent first, then one form. Without scripts it is the form alone, without a
//! position.

use crate::api::{self, ConsentFn};
use crate::device::{alive, device_texts};
use crate::shown::{length, measured, planned, signal, stay, verdict, verdict_class};
use domain::field::Planned;
use domain::field::page::{FieldPage as Found, NearCustomer, Visit};
use domain::field::privacy::{Consent, consent_version};
use domain::field::settings::{FieldRules, PhotoRule};
use domain::ids::{CheckInId, CustomerId};
use domain::work::STEP_MAX;
use i18n::keys::{common, errors, field};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::FormError;
use ui::{t, texts, words};

#[component]
pub fn FieldPage() -> impl IntoView {
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|q| q.get("done").and_then(|id| CheckInId::parse(&id))));
    let at = Memo::new(move |_| query.with(|q| q.get("at").and_then(|id| CustomerId::parse(&id))));
    let refused = Memo::new(move |_| query.with(|q| q.get("refused").map(|code| (code, q.get("max").unwrap_or_default()))));
    let consent = ServerAction::<ConsentFn>::new();
    let found = Resource::new(move || (done.get(), consent.version().get()), |(done, _)| api::field(done));
    view! {
        <header class="top">
            <Heading text=t(field::TITLE)/>
            <div class="end">
                <a class="btn" href="/field/nearby"><Icon name="map-pin" class="i-14"/><span>{t(field::NEARBY)}</span></a>
                <a class="btn" href="/field/visits"><Icon name="list-checks" class="i-14"/><span>{t(field::VISITS)}</span></a>
                <a class="btn" href="/field/privacy"><Icon name="shield" class="i-14"/><span>{t(field::PRIVACY)}</span></a>
            </div>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || {
                    let refused = refused.get();
                    Suspend::new(async move {
                        match found.await {
                            Ok(page) => view! { <Shown page refused consent at=at.get_untracked()/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

/// The sentence of a code that stands in the address, after a form without scripts.
fn sentence(code: &str, max: &str) -> String {
    errors::find(code).map_or_else(|| t(errors::BAD_REQUEST).to_owned(), |key| texts().fmt(key, &[("max", max)]))
}

#[component]
fn Shown(
    page: Found,
    #[prop(optional_no_strip)] refused: Option<(String, String)>,
    consent: ServerAction<ConsentFn>,
    #[prop(optional_no_strip)] at: Option<CustomerId>,
) -> impl IntoView {
    let facts = ui::facts();
    let viewer = facts.viewer.clone();
    let (person, name) = viewer.map(|viewer| (viewer.id.to_string(), viewer.name)).unwrap_or_default();
    let holds = page.consent.holds();
    let root = alive();
    let done = page.done.map(|visit| view! { <Done visit/> });
    let open = page.open.map(|visit| view! { <Leave visit/> });
    let refused = refused.map(|(code, max)| view! { <p class="form-error" role="alert">{sentence(&code, &max)}</p> });
    view! {
        <div class="sections ck" node_ref=root data-field-root="" data-person=person data-person-name=name data-texts=device_texts(&texts())
            data-consent=if holds { "1" } else { "0" }>
            {refused}
            {done}
            {open}
            {(!holds).then(|| view! { <Ask consent=page.consent rules=page.rules action=consent/> })}
            <CheckIn customers=page.customers more=page.more holds photo=page.rules.photo at/>
        </div>
    }
}

/// What is asked before anything is measured.
#[component]
pub fn Ask(consent: Consent, rules: FieldRules, action: ServerAction<ConsentFn>, #[prop(default = false)] nearby: bool) -> impl IntoView {
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let days = rules.exact_days.to_string();
    let again = matches!(consent, Consent::Outdated { .. }).then(|| view! { <p><b>{t(field::CONSENT_OUTDATED)}</b></p> });
    view! {
        <section class="card-box ck-consent" data-consent-ask="">
            <h2>{t(field::CONSENT_TITLE)}</h2>
            {again}
            <ul class="ck-points">
                <li>{t(field::CONSENT_PURPOSE)}</li>
                <li>{t(field::CONSENT_WHEN)}</li>
                <li>{texts().fmt(field::CONSENT_KEPT, &[("days", &days)])}</li>
                <li>{t(field::CONSENT_SEEN)}</li>
                <li>{t(field::CONSENT_WITHDRAW)}</li>
            </ul>
            <FormError error/>
            <ActionForm action=action>
                <input type="hidden" name="form[version]" value=consent_version(rules.exact_days)/>
                <input type="hidden" name="form[give]" value="true"/>
                {nearby.then(|| view! { <input type="hidden" name="form[nearby]" value="true"/> })}
                <button class="btn btn-primary" type="submit">{t(field::CONSENT_GIVE)}</button>
            </ActionForm>
            <p class="hint">{t(field::CONSENT_WITHOUT)}</p>
        </section>
    }
}

/// What was recorded.
#[component]
fn Done(visit: Visit) -> impl IntoView {
    let facts = ui::facts();
    let head = if visit.out.is_some() { field::DONE_OUT } else { field::DONE_IN };
    let title = texts().fmt(
        head,
        &[("name", &visit.customer_name), ("time", &ui::error::instant(&facts, visit.out.as_ref().map_or(visit.at, |out| out.at)))],
    );
    let signals = visit.signals.iter().map(|one| view! { <li>{t(signal(*one))}</li> }).collect_view();
    let none = visit.signals.is_empty();
    let address = format!("/field/visits?on={}&open={}#visit-{}", visit.on, visit.id, visit.id);
    view! {
        <section class="card-box ck-done" role="status" data-done=visit.id.to_string() data-verdict=visit.verdict.code()>
            <h2>{title}</h2>
            <p class="row"><span class=verdict_class(visit.verdict)>{t(verdict(visit.verdict))}</span><span>{measured(&visit)}</span></p>
            <p>{t(planned(visit.planned))}" · "{t(field::STAY)}" "<span data-stay="">{stay(visit.stay)}</span></p>
            {(!none).then(|| view! { <p class="muted">{t(field::SIGNALS_TOLD)}</p><ul class="ck-points">{signals}</ul> })}
            <a href=address>{t(field::SHOW)}</a>
        </section>
    }
}

/// Where one is, and the way out.
#[component]
fn Leave(visit: Visit) -> impl IntoView {
    let facts = ui::facts();
    let since = texts().fmt(field::OPEN_SINCE, &[("name", &visit.customer_name), ("time", &ui::error::instant(&facts, visit.at))]);
    view! {
        <form class="card-box ck-open" method="post" action="/upload/field" enctype="multipart/form-data" data-field-out="" data-name=visit.customer_name.clone()
            aria-label=t(field::CHECK_OUT)>
            <p><b>{since}</b></p>
            <input type="hidden" name="kind" value="out"/>
            <input type="hidden" name="of" value=visit.id.to_string()/>
            <input type="hidden" name="customer" value=visit.customer.to_string()/>
            <button class="btn btn-primary" type="submit"><Icon name="log-out" class="i-14"/>{t(field::CHECK_OUT)}</button>
        </form>
    }
}

fn line(customer: NearCustomer, chosen: bool) -> impl IntoView {
    let facts = ui::facts();
    let said = match (customer.planned, customer.last) {
        (Planned::None, Some(on)) => texts().fmt(field::LAST_ON, &[("day", &words::day(&facts, on))]),
        (Planned::None, None) => String::new(),
        _ if customer.step.is_empty() => t(field::PLANNED_TODAY).to_owned(),
        _ => texts().fmt(field::PLANNED_FOR, &[("step", &customer.step)]),
    };
    let (id, value) = (customer.id.to_string(), customer.id.to_string());
    let (name, shown) = (customer.name.clone(), customer.name);
    let near = if customer.place.is_none() { t(field::NO_PLACE).to_owned() } else { String::new() };
    view! {
        <li data-customer=id data-name=name data-lat=customer.place.map(|at| at.lat.to_string())
            data-lon=customer.place.map(|at| at.lon.to_string()) data-radius=customer.radius_dm.to_string()>
            <label class="ck-line">
                <input type="radio" name="customer" value=value checked=chosen/>
                <span class="grow"><span class="row row-1"><b class="ell">{shown}</b><TierBadge tier=customer.tier/></span><small>{said}</small></span>
                <span class="num" data-field-dist="">{near}</span>
            </label>
        </li>
    }
}

#[component]
fn CheckIn(
    customers: Vec<NearCustomer>,
    more: i64,
    holds: bool,
    photo: PhotoRule,
    #[prop(optional_no_strip)] at: Option<CustomerId>,
) -> impl IntoView {
    if customers.is_empty() {
        return view! { <Empty text=t(field::NO_CUSTOMERS).to_owned() icon="building-2"><a class="btn" href="/customers">{t(field::TO_CUSTOMERS)}</a></Empty> }.into_any();
    }
    let left_out = (more > 0).then(|| view! { <p class="hint">{texts().n(field::MORE_ONE, field::MORE_MANY, more)}</p> });
    view! {
        <form class="ck-form" method="post" action="/upload/field" enctype="multipart/form-data" data-field-form="" aria-label=t(field::CHECK_IN)>
            <input type="hidden" name="kind" value="in"/>
            <div class="ck-plot" data-field-plot=""></div>
            {holds.then(|| view! {
                <button class="btn ck-fix" type="button" data-field-fix="" data-scripts="" hidden><Icon name="map-pin" class="i-14"/>{t(field::LOCATE)}</button>
            })}
            <p class="muted" role="status" data-field-status="">{t(if holds { field::STATUS_READY } else { field::STATUS_WITHOUT })}</p>
            <label class="ck-find" data-scripts="" hidden><span class="sr">{t(field::FIND)}</span><input class="input" type="search" data-field-find="" placeholder=t(field::FIND) autocomplete="off"/></label>
            <fieldset class="card-box ck-near">
                <legend class="sr">{t(field::CUSTOMER)}</legend>
                <ul data-field-list="">{customers.into_iter().map(|one| { let chosen = at == Some(one.id); line(one, chosen) }).collect_view()}</ul>
                <p class="muted" data-field-none="" hidden>{t(field::NONE_FOUND)}</p>
            </fieldset>
            {left_out}
            {(photo != PhotoRule::Off).then(|| {
                let required = photo == PhotoRule::Required;
                view! {
                    <div class="field">
                        <label for="ck-photo">{t(if required { field::PHOTO_REQUIRED } else { field::PHOTO })}</label>
                        <input id="ck-photo" type="file" name="photo" accept="image/*" capture="environment" required=required data-field-photo="" aria-describedby="ck-photo-hint"/>
                        <p class="hint" id="ck-photo-hint" data-field-photo-name="">{t(field::PHOTO_HINT)}</p>
                    </div>
                }
            })}
            <div class="field"><label for="ck-note">{t(field::NOTE)}</label><textarea id="ck-note" name="note" rows="2"></textarea></div>
            <div class="ck-two">
                <div class="field"><label for="ck-step">{t(field::NEXT_STEP)}</label><input id="ck-step" name="next_step" type="text" maxlength=STEP_MAX.to_string()/></div>
                <div class="field"><label for="ck-on">{t(field::NEXT_ON)}</label><input id="ck-on" name="next_on" type="date"/></div>
            </div>
            <p class="ck-verdict" role="status" data-field-verdict=""></p>
            <p class="form-error" role="alert" data-field-error="" hidden></p>
            <button class="btn btn-primary ck-go" type="submit"><Icon name="map-pin-check"/><span data-field-go="">{t(field::CHECK_IN)}</span></button>
            <p class="hint ck-once">{t(field::ONCE)}</p>
            <p class="hint">{t(field::NO_PROOF)}</p>
        </form>
    }
    .into_any()
}

/// The radius of a customer in words, for the visits.
pub(crate) fn within(radius_dm: i64) -> String {
    texts().fmt(field::WITHIN, &[("radius", &length(radius_dm))])
}

/// A link that leads back to checking in.
pub(crate) fn back() -> impl IntoView {
    ui::facts().may(domain::policy::Action::CheckIn).then(|| {
        view! { <a class="back" href="/field"><Icon name="chevron-left" class="i-14"/>{t(field::TITLE)}</a> }
    })
}

/// What a form says that saves.
pub(crate) fn save() -> &'static str {
    t(common::SAVE)
}
