//! The public pools, of customers and of leads: their members, how much a person may claim, when
//! something falls, and how a pool is removed.

use crate::api::{self, RemovePoolFn, SavePoolFn};
use crate::nav::{Place, SettingsNav};
use domain::customers::Tier;
use domain::ids::PoolId;
use domain::org::{Person, Unit};
use domain::pool::page::PoolsSettings;
use domain::pool::settings::{BOX, ClaimPeriod, NAME_MAX, PoolForm, PoolKind, PoolSettings};
use domain::work::FollowUpKind;
use i18n::keys::{common, pool, settings};
use i18n::{Key, Lang};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::collections::BTreeMap;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Unseen, typed_or};
use ui::live::{Live, RESYNC};
use ui::{ApiError, facts, fmt, t, texts, words};

const PATH: &str = "/settings/pools";

/// What the address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    List,
    Add(PoolKind),
    Edit(PoolId),
}

#[component]
pub fn PoolSettingsPage() -> impl IntoView {
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|q| match (q.get("edit").and_then(|id| PoolId::parse(&id)), q.get("add")) {
            (Some(id), _) => Shown::Edit(id),
            (None, Some(what)) => Shown::Add(PoolKind::parse(&what).unwrap_or(PoolKind::Customers)),
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
                Shown::List | Shown::Add(_) => None,
            })
        },
    );
    let save = ServerAction::<SavePoolFn>::new();
    let remove = ServerAction::<RemovePoolFn>::new();
    Effect::new(move |before: Option<Shown>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            save.clear();
            remove.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(pool::SETTINGS)/>
            <div class="end">
                // Both make something new: on a phone too each says what.
                <a class="btn keep" href=format!("{PATH}?add=leads")><Icon name="plus" class="i-14"/><span>{t(pool::ADD_LEADS)}</span></a>
                <a class="btn btn-primary keep" href=format!("{PATH}?add=pool")><Icon name="plus" class="i-14"/><span>{t(pool::ADD)}</span></a>
            </div>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Pools/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(mut found) => match (shown.get_untracked(), found.form.take()) {
                                (Shown::List, _) => view! { <List found/> }.into_any(),
                                (Shown::Edit(id), Some(form)) => {
                                    let removing = Removing::of(id, &found);
                                    view! { <Editor form found save/>{removing.map(|removing| view! { <Remove removing remove/> })} }.into_any()
                                }
                                (Shown::Add(kind), _) => view! { <Editor form=PoolForm::fresh(kind) found save/> }.into_any(),
                                _ => view! { <Editor form=PoolForm::fresh(PoolKind::Customers) found save/> }.into_any(),
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
    let PoolsSettings { pools, inside, units, .. } = found;
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
                        <th scope="col">{t(common::NAME)}</th><th scope="col">{t(pool::KIND)}</th><th scope="col" class="r">{t(pool::INSIDE)}</th><th scope="col">{t(pool::MEMBERS)}</th><th scope="col">{t(pool::CLAIMS)}</th>
                        <th scope="col">{t(pool::PROTECTED)}</th><th scope="col" class="r">{t(pool::MAX)}</th>
                    </tr></thead>
                    <tbody>{pools.into_iter().map(|one| row(one, &inside, &units)).collect_view()}</tbody>
                </table>
            </div>
            <p class="hint">{t(pool::EFFECTIVE)}</p>
        </section>
    }
    .into_any()
}

/// What lies in a pool of this kind.
const fn kind(kind: PoolKind) -> Key {
    match kind {
        PoolKind::Customers => pool::CUSTOMERS,
        PoolKind::Leads => pool::LEADS,
    }
}

