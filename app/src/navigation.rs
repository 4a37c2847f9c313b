//! The frame of every page behind the login: side navigation at the desk, a
//! bar at the bottom of a phone. It shows only what exists and is allowed.

use domain::policy::Action;
use i18n::Key;
use i18n::keys::field as keys_field;
use i18n::keys::{common, contracts, errors, nav, quotes, satisfaction, shell, tickets, visits};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use settings::{LanguageSwitch, ThemeSwitch};
use ui::component::{Avatar, Heading, Icon};
use ui::palette::{Door, FindLink};
use ui::{t, texts, words};

#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let door = Door::provide();
    let demo = ui::facts().viewer.as_ref().is_some_and(|v| v.demo);
    view! {
        <a class="skip" href="#main">{t(nav::SKIP_TO_CONTENT)}</a>
        <div class="shell">
            <SideBar/>
            <main class="main" id="main">
                {demo.then(|| view! { <div class="demo-banner"><Icon name="flask-conical" class="i-14"/>{t(shell::DEMO_INVENTED)}</div> })}
                <LiveNotice/>
                <field::QueuePlace/>
                <div class="find-at"><FindLink class="" small=true/></div>
                {children()}
            </main>
            <BottomBar/>
        </div>
        {move || door.wanted.get().then(|| view! { <Suspense fallback=|| ()>{Suspend::new(crate::pages::dialogs())}</Suspense> })}
    }
}

/// Says that changes of others do not arrive at present.
#[component]
fn LiveNotice() -> impl IntoView {
    let live = ui::live::Live::here();
    let lost = move || live.is_some_and(|live| !live.connected.get());
    view! {
        <div class="live-lost" role="status">
            {move || lost().then(|| view! { <span><Icon name="plug-zap" class="i-14"/>{t(shell::LIVE_LOST)}</span> })}
        </div>
    }
}

