//! Where a customer stands with the public pools, on its page: how long its owner is protected
//! and why, who had it, and what can be done about it.

use crate::pool_api::{AssignFn, GiveBackFn, HoldFn};
use domain::pool::page::{Hand, HandChange, Reason, Standing};
use domain::pool::protection::{Cause, Protection, Spared};
use i18n::Key;
use i18n::keys::{common, pool};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use ui::component::Icon;
use ui::form::{AreaField, FormError, Refusals, SelectField, Unseen};
use ui::{ApiError, Facts, browser, fmt, t, texts, words};

/// Why a customer changed hands.
pub fn why(by: Hand, reason: &Reason) -> String {
    let reason = match reason {
        Reason::Said(text) => text.as_str(),
        Reason::Rule(rule) => t(words::cause(*rule)),
    };
    [t(words::hand(by)), reason].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

const fn spared(why: Spared) -> Key {
    match why {
        Spared::NoPool => pool::SPARED_NO_POOL,
        Spared::Held => pool::SPARED_HELD,
        Spared::Tier => pool::SPARED_TIER,
        Spared::OpenDeal => pool::SPARED_OPEN_DEAL,
        Spared::Buyer => pool::SPARED_BUYER,
    }
}

/// The ways to change it. They outlive what the page reads again.
#[derive(Clone, Copy)]
pub struct Hands {
    give_back: ServerAction<GiveBackFn>,
    assign: ServerAction<AssignFn>,
    hold: ServerAction<HoldFn>,
}

impl Hands {
    pub fn new() -> Self {
        Self { give_back: ServerAction::new(), assign: ServerAction::new(), hold: ServerAction::new() }
    }

    /// How often those that stay on the page were tried, and whether the last time worked; to
    /// be followed. Who gives a customer back leaves it.
    pub fn done(self) -> [(usize, bool); 2] {
        let worked = |value: Option<bool>| value.unwrap_or_default();
        [
            (self.assign.version().get(), worked(self.assign.value().with(|value| value.as_ref().map(Result::is_ok)))),
            (self.hold.version().get(), worked(self.hold.value().with(|value| value.as_ref().map(Result::is_ok)))),
        ]
    }
}

/// Whether nobody is filling one of its forms: only then is it made anew.
pub fn is_free() -> bool {
    !browser::is_filled("[data-standing]")
}

/// `version` follows the customer while a form is being filled.
#[component]
pub fn Standings(id: String, version: Signal<i32>, standing: Standing, hands: Hands) -> impl IntoView {
    let facts = ui::facts();
    let name = standing.pool.clone().unwrap_or_default();
    let said = match &standing.protection {
        None if name.is_empty() => return ().into_any(),
        None => view! { <p>{texts().fmt(pool::IN_POOL, &[("pool", &name)])}</p> }.into_any(),
        Some(protection) => protected(&facts, protection, &name, standing.held.clone()).into_any(),
    };
    view! {
        <section class="tier-service" data-standing="">
            <h2><Icon name="waves" class="i-14"/>{t(pool::PROTECTION)}</h2>
            {said}
            {standing.may_return.then(|| give_back(id.clone(), version, hands.give_back))}
            {standing.may_assign.then(|| assign(id.clone(), version, &standing, hands.assign))}
            {standing.may_hold.then(|| hold(id.clone(), version, standing.held.is_some(), hands.hold))}
            <History changes=standing.hands/>
        </section>
    }
    .into_any()
}

fn protected(facts: &Facts, protection: &Protection, name: &str, held: Option<String>) -> impl IntoView + use<> {
    match protection {
        Protection::Spared { why } => view! {
            <p data-spared=why.code()>{t(spared(*why))}{held.map(|reason| view! { <small class="muted">" · "{reason}</small> })}</p>
        }
        .into_any(),
        Protection::Until { on, why, since, contact, days, hard_stop, .. } => {
            let left = protection.days_left(facts.today()).unwrap_or_default();
            let class = if protection.reminds(facts.today()) { "badge badge-warn" } else { "badge" };
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
            let explained = texts().fmt(key, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
            view! { <p><span class=class data-left=left.to_string()>{days_left(left)}</span></p><p class="muted fs13">{explained}</p> }
                .into_any()
        }
    }
}

/// It falls when the day begins: with one day left, in the coming night.
fn days_left(left: i64) -> String {
    if left <= 1 { t(pool::FALLS_TONIGHT).to_owned() } else { texts().n(pool::DAYS_LEFT_ONE, pool::DAYS_LEFT_MANY, left) }
}

/// What was refused of a form.
fn told<S, T>(action: ServerAction<S>) -> (Signal<Option<ApiError>>, Refusals)
where
    T: Clone + Send + Sync + 'static,
    S: ServerFn<Output = T, Error = ApiError> + Clone + Send + Sync + 'static,
    ServerAction<S>: Copy,
{
    let value = action.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    (error, Refusals::of(move || error.get().map(Err::<(), ApiError>)))
}

fn give_back(id: String, version: Signal<i32>, action: ServerAction<GiveBackFn>) -> impl IntoView + use<> {
    let (error, refusals) = told(action);
    let open = error.get_untracked().is_some();
    view! {
        <details data-give-back="" open=open>
            <summary class="btn btn-s"><Icon name="waves" class="i-14"/>{t(pool::GIVE_BACK)}</summary>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Unseen id=id.clone() version/>
                <AreaField label=pool::REASON name="reason" refusals value=String::new() rows=2 required=true/>
                <div class="form-actions"><button class="btn btn-primary" type="submit" disabled=move || action.pending().get()>{t(pool::GIVE_BACK)}</button></div>
            </ActionForm>
        </details>
    }
}

fn assign(id: String, version: Signal<i32>, standing: &Standing, action: ServerAction<AssignFn>) -> impl IntoView + use<> {
    let (error, refusals) = told(action);
    let people = standing.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    view! {
        <ActionForm action=action attr:class="form" attr:data-assign="">
            <FormError error/>
            <Unseen id=id.clone() version/>
            <SelectField label=common::OWNER name="owner" refusals value=String::new() options=people empty=fmt::NO_VALUE.to_owned() required=true/>
            <AreaField label=pool::REASON name="reason" refusals value=String::new() rows=2/>
            <div class="form-actions"><button class="btn btn-primary" type="submit" disabled=move || action.pending().get()>{t(pool::ASSIGN)}</button></div>
        </ActionForm>
    }
}

fn hold(id: String, version: Signal<i32>, is_held: bool, action: ServerAction<HoldFn>) -> impl IntoView + use<> {
    let (error, refusals) = told(action);
    let wrong = Memo::new(move |_| refusals.at("reason"));
    let label = if is_held { pool::LET_GO } else { pool::HOLD };
    let open = error.get_untracked().is_some();
    view! {
        <details data-hold="" open=open>
            <summary class="btn btn-s">{t(label)}</summary>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Unseen id=id.clone() version/>
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
                <div class="form-actions"><button class="btn" type="submit" disabled=move || action.pending().get()>{t(label)}</button></div>
            </ActionForm>
        </details>
    }
}

/// Who had it, the latest first.
#[component]
fn History(changes: Vec<HandChange>) -> impl IntoView {
    let facts = ui::facts();
    if changes.is_empty() {
        return ().into_any();
    }
    let n = changes.len();
    let line = |change: HandChange| {
        let called = |of: Option<(domain::ids::UserId, String)>| of.map_or_else(|| change.pool.clone(), |(_, name)| name);
        let (from, to) = (called(change.from), called(change.to));
        let by = change.by.map_or_else(|| t(pool::BY_RULES).to_owned(), |(_, name)| name);
        let small = [by, ui::error::instant(&facts, change.at)].join(" · ");
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
