//! What the quarterly review proposes, each with its why: accepted or rejected one
//! by one or together; and who is held by hand against it.

use crate::api;
use crate::controls::{PATH, REVIEW, Tabs};
use crate::why::{class, scores, why};
use domain::ids::CustomerId;
use domain::money::{Currency, Money};
use domain::tiers::board::{REASON_MAX, UndoTier};
use domain::tiers::quarterly::{DECIDED_MAX, DecideTiers, Decision, Proposals, Proposed};
use i18n::Key;
use i18n::keys::{common, tiers};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::{AreaField, Refusals};
use ui::modal::Modal;
use ui::refresh::on_change;
use ui::toast::Toasts;
use ui::{ApiError, browser, fmt, t, texts, words};

/// Customers about whom something is to be decided.
type About = Vec<(CustomerId, i32)>;

/// What the page does when somebody decides.
#[derive(Clone, Copy)]
struct Desk {
    /// Rejections that wait for their reason.
    rejecting: RwSignal<Option<About>>,
    refused: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    again: RwSignal<u32>,
    toasts: Toasts,
}

impl Desk {
    fn new() -> Self {
        Self {
            rejecting: RwSignal::new(None),
            refused: RwSignal::new(None),
            busy: RwSignal::new(false),
            again: RwSignal::new(0),
            toasts: Toasts::here(),
        }
    }

    fn read_again(self) {
        self.again.try_update(|n| *n += 1);
    }

    fn decide(self, decision: Decision, customers: About, reason: String) {
        let command = DecideTiers { request: browser::new_request(), decision, customers, reason };
        if let Err(found) = command.check() {
            self.refused.set(Some(ApiError::Refused { found, typed: None }));
            return;
        }
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let only = match &command.customers[..] {
            [(customer, _)] => Some(*customer),
            _ => None,
        };
        spawn_local(async move {
            let answer = api::decide(command).await;
            self.busy.try_set(false);
            match answer {
                Ok(decided) => {
                    self.rejecting.try_set(None);
                    let n = |n: u32| n.to_string();
                    let said = texts().fmt(tiers::DECIDED, &[("done", &n(decided.done)), ("skipped", &n(decided.skipped))]);
                    match only.zip(decided.version) {
                        Some((customer, version)) => self.toasts.done(said, move || self.undo(customer, version)),
                        None => self.toasts.say(said),
                    }
                }
                Err(error @ ApiError::Refused { .. }) if self.rejecting.with_untracked(Option::is_some) => {
                    self.refused.try_set(Some(error));
                }
                Err(error) => {
                    self.rejecting.try_set(None);
                    self.toasts.refuse(texts().fmt(tiers::NOT_DECIDED, &[("reason", &error.sentence())]));
                }
            }
            self.read_again();
        });
    }

    fn undo(self, customer: CustomerId, version: i32) {
        let command = UndoTier { request: browser::new_request(), customer, version };
        spawn_local(async move {
            match api::undo_tier(command).await {
                Ok(_) => self.toasts.say(t(tiers::UNDONE).to_owned()),
                Err(error) => self.toasts.refuse(texts().fmt(tiers::NOT_UNDONE, &[("reason", &error.sentence())])),
            }
            self.read_again();
        });
    }
}

#[component]
pub fn ReviewPage() -> impl IntoView {
    let desk = Desk::new();
    let found = Resource::new(move || desk.again.get(), |_| api::proposals());
    on_change(|event| matches!(event.topic.as_str(), "customer" | "deal"), move || desk.read_again());
    view! {
        <header class="top"><Heading text=t(tiers::REVIEW_TITLE)/><Tabs here=REVIEW/></header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Found found desk/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
        <Reject desk/>
    }
}

#[component]
fn Found(found: Proposals, desk: Desk) -> impl IntoView {
    let facts = ui::facts();
    let Proposals { on, next, currency, line_minor, reviewed, open, total, held, held_total } = found;
    let line = line_minor.map_or_else(|| fmt::NO_VALUE.to_owned(), |minor| words::money_text(Money { minor, currency }));
    let customers = texts().n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, reviewed);
    let next = next.map_or_else(String::new, |next| words::day(&facts, next));
    let values = [
        ("day", words::day(&facts, on)),
        ("customers", customers),
        ("line", line),
        ("next", next),
        ("currency", currency.code().to_owned()),
    ];
    let about = texts().fmt(tiers::REVIEW_ABOUT, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let all: About = open.iter().filter(|one| one.may_move).map(|one| (one.customer, one.version)).take(DECIDED_MAX).collect();
    let n = all.len().to_string();
    let (to_accept, to_reject) = (all.clone(), all.clone());
    let together = (all.len() > 1).then(|| {
        view! {
            <div class="row tier-all">
                <button class="btn btn-primary" type="button" data-accept-all="" disabled=desk.busy on:click=move |_| desk.decide(Decision::Accept, to_accept.clone(), String::new())>
                    <Icon name="check" class="i-14"/>{texts().fmt(tiers::ACCEPT_ALL, &[("n", &n)])}
                </button>
                <button class="btn" type="button" data-reject-all="" disabled=desk.busy on:click=move |_| { desk.refused.set(None); desk.rejecting.set(Some(to_reject.clone())); }>
                    <Icon name="x" class="i-14"/>{texts().fmt(tiers::REJECT_ALL, &[("n", &n)])}
                </button>
            </div>
        }
    });
    let count = |n: i64| fmt::integer(n);
    view! {
        <p class="muted fs13" data-about="">{about}</p>
        <details class="fn-how"><summary>{t(tiers::REVIEW_HOW)}</summary><p class="fs13">{t(tiers::REVIEW_RULES)}</p></details>
        <section class="card-box tier-review">
            <header class="row"><h2>{t(tiers::PROPOSALS)}</h2><span class="count num">{count(total)}</span><span class="grow"></span>{together}</header>
            {if open.is_empty() {
                view! { <Empty icon="check" text=t(tiers::NO_PROPOSALS).to_owned()><a class="btn" href=PATH>{t(tiers::BACK_TO_BOARD)}</a></Empty> }.into_any()
            } else {
                view! { <Rows label=tiers::PROPOSALS rows=open currency desk/> }.into_any()
            }}
        </section>
        {(held_total > 0).then(|| view! {
            <section class="card-box tier-review">
                <header class="row"><h2>{t(tiers::HELD)}</h2><span class="count num">{count(held_total)}</span></header>
                <p class="muted fs13">{t(tiers::HELD_ABOUT)}</p>
                <Rows label=tiers::HELD rows=held currency desk/>
            </section>
        })}
    }
}