/// An entry that is lit on its page and the pages below it.
#[component]
fn Entry(
    href: &'static str,
    label: Key,
    #[prop(optional)] icon: Option<&'static str>,
    class: &'static str,
    #[prop(default = "")] not: &'static str,
) -> impl IntoView {
    let path = use_location().pathname;
    let here = move || {
        let path = path.get();
        let on = (path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
            && (not.is_empty() || !path.starts_with(not));
        on.then_some("page")
    };
    view! { <a class=class href=href aria-current=here>{icon.map(|name| view! { <Icon name/> })}{t(label)}</a> }
}

#[component]
fn SideBar() -> impl IntoView {
    let facts = ui::facts();
    let Some(viewer) = facts.viewer.clone() else { return ().into_any() };
    let (deals, customers) = (facts.may(Action::ReadDeals), facts.may(Action::ReadCustomers));
    let (people, manage) = (facts.may(Action::ReadPeople), facts.may(Action::ManageSettings));
    view! {
        <nav class="nav" aria-label=t(nav::NAVIGATION)>
            <a class="nav-top" href="/" rel="external"><Mark/>
                <span><span class="wm">"堰 Weir"</span><span class="org" title=viewer.organisation.clone()>{viewer.organisation.clone()}</span></span>
            </a>
            <FindLink class="nav-i nav-find"/>
            <Entry href="/home" label=nav::TODAY icon="sun" class="nav-i"/>
            {deals.then(|| view! {
                <Entry href="/deals" label=nav::DEALS icon="kanban" class="nav-i"/>
                <Entry href="/funnel" label=nav::FUNNEL icon="filter" class="nav-i"/>
                <Entry href="/analysis" label=nav::INSIGHT icon="chart-column" class="nav-i"/>
            })}
            {customers.then(|| view! {
                <Entry href="/tiers" label=nav::TIERS icon="layers" class="nav-i"/>
                <Entry href="/customers" label=nav::CUSTOMERS icon="building-2" class="nav-i"/>
                <Entry href="/contacts" label=nav::CONTACTS icon="contact-round" class="nav-i"/>
            })}
            {facts.may(Action::ClaimCustomers).then(|| view! { <Entry href="/pool" label=nav::PUBLIC_POOL icon="waves" class="nav-i"/> })}
            {facts.may(Action::LogWork).then(|| view! { <Entry href="/visits" label=visits::TITLE icon="heart-handshake" class="nav-i"/> })}
            {facts.may(Action::LogWork).then(|| view! { <Entry href="/tickets" label=tickets::TITLE icon="life-buoy" class="nav-i"/> })}
            {facts.may(Action::ReadQuotes).then(|| view! { <Entry href="/quotes" label=quotes::NAV icon="file-text" class="nav-i"/> })}
            {facts.may(Action::ReadContracts).then(|| view! { <Entry href="/contracts" label=contracts::NAV icon="receipt" class="nav-i"/> })}
            {facts.may(Action::ReadSatisfaction).then(|| view! { <Entry href="/surveys" label=satisfaction::NAV icon="smile" class="nav-i"/> })}
            {facts.may(Action::CheckIn).then(|| view! { <Entry href="/field" label=keys_field::NAV icon="map-pin-check" class="nav-i"/> })}
            <Entry href="/tasks" label=nav::TASKS icon="list-checks" class="nav-i"/>
            {people.then(|| view! { <Entry href="/settings/people" label=nav::PEOPLE icon="users" class="nav-i"/> })}
            {manage.then(|| view! {
                <div class="nav-sep"></div>
                <Entry href="/settings/pipelines" label=shell::PIPELINES icon="settings" class="nav-i"/>
                <Entry href="/settings/products" label=shell::PRODUCTS icon="package" class="nav-i"/>
            })}
            <div class="nav-foot">
                <div class="row">
                    <a class="me grow" href="/account" title=texts().fmt(nav::USER_MENU, &[("name", &viewer.name)])>
                        <Avatar id=viewer.id name=viewer.name.clone() class="av-l"/>
                        <span class="grow"><b class="ell">{viewer.name.clone()}</b><small class="ell">{viewer.unit_name.clone()}" · "{t(words::role(viewer.role))}</small></span>
                    </a>
                    <form method="post" action="/api/settings/sign_out">
                        <button class="btn btn-icon btn-s" type="submit" title=t(nav::SIGN_OUT) aria-label=t(nav::SIGN_OUT)><Icon name="log-out"/></button>
                    </form>
                </div>
                <div class="row between"><LanguageSwitch/><ThemeSwitch/></div>
            </div>
        </nav>
    }
    .into_any()
}

#[component]
fn BottomBar() -> impl IntoView {
    let facts = ui::facts();
    let (deals, customers) = (facts.may(Action::ReadDeals), facts.may(Action::ReadCustomers));
    let writes = facts.may(Action::WriteDeals);
    let people = facts.may(Action::ReadPeople);
    view! {
        <nav class="botbar" aria-label=t(shell::PHONE_NAVIGATION)>
            <Entry href="/home" label=nav::TODAY icon="sun" class=""/>
            {deals.then(|| view! {
                <Entry href="/deals" label=shell::PIPELINE_SHORT icon="kanban" class="" not="/deals/new"/>
                <Entry href="/funnel" label=nav::FUNNEL icon="filter" class=""/>
            })}
            {customers.then(|| view! { <Entry href="/customers" label=nav::CUSTOMERS icon="building-2" class=""/> })}
            {if facts.may(Action::CheckIn) {
                view! { <a class="do" href="/field"><span class="bub"><Icon name="map-pin-check" class="i-24"/></span>{t(keys_field::NAV)}</a> }.into_any()
            } else if writes {
                view! { <a class="do" href="/deals/new"><span class="bub"><Icon name="plus" class="i-24"/></span>{t(common::NEW)}</a> }.into_any()
            } else if facts.may(Action::RecordMoney) {
                view! { <Entry href="/contracts" label=contracts::NAV icon="receipt" class=""/> }.into_any()
            } else if people {
                view! { <Entry href="/settings/people" label=nav::PEOPLE icon="users" class=""/> }.into_any()
            } else {
                ().into_any()
            }}
            // Six places are the most; whoever has deals finds their tasks on the first.
            {(!deals).then(|| view! { <Entry href="/tasks" label=nav::TASKS icon="list-checks" class=""/> })}
            <Entry href="/account" label=shell::ME icon="user-round" class=""/>
        </nav>
    }
}

/// The level line over a V-notch crest.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" width="26" height="26" viewBox="0 0 16 16" fill="none" aria-hidden="true">
            <path d="M1.5 3.75h13" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"></path>
            <path d="M1.5 7.5h3.6L8 12.75 10.9 7.5h3.6" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"></path>
        </svg>
    }
}

/// An address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(answer) = use_context::<leptos_axum::ResponseOptions>() {
        answer.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <main class="main lost" id="main">
            <div class="empty">
                <Heading text=t(nav::NOT_FOUND_TITLE)/>
                <p>{t(nav::NOT_FOUND_HINT)}</p>
                <a class="btn btn-primary" href="/" rel="external">{t(common::BACK)}</a>
            </div>
        </main>
    }
}

/// A page that this role may not see: says so, and leads back.
#[component]
pub fn Forbidden() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(answer) = use_context::<leptos_axum::ResponseOptions>() {
        answer.set_status(http::StatusCode::FORBIDDEN);
    }
    view! {
        <div class="body">
            <div class="empty" role="alert">
                <Icon name="lock"/>
                <Heading text=t(nav::FORBIDDEN_TITLE)/>
                <p>{t(errors::FORBIDDEN)}</p>
                <a class="btn" href="/" rel="external">{t(common::BACK)}</a>
            </div>
        </div>
    }
}
