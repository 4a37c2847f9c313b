//! Customers that look alike, pair by pair, the likeliest first.

use crate::list::Owner;
use crate::merge_api::{self as api, MERGE, SetAsideFn, TakeBackAsideFn};
use domain::duplicates::page::{AsideForm, AsidePair, DuplicatePair, DuplicateSide, Duplicates};
use domain::duplicates::{SHARED_MAX, Strength, Why};
use i18n::Key;
use i18n::keys::{customers, duplicates};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::request_id;
use ui::refresh::on_change;
use ui::toast::Toasts;
use ui::{fmt, t, texts, words};

/// The ways to decide about a pair.
#[derive(Clone, Copy)]
struct Desk {
    set_aside: ServerAction<SetAsideFn>,
    take_back: ServerAction<TakeBackAsideFn>,
}

#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let desk = Desk { set_aside: ServerAction::new(), take_back: ServerAction::new() };
    let found = Resource::new(move || (desk.set_aside.version().get(), desk.take_back.version().get()), |_| api::duplicates());
    on_change(|event| event.topic == "customer", move || found.refetch());
    offer_undo(desk, found);
    let told = move || {
        let set = desk.set_aside.value().get().and_then(Result::err);
        set.or_else(|| desk.take_back.value().get().and_then(Result::err)).map(|error| error.sentence())
    };
    view! {
        <header class="top">
            <a class="back" href="/customers"><Icon name="chevron-left" class="i-14"/>{t(customers::ALL_CUSTOMERS)}</a>
            <Heading text=t(duplicates::TITLE)/>
        </header>
        <div class="body">
            <p class="form-error" role="alert" hidden=move || told().is_none()>{told}</p>
            <p class="muted fs13 dup-lead">{texts().fmt(duplicates::LEAD, &[("max", &SHARED_MAX.to_string())])}</p>
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Pairs found desk/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// After "not the same" the way back, while the toast is there.
fn offer_undo(desk: Desk, found: Resource<ui::Answer<Duplicates>>) {
    let toasts = Toasts::here();
    Effect::new(move |_| {
        let Some(Ok(form)) = desk.set_aside.value().get() else { return };
        let names = found.try_with_untracked(|found| {
            let pairs = &found.as_ref()?.as_ref().ok()?.pairs;
            let pair = pairs.iter().find(|pair| pair.a.id.to_string() == form.a && pair.b.id.to_string() == form.b)?;
            Some((pair.a.name.clone(), pair.b.name.clone()))
        });
        let Some((a, b)) = names.flatten() else { return };
        let back = AsideForm { request: ui::browser::new_request().to_string(), ..form };
        toasts.done(texts().fmt(duplicates::WAS_SET_ASIDE, &[("a", &a), ("b", &b)]), move || {
            let back = back.clone();
            spawn_local(async move {
                if let Err(error) = api::take_back_aside(back).await {
                    toasts.refuse(error.sentence());
                } else if !found.is_disposed() {
                    found.refetch();
                }
            });
        });
    });
}

#[component]
fn Pairs(found: Duplicates, desk: Desk) -> impl IntoView {
    let Duplicates { pairs, total, strong, aside } = found;
    let shown = pairs.len();
    let values = [("n", fmt::integer(total)), ("strong", fmt::integer(strong))];
    let said = texts().fmt(duplicates::TOTAL, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let more = usize::try_from(total).is_ok_and(|total| total > shown);
    view! {
        {if pairs.is_empty() {
            view! { <Empty text=t(duplicates::NONE).to_owned() icon="circle-check"><a class="btn" href="/customers">{t(customers::ALL_CUSTOMERS)}</a></Empty> }.into_any()
        } else {
            view! {
                <p class="num" role="status" data-total=total.to_string()>{said}</p>
                <ul class="dup-list" aria-label=t(duplicates::PAIRS)>{pairs.into_iter().map(|pair| line(pair, desk)).collect_view()}</ul>
                {more.then(|| view! { <p class="muted">{texts().fmt(duplicates::LISTED, &[("n", &shown.to_string())])}</p> })}
            }
            .into_any()
        }}
        {(!aside.is_empty()).then(|| view! { <Aside aside desk/> })}
    }
}

pub(crate) const fn reason(why: Why) -> Key {
    match why {
        Why::Name => duplicates::WHY_NAME,
        Why::Tax => duplicates::WHY_TAX,
        Why::Phone => duplicates::WHY_PHONE,
        Why::Core => duplicates::WHY_CORE,
        Why::Web => duplicates::WHY_WEB,
        Why::Sound => duplicates::WHY_SOUND,
    }
}

/// What two share, as badges.
pub(crate) fn reasons(why: Vec<Why>) -> impl IntoView {
    why.into_iter().map(|why| view! { <span class="badge" data-why=why.code()>{t(reason(why))}</span> }).collect_view()
}

fn line(pair: DuplicatePair, desk: Desk) -> impl IntoView {
    let DuplicatePair { a, b, strength, why } = pair;
    let (badge, word) = match strength {
        Strength::Strong => ("badge badge-warn", duplicates::STRONG),
        Strength::Weak => ("badge badge-outline", duplicates::WEAK),
    };
    let names = [("a", a.name.as_str()), ("b", b.name.as_str())];
    let (compare, not_same) = (texts().fmt(duplicates::COMPARE_OF, &names), texts().fmt(duplicates::NOT_SAME_OF, &names));
    let href = format!("{MERGE}?a={}&b={}", a.id, b.id);
    let two = (a.id.to_string(), b.id.to_string());
    let both = format!("{} {}", two.0, two.1);
    view! {
        <li class="card-box dup" data-pair=both>
            <div class="row dup-why"><span class=badge>{t(word)}</span>{reasons(why)}</div>
            <div class="dup-two">{side(a)}{side(b)}</div>
            <div class="row dup-acts">
                <a class="btn" href=href aria-label=compare><Icon name="git-merge" class="i-14"/><span>{t(duplicates::COMPARE)}</span></a>
                <ActionForm action=desk.set_aside>
                    {two_of(two)}
                    <button class="btn btn-ghost" type="submit" aria-label=not_same data-not-same="">{t(duplicates::NOT_SAME)}</button>
                </ActionForm>
            </div>
        </li>
    }
}

fn two_of((a, b): (String, String)) -> impl IntoView {
    let request = request_id();
    view! {
        <input type="hidden" name="form[a]" value=a/>
        <input type="hidden" name="form[b]" value=b/>
        <input type="hidden" name="form[request]" value="" prop:value=request/>
    }
}

fn side(side: DuplicateSide) -> impl IntoView {
    let facts = ui::facts();
    let added = words::day(&facts, ui::error::local(&facts, side.created_at).date_naive());
    let small = [side.region, side.phone, side.tax_number, side.website, texts().fmt(duplicates::ADDED_ON, &[("day", &added)])];
    let small = small.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <div class="dup-side">
            <a class="nm" href=format!("/customers/{}", side.id)>{side.name}</a>
            <div class="row"><TierBadge tier=side.tier/><Owner owner=side.owner/></div>
            <small class="muted num">{small}</small>
        </div>
    }
}

#[component]
fn Aside(aside: Vec<AsidePair>, desk: Desk) -> impl IntoView {
    let facts = ui::facts();
    let n = aside.len();
    let line = |pair: AsidePair| {
        let names = [("a", pair.a.1.as_str()), ("b", pair.b.1.as_str())];
        let label = texts().fmt(duplicates::TAKE_BACK_OF, &names);
        let said = texts().fmt(duplicates::ASIDE_TWO, &names);
        let by = texts().fmt(duplicates::ASIDE_BY, &[("name", &pair.by), ("time", &ui::error::instant(&facts, pair.at))]);
        view! {
            <li>
                <span class="grow">{said}<small class="muted">{by}</small></span>
                <ActionForm action=desk.take_back>
                    {two_of((pair.a.0.to_string(), pair.b.0.to_string()))}
                    <button class="btn btn-s" type="submit" aria-label=label>{t(duplicates::TAKE_BACK)}</button>
                </ActionForm>
            </li>
        }
    };
    view! {
        <details class="dup-aside">
            <summary><h2>{t(duplicates::ASIDE)}<span class="muted num">{n}</span></h2></summary>
            <ul>{aside.into_iter().map(line).collect_view()}</ul>
        </details>
    }
}