#[component]
fn Rows(label: Key, rows: Vec<Proposed>, currency: Currency, desk: Desk) -> impl IntoView {
    let line = move |row: Proposed| {
        let facts = ui::facts();
        let about = vec![(row.customer, row.version)];
        let money = words::money_table(Money { minor: row.paid_minor, currency });
        let rfm = row.rfm.map_or_else(|| fmt::NO_VALUE.to_owned(), |rfm| format!("{} {}", scores(rfm), t(class(rfm.class))));
        let reasons = row.why.iter().map(|reason| view! { <li>{why(reason, currency)}</li> }).collect_view();
        let by_hand = row.held.as_ref().map(|change| {
            let by = change.by.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
            let values = [("name", by), ("time", ui::error::instant(&facts, change.at)), ("reason", change.reason.clone())];
            view! { <p class="muted fs12">{texts().fmt(tiers::HELD_BY, &values.each_ref().map(|(name, value)| (*name, value.as_str())))}</p> }
        });
        let said = |key| texts().fmt(key, &[("name", &row.name)]);
        let (accept, reject, release) = (said(tiers::ACCEPT_OF), said(tiers::REJECT_OF), said(tiers::RELEASE_OF));
        let (one, two) = (about.clone(), about.clone());
        let buttons = row.may_move.then(|| {
            if row.held.is_some() {
                view! { <button class="btn btn-s" type="button" data-release="" aria-label=release on:click=move |_| desk.decide(Decision::Release, about.clone(), String::new())>{t(tiers::RELEASE)}</button> }.into_any()
            } else {
                view! {
                    <button class="btn btn-s" type="button" data-accept="" aria-label=accept on:click=move |_| desk.decide(Decision::Accept, one.clone(), String::new())>{t(tiers::ACCEPT)}</button>
                    <button class="btn btn-s" type="button" data-reject="" aria-label=reject on:click=move |_| { desk.refused.set(None); desk.rejecting.set(Some(two.clone())); }>{t(tiers::REJECT)}</button>
                }.into_any()
            }
        });
        view! {
            <tr data-customer-id=row.customer.to_string()>
                <td><a href=format!("/customers/{}", row.customer)>{row.name.clone()}</a><small class="muted block">{row.owner.map(|(_, name)| name)}</small></td>
                <td data-label=t(tiers::CHANGE)><span class="row row-1"><TierBadge tier=row.now/><Icon name="arrow-right" class="i-14"/><TierBadge tier=row.to/></span></td>
                <td data-label=t(tiers::WHY)><ul class="whys">{reasons}</ul>{by_hand}</td>
                <td class="r num" data-label=t(tiers::PAID)>{money}</td>
                <td data-label=t(tiers::RFM)>{rfm}</td>
                <td data-label=t(tiers::ABC)>{row.abc.code()}</td>
                <td><span class="row row-1 tier-do">{buttons}</span></td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(label)>
            <table class="table cards-on-phone">
                <thead><tr>
                    <th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(tiers::CHANGE)}</th><th scope="col">{t(tiers::WHY)}</th>
                    <th scope="col" class="r">{t(tiers::PAID)}</th><th scope="col">{t(tiers::RFM)}</th><th scope="col">{t(tiers::ABC)}</th>
                    <th scope="col"><span class="sr">{t(tiers::DECIDE)}</span></th>
                </tr></thead>
                <tbody>{rows.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// A rejection says why.
#[component]
fn Reject(desk: Desk) -> impl IntoView {
    let close = Callback::new(move |()| desk.rejecting.set(None));
    let form = NodeRef::<html::Form>::new();
    let body = move || {
        desk.rejecting.get().map(|customers| {
            let refusals = Refusals::of(move || desk.refused.get().map(Err::<(), _>));
            let n = customers.len().to_string();
            let submit = move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
                desk.decide(Decision::Reject, customers.clone(), data.get("form[reason]").as_string().unwrap_or_default());
            };
            view! {
                <form node_ref=form novalidate on:submit=submit>
                    <div class="dialog-h"><h2 id="dialog-title">{texts().fmt(tiers::REJECT_TITLE, &[("n", &n)])}</h2>
                        <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| close.run(())><Icon name="x"/></button>
                    </div>
                    <div class="dialog-b">
                        <AreaField label=tiers::REASON name="reason" refusals value="" required=true/>
                        <p class="hint">{texts().fmt(tiers::REASON_HINT, &[("max", &REASON_MAX.to_string())])}</p>
                    </div>
                    <div class="dialog-f">
                        <button class="btn btn-ghost" type="button" on:click=move |_| close.run(())>{t(common::CANCEL)}</button>
                        <button class="btn btn-primary" type="submit">{t(tiers::REJECT)}</button>
                    </div>
                </form>
            }
        })
    };
    view! { <Modal open=Signal::derive(move || desk.rejecting.with(Option::is_some)) on_close=close>{body}</Modal> }
}
