//! Where a customer stands with the public pools, on its page: how long its owner is protected
//! and why, who had it, and what can be done about it.

use crate::pool_api::{AssignFn, GiveBackFn, HoldFn};
use domain::ids::UserId;
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
        [done(self.assign), done(self.hold)]
    }
}

/// Whether nobody is filling one of its forms: only then is it made anew.
pub fn is_free() -> bool {
    !browser::is_touched("[data-standing]")
}

/// `version` follows the customer while a form is being filled.
#[component]
pub fn Standings(id: String, version: Signal<i32>, standing: Standing, hands: Hands) -> impl IntoView {
    let Some(said) = said(&standing, PoolKind::Customers) else { return ().into_any() };
    view! {
        <section class="tier-service" data-standing="">
            <PoolTitle/>
            {said}
            {standing.may_return.then(|| give_back(id.clone(), version, hands.give_back))}
            {standing.may_assign.then(|| assign(id.clone(), version, standing.people.clone(), hands.assign))}
            {standing.may_hold.then(|| hold(id.clone(), version, standing.held.is_some(), hands.hold))}
            <HandHistory changes=standing.hands/>
        </section>
    }
    .into_any()
}

fn give_back(id: String, version: Signal<i32>, action: ServerAction<GiveBackFn>) -> impl IntoView + use<> {
    let told = told(action);
    let open = told.0.get_untracked().is_some();
    view! {
        <details data-give-back="" open=open>
            <summary class="btn btn-s"><Icon name="waves" class="i-14"/>{t(pool::GIVE_BACK)}</summary>
            <ActionForm action=action attr:class="form">
                <GiveBackFields id=id.clone() version told pending=action.pending() label=pool::GIVE_BACK/>
            </ActionForm>
        </details>
    }
}

fn assign(id: String, version: Signal<i32>, people: Vec<(UserId, String)>, action: ServerAction<AssignFn>) -> impl IntoView + use<> {
    let told = told(action);
    view! {
        <ActionForm action=action attr:class="form" attr:data-assign="">
            <AssignFields id=id.clone() version people=people.clone() told pending=action.pending()/>
        </ActionForm>
    }
}

fn hold(id: String, version: Signal<i32>, is_held: bool, action: ServerAction<HoldFn>) -> impl IntoView + use<> {
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
