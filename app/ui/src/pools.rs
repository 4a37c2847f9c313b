//! Where a customer or a lead stands with its pool: how long its owner is protected and why, who
//! had it, and the fields of the forms that change it. Customers and deals say the same.
//!
//! Not here: the forms themselves, which send to functions of the slices.

use crate::component::Icon;
use crate::form::{AreaField, FormError, Refusals, SelectField, Unseen};
use crate::{ApiError, Facts, facts, fmt, t, texts, words};
use domain::pool::page::{Hand, HandChange, Reason, Standing};
use domain::pool::protection::{Cause, Protection, Spared};
use domain::pool::settings::PoolKind;
use i18n::Key;
use i18n::keys::{common, pool};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Why something changed hands.
#[must_use]
pub fn why(by: Hand, reason: &Reason) -> String {
    let reason = match reason {
        Reason::Said(text) => text.as_str(),
        Reason::Rule(rule) => t(words::cause(*rule)),
    };
    [t(words::hand(by)), reason].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

const fn spared(why: Spared, kind: PoolKind) -> Key {
    match (why, kind) {
        (Spared::NoPool, PoolKind::Customers) => pool::SPARED_NO_POOL,
        (Spared::NoPool, PoolKind::Leads) => pool::SPARED_NO_LEAD_POOL,
        (Spared::Held, _) => pool::SPARED_HELD,
        (Spared::Tier, _) => pool::SPARED_TIER,
        (Spared::OpenDeal, _) => pool::SPARED_OPEN_DEAL,
        (Spared::Buyer, _) => pool::SPARED_BUYER,
        (Spared::Planned, _) => pool::SPARED_PLANNED,
    }
}

/// It falls when the day begins: with one day left, in the coming night.
#[must_use]
pub fn days_left(left: i64, kind: PoolKind) -> String {
    match (left, kind) {
        (..=1, PoolKind::Customers) => t(pool::FALLS_TONIGHT).to_owned(),
        (..=1, PoolKind::Leads) => t(pool::LEAD_FALLS_TONIGHT).to_owned(),
        (left, _) => texts().n(pool::DAYS_LEFT_ONE, pool::DAYS_LEFT_MANY, left),
    }
}

/// Why it falls when it does, into the pool of this name, or why it does not.
#[must_use]
pub fn explained(facts: &Facts, protection: &Protection, name: &str, kind: PoolKind) -> String {
    match protection {
        Protection::Spared { why } => t(spared(*why, kind)).to_owned(),
        Protection::Until { on, why, since, contact, days, hard_stop, .. } => {
            let day = |on| words::day(facts, on);
            let key = match why {
                Cause::NoContact => pool::UNTIL_NO_CONTACT,
                Cause::LastContact => pool::UNTIL_LAST_CONTACT,
                Cause::Longest => pool::UNTIL_LONGEST,
            };
            let values = [
                ("since", day(*since)),
                ("contact", contact.map_or_else(|| fmt::NO_VALUE.to_owned(), day)),
                ("days", days.to_string()),
                ("on", day(*on)),
                ("stop", day(*hard_stop)),
                ("pool", name.to_owned()),
            ];
            texts().fmt(key, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
    }
}

/// The class of the badge that says how many days are left.
#[must_use]
pub const fn left_class(reminds: bool) -> &'static str {
    if reminds { "badge badge-warn" } else { "badge" }
}

/// Where it stands: in which pool, or how long its owner is protected. `None` of what is near no
/// pool.
#[must_use]
pub fn said(standing: &Standing, kind: PoolKind) -> Option<AnyView> {
    let facts = facts();
    let name = standing.pool.clone().unwrap_or_default();
    Some(match &standing.protection {
        None if name.is_empty() => return None,
        None => view! { <p>{texts().fmt(pool::IN_POOL, &[("pool", &name)])}</p> }.into_any(),
        Some(protection) => {
            let text = explained(&facts, protection, &name, kind);
            match (protection, protection.days_left(facts.today())) {
                (Protection::Spared { why }, _) => {
                    let held = standing.held.clone().map(|reason| view! { <small class="muted">" · "{reason}</small> });
                    view! { <p data-spared=why.code()>{text}{held}</p> }.into_any()
                }
                (Protection::Until { .. }, left) => {
                    let left = left.unwrap_or_default();
                    let class = left_class(protection.reminds(facts.today()));
                    view! { <p><span class=class data-left=left.to_string()>{days_left(left, kind)}</span></p><p class="muted fs13">{text}</p> }
                        .into_any()
                }
            }
        }
    })
}

/// What was refused of a form.
pub fn told<S, T>(action: ServerAction<S>) -> (Signal<Option<ApiError>>, Refusals)
where
    T: Clone + Send + Sync + 'static,
    S: ServerFn<Output = T, Error = ApiError> + Clone + Send + Sync + 'static,
    ServerAction<S>: Copy,
{
    let value = action.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    (error, Refusals::of(move || error.get().map(Err::<(), ApiError>)))
}

/// How often an action was tried, and whether the last time worked; to be followed.
pub fn done<S, T>(action: ServerAction<S>) -> (usize, bool)
where
    T: Clone + Send + Sync + 'static,
    S: ServerFn<Output = T, Error = ApiError> + Clone + Send + Sync + 'static,
    ServerAction<S>: Copy,
{
    (action.version().get(), action.value().with(|value| value.as_ref().is_some_and(Result::is_ok)))
}

/// Of giving back: why.
#[component]
pub fn GiveBackFields(
    id: String,
    version: Signal<i32>,
    told: (Signal<Option<ApiError>>, Refusals),
    #[prop(into)] pending: Signal<bool>,
    label: Key,
) -> impl IntoView {
    let (error, refusals) = told;
    view! {
        <FormError error/>
        <Unseen id version/>
        <AreaField label=pool::REASON name="reason" refusals value=String::new() rows=2 required=true/>
        <div class="form-actions"><button class="btn btn-primary" type="submit" disabled=pending>{t(label)}</button></div>
    }
}

/// Of assigning: to whom, and why.
#[component]
pub fn AssignFields(
    id: String,
    version: Signal<i32>,
    people: Vec<(domain::ids::UserId, String)>,
    told: (Signal<Option<ApiError>>, Refusals),
    #[prop(into)] pending: Signal<bool>,
) -> impl IntoView {
    let (error, refusals) = told;
    let people = people.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    view! {
        <FormError error/>
        <Unseen id version/>
        <SelectField label=common::OWNER name="owner" refusals value=String::new() options=people empty=fmt::NO_VALUE.to_owned() required=true/>
        <AreaField label=pool::REASON name="reason" refusals value=String::new() rows=2/>
        <div class="form-actions"><button class="btn btn-primary" type="submit" disabled=pending>{t(pool::ASSIGN)}</button></div>
    }
}

/// The words of the button that keeps it, or no longer.
#[must_use]
pub const fn hold_label(is_held: bool) -> Key {
    if is_held { pool::LET_GO } else { pool::HOLD }
}

/// Of keeping: why.
#[component]
pub fn HoldFields(
    id: String,
    version: Signal<i32>,
    is_held: bool,
    told: (Signal<Option<ApiError>>, Refusals),
    #[prop(into)] pending: Signal<bool>,
) -> impl IntoView {
    let (error, refusals) = told;
    let wrong = Memo::new(move |_| refusals.at("reason"));
    view! {
        <FormError error/>
        <Unseen id version/>
        {(!is_held).then(|| view! {
            <input type="hidden" name="form[keep]" value="true"/>
            <div class="field wide">
                <label for="hold-reason">{t(pool::REASON)}<span class="req" aria-hidden="true">" *"</span></label>
                <textarea id="hold-reason" name="form[reason]" rows="2" aria-required="true"
                    aria-invalid=move || wrong.get().map(|_| "true") aria-describedby="hold-reason-err"></textarea>
                <p class="err" id="hold-reason-err" role="alert" hidden=move || wrong.get().is_none()>{move || wrong.get()}</p>
            </div>
        })}
        <p class="hint wide">{t(pool::HOLD_HINT)}</p>
        <div class="form-actions"><button class="btn" type="submit" disabled=pending>{t(hold_label(is_held))}</button></div>
    }
}

/// Who had it, the latest first.
#[component]
pub fn HandHistory(changes: Vec<HandChange>) -> impl IntoView {
    let facts = facts();
    if changes.is_empty() {
        return ().into_any();
    }
    let n = changes.len();
    let line = |change: HandChange| {
        let called = |of: Option<(domain::ids::UserId, String)>| match of {
            Some((_, name)) => name,
            None if change.pool.is_empty() => fmt::NO_VALUE.to_owned(),
            None => change.pool.clone(),
        };
        let (from, to) = (called(change.from), called(change.to));
        let by = change.by.map_or_else(|| t(pool::BY_RULES).to_owned(), |(_, name)| name);
        let small = [by, crate::error::instant(&facts, change.at)].join(" · ");
        let what = texts().fmt(pool::FROM_TO, &[("from", &from), ("to", &to)]);
        view! { <li data-hand=change.hand.code()><b>{what}</b><small class="muted">{small}</small><p class="pre">{why(change.hand, &change.reason)}</p></li> }
    };
    view! {
        <details class="tier-history" open={n <= 3}>
            <summary><h2>{t(pool::HISTORY)}<span class="muted num">{n}</span></h2></summary>
            <ol>{changes.into_iter().map(line).collect_view()}</ol>
        </details>
    }
    .into_any()
}

/// The icon of pools, before what they say.
#[component]
pub fn PoolTitle() -> impl IntoView {
    view! { <h2><Icon name="waves" class="i-14"/>{t(pool::PROTECTION)}</h2> }
}
