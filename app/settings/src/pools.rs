//! The public pools: their members, how much a person may claim, and when customers fall.

use crate::api::{self, SavePoolFn};
use crate::nav::{Place, SettingsNav};
use domain::customers::Tier;
use domain::ids::PoolId;
use domain::org::{Person, Unit};
use domain::pool::page::PoolsSettings;
use domain::pool::settings::{BOX, ClaimPeriod, NAME_MAX, PoolForm, PoolSettings};
use domain::work::FollowUpKind;
use i18n::Key;
use i18n::keys::{common, pool, settings};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::collections::BTreeMap;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Unseen, typed_or};
use ui::live::{Live, RESYNC};
use ui::{ApiError, fmt, t, texts, words};

const PATH: &str = "/settings/pools";

/// What the address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    List,
    Add,
    Edit(PoolId),
}

#[component]
pub fn PoolSettingsPage() -> impl IntoView {
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|q| match (q.get("edit").and_then(|id| PoolId::parse(&id)), q.get("add")) {
            (Some(id), _) => Shown::Edit(id),
            (None, Some(_)) => Shown::Add,
            (None, None) => Shown::List,
        })
    });
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "settings" | RESYNC) && shown.get_untracked() == Shown::List {
            heard.update(|n| *n += 1);
        }
    });
    let found = Resource::new(
        move || (shown.get(), heard.get()),
        |(shown, _)| {
            api::pools(match shown {
                Shown::Edit(id) => Some(id),
                Shown::List | Shown::Add => None,
            })
        },
    );
    let save = ServerAction::<SavePoolFn>::new();
    Effect::new(move |before: Option<Shown>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            save.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(pool::SETTINGS)/>
            <div class="end"><a class="btn btn-primary" href=format!("{PATH}?add=pool")><Icon name="plus" class="i-14"/><span>{t(pool::ADD)}</span></a></div>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Pools/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(mut found) => match (shown.get_untracked(), found.form.take()) {
                                (Shown::List, _) => view! { <List found/> }.into_any(),
                                (Shown::Edit(_), Some(form)) => view! { <Editor form found save/> }.into_any(),
                                _ => view! { <Editor form=PoolForm::fresh() found save/> }.into_any(),
                            },
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

const fn period(period: ClaimPeriod) -> Key {
    match period {
        ClaimPeriod::Day => pool::PERIOD_DAY,
        ClaimPeriod::Week => pool::PERIOD_WEEK,
        ClaimPeriod::Month => pool::PERIOD_MONTH,
    }
}

#[component]
fn List(found: PoolsSettings) -> impl IntoView {
    let PoolsSettings { pools, units, .. } = found;
    if pools.is_empty() {
        return view! {
            <Empty icon="waves" text=t(pool::NONE_YET).to_owned()><a class="btn btn-primary" href=format!("{PATH}?add=pool")>{t(pool::ADD)}</a></Empty>
        }
        .into_any();
    }
    view! {
        <section class="card-box">
            <div class="table-wrap">
                <table class="table cards-on-phone" data-pools="">
                    <thead><tr>
                        <th scope="col">{t(common::NAME)}</th><th scope="col">{t(pool::MEMBERS)}</th><th scope="col">{t(pool::CLAIMS)}</th>
                        <th scope="col">{t(pool::PROTECTED)}</th><th scope="col" class="r">{t(pool::MAX)}</th>
                    </tr></thead>
                    <tbody>{pools.into_iter().map(|one| row(one, &units)).collect_view()}</tbody>
                </table>
            </div>
            <p class="hint">{t(pool::EFFECTIVE)}</p>
        </section>
    }
    .into_any()
}

fn row(one: PoolSettings, units: &[Unit]) -> impl IntoView + use<> {
    let mut members: Vec<String> = units.iter().filter(|unit| one.units.contains(&unit.id)).map(|unit| unit.name.clone()).collect();
    if let Ok(n @ 1..) = i64::try_from(one.people.len()) {
        members.push(texts().n(pool::N_PEOPLE_ONE, pool::N_PEOPLE_MANY, n));
    }
    let claims = one.rules.claims.map_or_else(|| t(pool::NO_LIMIT).to_owned(), |(n, of)| format!("{n} {}", t(period(of))));
    let days = Tier::ALL.iter().zip(one.rules.days).map(|(tier, days)| {
        let days = days.map_or_else(|| fmt::NO_VALUE.to_owned(), |days| days.to_string());
        format!("{} {days}", words::tier(*tier))
    });
    let days = days.collect::<Vec<_>>().join(" · ");
    view! {
        <tr>
            <td><a href=format!("{PATH}?edit={}", one.id) class="ell" title=one.name.clone()>{one.name.clone()}</a></td>
            <td class="wrap" data-label=t(pool::MEMBERS)>{members.join(" · ")}</td>
            <td data-label=t(pool::CLAIMS)>{claims}</td>
            <td class="wrap num" data-label=t(pool::PROTECTED)>{days}</td>
            <td class="r num" data-label=t(pool::MAX)>{one.rules.max_days}</td>
        </tr>
    }
}

#[component]
fn Editor(form: PoolForm, found: PoolsSettings, save: ServerAction<SavePoolFn>) -> impl IntoView {
    let value = save.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    let title = if form.id.is_empty() { t(pool::ADD).to_owned() } else { texts().fmt(settings::EDIT_NAMED, &[("name", &form.name)]) };
    let typed = typed_or(error.get_untracked().as_ref(), form.clone());
    // A refusal of another pool's form says nothing here.
    let form = if typed.id == form.id { typed } else { form };
    let number = move |label: Key, name: &'static str, value: String, hint: Option<Key>| {
        let hint = hint.map(|hint| t(hint).to_owned()).unwrap_or_default();
        view! { <TextField label name refusals value hint max=5 autocomplete="off" inputmode="numeric"/> }
    };
    let periods = ClaimPeriod::ALL.iter().map(|of| (of.code().to_owned(), t(period(*of)).to_owned())).collect();
    let channels = FollowUpKind::ALL.iter().map(|kind| (kind.code().to_owned(), t(words::follow_up(*kind)).to_owned())).collect();
    let units = found.units.iter().map(|unit: &Unit| (unit.id.to_string(), unit.name.clone())).collect();
    let people = found.people.iter().map(|person: &Person| (person.id.to_string(), person.name.clone())).collect();
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <TextField label=common::NAME name="name" refusals value=form.name required=true max=NAME_MAX autocomplete="off"/>
                <Boxes label=pool::UNITS name="units" list=units ticked=form.units refusals/>
                <details class="wide"><summary>{t(pool::PEOPLE)}</summary><Boxes label=pool::PEOPLE name="people" list=people ticked=form.people refusals/></details>
                <h3>{t(pool::LIMITS)}</h3>
                {number(pool::CLAIMS, "claims", form.claims, Some(pool::ANY_NUMBER))}
                <SelectField label=pool::PERIOD name="period" refusals value=form.period options=periods/>
                {number(pool::OWNED_MAX, "owned_max", form.owned_max, Some(pool::ANY_NUMBER))}
                {number(pool::COOL_DOWN, "cool_down", form.cool_down, None)}
                <h3>{t(pool::PROTECTION)}</h3>
                {number(pool::DAYS_VIP, "days_vip", form.days_vip, Some(pool::NEVER_FALLS))}
                {number(pool::DAYS_ORDINARY, "days_ordinary", form.days_ordinary, Some(pool::NEVER_FALLS))}
                {number(pool::DAYS_POTENTIAL, "days_potential", form.days_potential, Some(pool::NEVER_FALLS))}
                {number(pool::EXTEND, "extend", form.extend, None)}
                {number(pool::MAX, "max", form.max, None)}
                {number(pool::REMIND, "remind", form.remind, None)}
                <Boxes label=pool::CHANNELS name="channels" list=channels ticked=form.channels refusals/>
                <h3>{t(pool::EXCEPTIONS)}</h3>
                <label class="check wide">
                    <input type="checkbox" name="form[spare_open_deals]" value="true" checked=form.spare_open_deals/>
                    <span>{t(pool::SPARE_OPEN_DEALS)}</span>
                </label>
                <label class="check wide">
                    <input type="checkbox" name="form[spare_buyers]" value="true" checked=form.spare_buyers/>
                    <span>{t(pool::SPARE_BUYERS)}</span>
                </label>
                <p class="hint wide">{t(pool::EFFECTIVE)}</p>
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
        </section>
    }
}

/// Boxes of which each sends its own name.
#[component]
fn Boxes(
    label: Key,
    name: &'static str,
    list: Vec<(String, String)>,
    ticked: BTreeMap<String, String>,
    refusals: Refusals,
) -> impl IntoView {
    let wrong = Memo::new(move |_| refusals.at(name));
    let boxes = list.into_iter().map(|(code, text)| {
        let key = format!("{BOX}{code}");
        let checked = ticked.contains_key(&key);
        view! {
            <label class="check">
                <input type="checkbox" name=format!("form[{name}][{key}]") value="true" checked=checked/>
                <span>{text}</span>
            </label>
        }
    });
    view! {
        <fieldset class="wide">
            <legend>{t(label)}</legend>
            {boxes.collect_view()}
            <small class="danger" role="alert" hidden=move || wrong.get().is_none()>{move || wrong.get()}</small>
        </fieldset>
    }
}
