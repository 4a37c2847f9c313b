//! What the tiers promise: how often somebody is contacted by which channel, how soon a
//! question is answered, how large a discount may be, and what else there is; and what the
//! parts of a customer's health count.

use crate::api::{self, SaveTierFn, SaveWeightsFn};
use crate::editing::saved;
use crate::nav::{Place, SettingsNav};
use domain::customers::Tier;
use domain::health::WeightsForm;
use domain::tiers::TierSettings;
use domain::tiers::after::{AFTER_SCORE_MAX, AFTER_WIN_MAX, ASKS_DAYS};
use domain::tiers::names::{self, NAME_MAX};
use domain::tiers::settings::{OFFER_MAX, OFFERS_MAX, TierForm};
use domain::work::FollowUpKind;
use i18n::Key;
use i18n::keys::{common, health, settings, tiers};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::{AreaField, FormActions, FormError, Refusals, TextField, Unseen, Versioned, typed_or};
use ui::live::{Live, RESYNC};
use ui::{ApiError, fmt, service, t, texts, words};

const PATH: &str = "/settings/tiers";

#[component]
pub fn TierSettingsPage() -> impl IntoView {
    let query = use_query_map();
    // The tier whose form is open.
    let shown = Memo::new(move |_| query.with(|q| q.get("edit").map(|code| Tier::parse(&code))));
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "settings" | RESYNC) && shown.get_untracked().is_none() {
            heard.update(|n| *n += 1);
        }
    });
    let found = Resource::new(move || (shown.get(), heard.get()), |_| api::tiers());
    let save = ServerAction::<SaveTierFn>::new();
    Effect::new(move |before: Option<Option<Option<Tier>>>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            save.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(settings::TIERS)/>
            <div class="end"><a class="btn btn-s" href="/tiers"><Icon name="layers" class="i-14"/><span>{t(settings::TO_BOARD)}</span></a></div>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Tiers/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => match shown.get_untracked() {
                                None => view! { <List found/> }.into_any(),
                                Some(tier) => match found.into_iter().find(|one| Some(one.tier) == tier) {
                                    Some(stored) => view! { <Editor stored save/> }.into_any(),
                                    None => view! { <Empty text=ApiError::NotFound.sentence()><a class="btn" href=PATH>{t(common::BACK)}</a></Empty> }.into_any(),
                                },
                            },
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
                // Beside what is read again: what is being typed stays.
                {move || shown.get().is_none().then(|| view! { <Weights/> })}
            </div>
        </div>
    }
}

#[component]
fn List(found: Vec<TierSettings>) -> impl IntoView {
    view! {
        <section class="card-box">
            <div class="table-wrap">
                <table class="table cards-on-phone" data-tiers="">
                    <thead><tr>
                        <th scope="col">{t(common::TIER)}</th><th scope="col">{t(tiers::VISITS)}</th><th scope="col" class="r">{t(tiers::RESPONSE)}</th>
                        <th scope="col" class="r">{t(tiers::DISCOUNT)}</th><th scope="col">{t(tiers::OFFERS)}</th>
                    </tr></thead>
                    <tbody>{found.into_iter().map(|one| view! { <Row one/> }).collect_view()}</tbody>
                </table>
            </div>
            <p class="hint">{t(settings::TIERS_HINT)}</p>
        </section>
    }
}

#[component]
fn Row(one: TierSettings) -> impl IntoView {
    let promised = one.service;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| fmt::NO_VALUE.to_owned());
    let offers = if promised.offers.is_empty() { None } else { Some(promised.offers.join(" · ")) };
    view! {
        <tr data-tier=one.tier.code()>
            <td><a href=format!("{PATH}?edit={}", one.tier.code())><span class="row row-1"><TierBadge tier=one.tier/>{words::tier(one.tier)}</span></a>
                {(one.version == 0).then(|| view! { <small class="muted">{t(settings::AS_THE_HOUSE)}</small> })}
            </td>
            <td data-label=t(tiers::VISITS) class="wrap">{service::visits(&promised)}
                {service::after(promised.after).map(|text| view! { <small class="muted block">{text}</small> })}
            </td>
            <td class="r num" data-label=t(tiers::RESPONSE)>{or_none(service::response(&promised))}</td>
            <td class="r num" data-label=t(tiers::DISCOUNT)>{or_none(service::discount(&promised))}</td>
            <td data-label=t(tiers::OFFERS) class="wrap">{or_none(offers)}</td>
        </tr>
    }
}

