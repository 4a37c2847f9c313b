//! Where a lead stands with the pools, on its page: how long its owner is protected and why, who
//! had it, and what can be done about it.

use crate::lead_api::{AssignLeadFn, GiveBackLeadFn, HoldLeadFn};
use domain::ids::UserId;
use domain::pipeline::DealDetail;
use domain::pool::page::Standing;
use domain::pool::settings::PoolKind;
use i18n::keys::pool;
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::Icon;
use ui::pools::{AssignFields, GiveBackFields, HandHistory, HoldFields, PoolTitle, done, hold_label, said, told};
use ui::{browser, t};

/// The ways to change it. They outlive what the page reads again.
#[derive(Clone, Copy)]
pub struct LeadHands {
    give_back: ServerAction<GiveBackLeadFn>,
    assign: ServerAction<AssignLeadFn>,
    hold: ServerAction<HoldLeadFn>,
    /// How often one of them was done from this page.
    written: RwSignal<u32>,
}

impl LeadHands {
    pub fn new() -> Self {
        Self { give_back: ServerAction::new(), assign: ServerAction::new(), hold: ServerAction::new(), written: RwSignal::new(0) }
    }

    /// How often those that stay on the page were tried, and whether the last time worked; to
    /// be followed. Who gives a lead back leaves it.
    pub fn done(self) -> [(usize, bool); 2] {
        [done(self.assign), done(self.hold)]
    }

    /// What was written has been said: the box is made anew.
    pub fn forget(self) {
        self.written.update(|n| *n += 1);
    }
}

/// What the box shows: made anew when that changes, and nobody is filling one of its forms.
#[derive(Clone, PartialEq)]
struct Shown {
    standing: Option<Standing>,
    pooled: bool,
    written: u32,
}

/// Follows the deal; a form that is being filled is kept, its version is that of the deal.
#[component]
pub fn LeadBox(detail: RwSignal<DealDetail>, hands: LeadHands) -> impl IntoView {
    let id = detail.with_untracked(|d| d.card.id.to_string());
    let version = Signal::derive(move || detail.with(|d| d.card.version));
    let shown = Memo::new(move |before: Option<&Shown>| {
        let written = hands.written.get();
        let now = detail.with(|d| Shown { standing: d.lead.clone(), pooled: d.pooled, written });
        let same = |before: &&Shown| (before.pooled, before.written) == (now.pooled, now.written);
        match before.filter(same).filter(|_| browser::is_touched("[data-standing]")) {
            Some(before) => before.clone(),
            None => now,
        }
    });
    move || shown.get().standing.map(|standing| view! { <LeadCard id=id.clone() version standing hands/> })
}

#[component]
fn LeadCard(id: String, version: Signal<i32>, standing: Standing, hands: LeadHands) -> impl IntoView {
    let said = said(&standing, PoolKind::Leads);
    view! {
        <section class="card-box" data-standing="">
            <PoolTitle/>
            {said}
            {standing.may_return.then(|| give_back(id.clone(), version, hands.give_back))}
            {standing.may_assign.then(|| assign(id.clone(), version, standing.people.clone(), hands.assign))}
            {standing.may_hold.then(|| hold(id.clone(), version, standing.held.is_some(), hands.hold))}
            <HandHistory changes=standing.hands/>
        </section>
    }
}

fn give_back(id: String, version: Signal<i32>, action: ServerAction<GiveBackLeadFn>) -> impl IntoView + use<> {
    let told = told(action);
    let open = told.0.get_untracked().is_some();
    view! {
        <details data-give-back="" open=open>
            <summary class="btn btn-s"><Icon name="waves" class="i-14"/>{t(pool::GIVE_BACK_LEAD)}</summary>
            <ActionForm action=action attr:class="form">
                <GiveBackFields id=id.clone() version told pending=action.pending() label=pool::GIVE_BACK_LEAD/>
            </ActionForm>
        </details>
    }
}

fn assign(id: String, version: Signal<i32>, people: Vec<(UserId, String)>, action: ServerAction<AssignLeadFn>) -> impl IntoView + use<> {
    let told = told(action);
    view! {
        <ActionForm action=action attr:class="form" attr:data-assign="">
            <AssignFields id=id.clone() version people=people.clone() told pending=action.pending()/>
        </ActionForm>
    }
}

fn hold(id: String, version: Signal<i32>, is_held: bool, action: ServerAction<HoldLeadFn>) -> impl IntoView + use<> {
    let told = told(action);
    let open = told.0.get_untracked().is_some();
    view! {
        <details data-hold="" open=open>
            <summary class="btn btn-s">{t(hold_label(is_held))}</summary>
            <ActionForm action=action attr:class="form">
                <HoldFields id=id.clone() version is_held told pending=action.pending()/>
            </ActionForm>
        </details>
    }
}