fn row(one: PoolSettings, inside: &[(PoolId, i64)], units: &[Unit]) -> impl IntoView + use<> {
    let mut members: Vec<String> = units.iter().filter(|unit| one.units.contains(&unit.id)).map(|unit| unit.name.clone()).collect();
    if let Ok(n @ 1..) = i64::try_from(one.people.len()) {
        members.push(texts().n(pool::N_PEOPLE_ONE, pool::N_PEOPLE_MANY, n));
    }
    let claims = one.rules.claims.map_or_else(
        || t(pool::NO_LIMIT).to_owned(),
        |(n, of)| match facts().lang {
            Lang::Zh => format!("{} {n}", t(period(of))),
            Lang::En => format!("{n} {}", t(period(of))),
        },
    );
    let days = Tier::ALL.iter().zip(one.rules.days).map(|(tier, days)| {
        let days = days.map_or_else(|| fmt::NO_VALUE.to_owned(), |days| days.to_string());
        format!("{} {days}", words::tier(*tier))
    });
    let days = days.collect::<Vec<_>>().join(" · ");
    view! {
        <tr>
            <td><a href=format!("{PATH}?edit={}", one.id) class="ell" title=one.name.clone()>{one.name.clone()}</a></td>
            <td data-label=t(pool::KIND) data-kind=one.kind.code()>{t(kind(one.kind))}</td>
            <td class="r num" data-label=t(pool::INSIDE)>{fmt::integer(of_one(inside, one.id))}</td>
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
    let of = PoolKind::parse(&form.kind).unwrap_or(PoolKind::Customers);
    let add = if of == PoolKind::Leads { pool::ADD_LEADS } else { pool::ADD };
    let title = if form.id.is_empty() { t(add).to_owned() } else { texts().fmt(settings::EDIT_NAMED, &[("name", &form.name)]) };
    let typed = typed_or(error.get_untracked().as_ref(), form.clone());
    // A refusal of another pool's form says nothing here.
    let form = if typed.id == form.id && typed.kind == form.kind { typed } else { form };
    let number = move |label: Key, name: &'static str, value: String, hint: Option<Key>| {
        let hint = hint.map(|hint| t(hint).to_owned()).unwrap_or_default();
        view! { <TextField label name refusals value hint max=5 autocomplete="off" inputmode="numeric"/> }
    };
    let periods = ClaimPeriod::ALL.iter().map(|of| (of.code().to_owned(), t(period(*of)).to_owned())).collect();
    let channels = FollowUpKind::ALL.iter().map(|kind| (kind.code().to_owned(), t(words::follow_up(*kind)).to_owned())).collect();
    let units = found.units.iter().map(|unit: &Unit| (unit.id.to_string(), unit.name.clone())).collect();
    let people = found.people.iter().map(|person: &Person| (person.id.to_string(), person.name.clone())).collect();
    let exceptions = match of {
        PoolKind::Customers => [
            ("form[spare_open_deals]", pool::SPARE_OPEN_DEALS, form.spare_open_deals),
            ("form[spare_buyers]", pool::SPARE_BUYERS, form.spare_buyers),
        ],
        PoolKind::Leads => [
            ("form[spare_planned]", pool::SPARE_PLANNED, form.spare_planned),
            ("form[spare_buyers]", pool::SPARE_LEADS_OF_BUYERS, form.spare_buyers),
        ],
    };
    let exceptions = exceptions.map(|(name, label, checked)| {
        view! { <label class="check wide"><input type="checkbox" name=name value="true" checked=checked/><span>{t(label)}</span></label> }
    });
    let exceptions = exceptions.into_iter().collect_view();
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <input type="hidden" name="form[kind]" value=of.code()/>
                <TextField label=common::NAME name="name" refusals value=form.name required=true max=NAME_MAX autocomplete="off"/>
                <Boxes label=pool::UNITS name="units" list=units ticked=form.units refusals/>
                <details class="wide"><summary class="link">{t(pool::PEOPLE)}</summary><Boxes label=pool::PEOPLE name="people" list=people ticked=form.people refusals/></details>
                <h3>{t(pool::LIMITS)}</h3>
                {number(pool::CLAIMS, "claims", form.claims, Some(pool::ANY_NUMBER))}
                <SelectField label=pool::PERIOD name="period" refusals value=form.period options=periods/>
                {number(if of == PoolKind::Leads { pool::LEADS_OWNED_MAX } else { pool::OWNED_MAX }, "owned_max", form.owned_max, Some(pool::ANY_NUMBER))}
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
                {exceptions}
                <p class="hint wide">{t(pool::EFFECTIVE)}</p>
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
        </section>
    }
}

fn of_one(inside: &[(PoolId, i64)], id: PoolId) -> i64 {
    inside.iter().find(|(known, _)| *known == id).map_or(0, |(_, n)| *n)
}

/// What is known before a pool is removed.
#[derive(Clone)]
struct Removing {
    id: PoolId,
    version: i32,
    kind: PoolKind,
    inside: i64,
    /// Pools of its kind into which what lies in it can go.
    others: Vec<(String, String)>,
}

impl Removing {
    fn of(id: PoolId, found: &PoolsSettings) -> Option<Self> {
        let one = found.pools.iter().find(|pool| pool.id == id)?;
        let others = found.pools.iter().filter(|pool| pool.kind == one.kind && pool.id != id);
        Some(Self {
            id,
            version: one.version,
            kind: one.kind,
            inside: of_one(&found.inside, id),
            others: others.map(|pool| (pool.id.to_string(), pool.name.clone())).collect(),
        })
    }
}

/// Removes the pool; what lies in it goes to another one, which is said plainly.
#[component]
fn Remove(removing: Removing, remove: ServerAction<RemovePoolFn>) -> impl IntoView {
    let Removing { id, version, kind, inside, others } = removing;
    let value = remove.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    let (one, many) = match kind {
        PoolKind::Customers => (common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY),
        PoolKind::Leads => (pool::N_LEADS_ONE, pool::N_LEADS_MANY),
    };
    let said = match (inside, others.is_empty()) {
        (0, _) => t(pool::REMOVE_EMPTY).to_owned(),
        (n, false) => texts().fmt(pool::REMOVE_FULL, &[("n", &texts().n(one, many, n))]),
        (n, true) => texts().fmt(pool::REMOVE_NOWHERE, &[("n", &texts().n(one, many, n))]),
    };
    let open = error.get_untracked().is_some();
    view! {
        <section class="card-box" data-remove="">
            <details open=open>
                <summary class="btn btn-danger-quiet">{t(pool::REMOVE)}</summary>
                <ActionForm action=remove attr:class="form">
                    <FormError error/>
                    <Unseen id=id.to_string() version/>
                    <p class="wide">{said.clone()}</p>
                    {(inside > 0 && !others.is_empty()).then(|| view! {
                        <SelectField label=pool::REMOVE_TO name="to" refusals value=String::new() options=others.clone() empty=fmt::NO_VALUE.to_owned() required=true/>
                    })}
                    <p class="hint wide">{t(pool::REMOVE_HINT)}</p>
                    <div class="form-actions">
                        <button class="btn btn-danger-quiet" type="submit" disabled=move || remove.pending().get()>{t(pool::REMOVE)}</button>
                    </div>
                </ActionForm>
            </details>
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