/// What each part of a customer's health counts.
#[component]
fn Weights() -> impl IntoView {
    // Its own: what is read for this form ends with it, and hears nothing afterwards.
    let weigh = ServerAction::<SaveWeightsFn>::new();
    let value = weigh.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || value.get());
    // Read anew when they were saved, and not when they were refused.
    let written = saved(weigh);
    let found = Resource::new(move || written.get(), |_| api::weights());
    let part = move |label: Key, name: &'static str, value: String| {
        view! { <TextField label name refusals value max=3 required=true autocomplete="off" inputmode="numeric"/> }
    };
    view! {
        <section class="card-box" data-weights="">
            <h2>{t(health::WEIGHTS)}</h2>
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(fresh) => {
                            let version = fresh.version;
                            let form: WeightsForm = typed_or(error.get_untracked().as_ref(), fresh);
                            view! {
                                <ActionForm action=weigh attr:class="form">
                                    <FormError error/>
                                    <Versioned id=String::new() version error back=PATH.to_owned()/>
                                    <p class="hint wide">{t(health::WEIGHTS_HINT)}</p>
                                    {part(health::CONTACT, "contact", form.contact)}
                                    {part(health::PAYMENT, "payment", form.payment)}
                                    {part(health::SATISFACTION, "satisfaction", form.satisfaction)}
                                    {part(health::ORDERS, "orders", form.orders)}
                                    <FormActions pending=weigh.pending() back=PATH.to_owned()/>
                                </ActionForm>
                            }.into_any()
                        }
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn Editor(stored: TierSettings, save: ServerAction<SaveTierFn>) -> impl IntoView {
    let value = save.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    let fresh = stored.form();
    let typed = typed_or(error.get_untracked().as_ref(), fresh.clone());
    // A refusal of another tier's form says nothing here.
    let form: TierForm = if typed.id == fresh.id { typed } else { fresh };
    let named = stored.name.is_some();
    let tier = stored.tier;
    let house = move |place: usize| texts().fmt(settings::TIER_NAME_HINT, &[("name", names::house(tier)[place][0])]);
    let title = texts().fmt(settings::EDIT_NAMED, &[("name", &words::tier(stored.tier))]);
    let every = move |label: Key, name: &'static str, value: String| {
        view! { <TextField label name refusals value max=5 autocomplete="off" inputmode="numeric"/> }
    };
    let by = |kind| words::follow_up(kind);
    let after = texts().fmt(
        settings::AFTER_HINT,
        &[("win", &AFTER_WIN_MAX.to_string()), ("score", &AFTER_SCORE_MAX.to_string()), ("days", &ASKS_DAYS.to_string())],
    );
    let offers = texts().fmt(settings::OFFERS_HINT, &[("n", &OFFERS_MAX.to_string()), ("max", &OFFER_MAX.to_string())]);
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <TextField label=settings::TIER_NAME_ZH name="name_zh" refusals value=form.name_zh max=NAME_MAX autocomplete="off" hint=house(0)/>
                <TextField label=settings::TIER_NAME_EN name="name_en" refusals value=form.name_en max=NAME_MAX autocomplete="off" hint=house(1)/>
                <p class="hint wide">{t(settings::VISITS_HINT)}</p>
                {every(settings::EVERY_ANY, "every_any", form.every_any)}
                {every(by(FollowUpKind::Call), "every_call", form.every_call)}
                {every(by(FollowUpKind::Visit), "every_visit", form.every_visit)}
                {every(by(FollowUpKind::Wechat), "every_wechat", form.every_wechat)}
                {every(by(FollowUpKind::Video), "every_video", form.every_video)}
                {every(by(FollowUpKind::Email), "every_email", form.every_email)}
                {every(by(FollowUpKind::Meeting), "every_meeting", form.every_meeting)}
                <p class="hint wide">{after}</p>
                {every(settings::AFTER_WIN, "after_win", form.after_win)}
                {every(settings::AFTER_AGAIN, "after_again", form.after_again)}
                {every(settings::AFTER_SCORE, "after_score", form.after_score)}
                <TextField label=settings::RESPONSE_HOURS name="response" refusals value=form.response max=6 autocomplete="off" inputmode="decimal" hint=t(settings::RESPONSE_HINT).to_owned()/>
                <TextField label=settings::DISCOUNT_PERCENT name="discount" refusals value=form.discount max=10 autocomplete="off" inputmode="decimal" hint=t(settings::DISCOUNT_HINT).to_owned()/>
                <AreaField label=tiers::OFFERS name="offers" refusals value=form.offers rows=4/>
                <p class="hint wide">{offers}</p>
                <FormActions pending=save.pending() back=PATH.to_owned()/>
                // Behind the one that Enter presses.
                {named.then(|| view! { <p class="wide"><button class="btn btn-s" type="submit" name="form[reset]" value="1">{t(settings::TIER_NAME_RESET)}</button></p> })}
            </ActionForm>
        </section>
    }
}
