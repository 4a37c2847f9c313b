//! A customer's page in three panes: what is known, what happened, and the
//! deals. It stays live: what others change appears without losing what is
//! being typed in the composer.

use crate::api::{self, SetHelperFn};
use crate::contacts::linked;
use crate::deals::{ClosedDeals, OpenDeals};
use crate::door::Door;
use crate::fields::NoPage;
use crate::helpers::Helpers;
use crate::list::Owner;
use crate::merge_api::{MERGE, UndoMergeFn};
use crate::merged::{GonePage, Merges, say_parted, whither};
use crate::standing::{Hands, Standings, is_free};
use domain::customers::{ContactRole, ContactRow, CustomerDetail};
use domain::files::FilesOf;
use domain::ids::CustomerId;
use domain::money::Sums;
use domain::pipeline::Outcome;
use domain::tiers::Asks;
use domain::tiers::board::TierChange;
use domain::visits::view::ReachOf;
use i18n::keys::{board, common, customers, duplicates, tiers};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use ui::component::{Heading, Icon, Skeleton, TierBadge, reach_button};
use ui::files::{FilesBox, FilesRead};
use ui::links;
use ui::live::LiveEvent;
use ui::owed::{OwedBox, OwedOf, OwedRead};
use ui::reach::Reach;
use ui::refresh::{on_change, until};
use ui::said::{SaidBox, SaidRead};
use ui::tickets::{TicketsBox, TicketsRead};
use ui::timeline::{Composer, Timeline};
use ui::toast::Toasts;
use ui::visits::{VisitsBox, VisitsRead};
use ui::{ApiError, Facts, browser, fmt, service, t, texts, words};

#[component]
pub fn CustomerPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| CustomerId::parse(&id))));
    let found = Resource::new(move || id.get(), |id| async move { api::customer(id.ok_or(ApiError::NotFound)?).await });
    let owed = OwedRead::new(move || id.get().map(OwedOf::Customer));
    let visits = VisitsRead::new(move || id.get());
    let said = SaidRead::new(move || id.get());
    let tickets = TicketsRead::new(move || id.get());
    let files = FilesRead::new(move || id.get().map(FilesOf::Customer));
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(detail) if detail.merged.is_some() => view! { <Gone detail again=Callback::new(move |()| found.refetch())/> }.into_any(),
                    // Keyed, so that another customer never inherits this one's half-written follow-up.
                    Ok(found) => view! { <For each=move || [found.clone()] key=|found| found.row.id let:found><CustomerView found owed visits said tickets files/></For> }.into_any(),
                    Err(error) => view! { <NoPage error back="/customers" label=customers::ALL_CUSTOMERS/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// A customer that is another one now, until somebody parts them.
#[component]
fn Gone(detail: CustomerDetail, again: Callback<()>) -> impl IntoView {
    let id = detail.row.id.0;
    on_change(move |event| event.topic == "customer" && event.id == id, move || again.run(()));
    detail.merged.clone().map(|merged| view! { <GonePage detail merged/> })
}

#[component]
fn CustomerView(
    found: CustomerDetail,
    owed: OwedRead,
    visits: VisitsRead,
    said: SaidRead,
    tickets: TicketsRead,
    files: FilesRead,
) -> impl IntoView {
    let id = found.row.id;
    let (may_write, may_log, may_add_deal) = (found.may_write, found.may_log, found.may_add_deal);
    let open_now = found.open_deals.iter().map(|card| (card.id, card.title.clone())).collect::<Vec<_>>();
    let detail = RwSignal::new(found);
    let standing = RwSignal::new(detail.with_untracked(|d| d.standing.clone()));
    let version = Signal::derive(move || detail.with(|d| d.row.version));
    let show_standing = move || {
        if let Some(now) = detail.try_with_untracked(|d| d.standing.clone()) {
            standing.try_set(now);
        }
    };
    let waiting = StoredValue::new(false);
    let gone = RwSignal::new(false);
    let again = move || {
        spawn_local(async move {
            match api::customer(id).await {
                Ok(new) => {
                    gone.try_set(false);
                    detail.try_set(new);
                    // A reason that is being written is not taken away; one waits for all.
                    if waiting.try_update_value(|waits| !std::mem::replace(waits, true)).unwrap_or_default() {
                        until(is_free).await;
                        waiting.try_set_value(false);
                        show_standing();
                    }
                }
                Err(ApiError::NotFound | ApiError::Forbidden) => {
                    gone.try_set(true);
                }
                // Nothing was learnt; what is shown stays.
                Err(_) => {}
            }
        });
    };
    on_change(move |event| detail.try_with_untracked(|d| concerns(d, event)).unwrap_or(false), again);
    let undo = ServerAction::<UndoMergeFn>::new();
    let toasts = Toasts::here();
    Effect::new(move |_| {
        if let Some(Ok(parted)) = undo.value().get() {
            say_parted(toasts, &parted);
            again();
        }
    });
    let not_parted = Memo::new(move |_| undo.value().get().and_then(Result::err).map(|error| error.sentence()));
    let helper = ServerAction::<SetHelperFn>::new();
    Effect::new(move |_| {
        if let Some(Ok(_)) = helper.value().get() {
            again();
        }
    });
    let hands = Hands::new();
    Effect::new(move |before: Option<[(usize, bool); 2]>| {
        let now = hands.done();
        let worked = before.is_some_and(|before| now.iter().zip(before).any(|(now, before)| now.1 && *now != before));
        if worked {
            spawn_local(async move {
                // What was written has been said.
                if let Ok(new) = api::customer(id).await {
                    detail.try_set(new);
                    show_standing();
                }
            });
        }
        now
    });
    let stages = Memo::new(move |_| detail.with(|d| d.stages.clone()));
    let events = Signal::derive(move || detail.with(|d| d.timeline.clone()));
    view! {
        <header class="top">
            <a class="back" href="/customers"><Icon name="chevron-left" class="i-14"/>{t(customers::ALL_CUSTOMERS)}</a>
            <div class="end">
                {move || detail.with(|d| view! { <Beside before=d.before.clone() after=d.after.clone()/> })}
                {may_write.then(|| view! { <More id/> })}
                {may_write.then(|| view! { <a class="btn" href=format!("/customers/{id}/edit")><Icon name="square-pen" class="i-14"/><span>{t(common::EDIT)}</span></a> })}
                {may_add_deal.then(|| view! { <a class="btn btn-primary" href=format!("/deals/new?customer={id}")><Icon name="plus" class="i-14"/><span>{t(board::NEW_DEAL)}</span></a> })}
            </div>
        </header>
        <div role="status">{move || gone.get().then(|| view! { <p class="banner banner-warn"><Icon name="circle-alert"/>{t(customers::GONE)}</p> })}</div>
        {move || detail.with(|d| d.helping).then(|| view! { <p class="banner" data-helping=""><Icon name="users"/><span>{t(customers::HELPING)}</span></p> })}
        <div role="status">{move || detail.with(|d| d.merged.as_ref().map(|merged| view! { <div class="banner banner-warn"><Icon name="git-merge"/>{whither(merged)}</div> }))}</div>
        <p class="form-error" role="alert" hidden=move || not_parted.get().is_none()>{move || not_parted.get()}</p>
        <div class="detail">
            <section class="facts" aria-label=t(customers::FACTS)>
                {move || detail.with(|d| view! { <Known detail=d.clone() owed/> })}
                {move || view! { <Standings id=id.to_string() version standing=standing.get() hands/> }}
                {move || detail.with(|d| view! { <Helpers detail=d.clone() action=helper/> })}
                {move || detail.with(|d| view! { <Past detail=d.clone() undo/> })}
            </section>
            <section class="flow" aria-label=t(customers::ACTIVITY)>
                {move || detail.with(|d| view! { <Figures customer=id open=d.row.open.clone() won=d.won.clone()/> })}
                {may_log.then(|| view! { <Composer customer=id deals=open_now on_saved=Callback::new(move |()| again())/> })}
                {move || view! { <Timeline events stages=stages.get()/> }}
            </section>
            <aside class="aside" aria-label=t(customers::RELATED)>
                {move || detail.with(|d| view! {
                    <OpenDeals deals=d.open_deals.clone() stages=d.stages.clone()/>
                    <ClosedDeals deals=d.closed_deals.clone()/>
                })}
                <TicketsBox read=tickets/>
                <VisitsBox read=visits/>
                <OwedBox read=owed/>
                <SaidBox read=said/>
                <FilesBox read=files/>
            </aside>
        </div>
    }
}

/// The ways to the customers beside it, by name.
#[component]
fn Beside(
    #[prop(optional_no_strip)] before: Option<(CustomerId, String)>,
    #[prop(optional_no_strip)] after: Option<(CustomerId, String)>,
) -> impl IntoView {
    let way = |of: Option<(CustomerId, String)>, key, rel: &'static str, icon: &'static str| {
        of.map(|(id, name)| {
            let label = texts().fmt(key, &[("name", &name)]);
            view! { <a class="btn btn-icon" href=format!("/customers/{id}") rel=rel aria-label=label.clone() title=label><Icon name=icon class="i-14"/></a> }
        })
    };
    view! { {way(before, customers::BEFORE, "prev", "chevron-left")}{way(after, customers::AFTER, "next", "chevron-right")} }
}

/// What is done with a customer now and then.
#[component]
fn More(id: CustomerId) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    view! {
        <details class="menu" node_ref=menu on:keydown=move |event| browser::fold_by_escape(menu, &event)>
            <summary class="btn" title=t(duplicates::MORE)><Icon name="ellipsis" class="i-14"/><span class="sr">{t(duplicates::MORE)}</span></summary>
            <nav class="pop" aria-label=t(duplicates::MORE)>
                <a class="menu-i" href=format!("{MERGE}?a={id}")><Icon name="git-merge" class="i-14"/>{t(duplicates::MERGE_WITH)}</a>
            </nav>
        </details>
    }
}

/// The customer itself, one of its deals, or a deal that is new and may be its.
fn concerns(detail: &CustomerDetail, event: &LiveEvent) -> bool {
    match event.topic.as_str() {
        "customer" => event.id == detail.row.id.0,
        // What its tier promises may have changed.
        "settings" => true,
        // What is late of it.
        "ticket" => true,
        "deal" => event.version == 1 || detail.open_deals.iter().chain(&detail.closed_deals).any(|card| card.id.0 == event.id),
        _ => false,
    }
}

/// The left pane: name, facts, what its tier promises.
#[component]
fn Known(detail: CustomerDetail, owed: OwedRead) -> impl IntoView {
    let facts = ui::facts();
    let row = &detail.row;
    let short = if row.short_name.is_empty() { &row.name } else { &row.short_name };
    let badge = |text: &str| (!text.is_empty()).then(|| view! { <span class="badge">{text.to_owned()}</span> });
    view! {
        <div class="facts-h">
            <span class="co" aria-hidden="true">{words::initial(short)}</span>
            <div class="grow">
                <Heading text=row.name.clone()/>
                <div class="row"><TierBadge tier=row.tier/>{badge(&row.industry)}{badge(&row.region)}</div>
            </div>
        </div>
        <Door detail=detail.clone() owed/>
        {ui::health::parts(&detail.health)}
        {facts_list(&facts, &detail)}
        <Service detail=detail.clone()/>
    }
}

/// The left pane below the pools: changes of tier, merges, contacts.
#[component]
fn Past(detail: CustomerDetail, undo: ServerAction<UndoMergeFn>) -> impl IntoView {
    let row = &detail.row;
    view! {
        <TierHistory changes=detail.tier_changes.clone()/>
        <Merges merges=detail.merges.clone() undo may_write=detail.may_write/>
        <Contacts customer=row.id contacts=detail.contacts.clone() may_write=detail.may_write may_log=detail.may_log/>
    }
}

fn facts_list(facts: &Facts, detail: &CustomerDetail) -> impl IntoView + use<> {
    let row = &detail.row;
    let line = |label, value: AnyView| view! { <div><dt>{t(label)}</dt><dd>{value}</dd></div> };
    // What is not known is left out; the form shows what could be.
    let text = |label, value: &str| (!value.is_empty()).then(|| line(label, view! { <span>{value.to_owned()}</span> }.into_any()));
    let owner = view! { <Owner owner=row.owner.clone()/> }.into_any();
    let phone = (!row.phone.is_empty()).then(|| line(common::PHONE, linked(links::tel(&row.phone), row.phone.clone())));
    let website = (!row.website.is_empty()).then(|| line(common::WEBSITE, outside(&row.website)));
    let size = row.size.map(words::size).unwrap_or_default();
    let created = ui::error::local(facts, row.created_at).date_naive();
    let source = texts().fmt(customers::CREATED_ON, &[("source", t(words::source(row.source))), ("day", &words::day(facts, created))]);
    let position = detail.position.map(position_text).unwrap_or_default();
    let notes =
        (!detail.notes.is_empty()).then(|| line(common::NOTES, view! { <span class="pre">{detail.notes.clone()}</span> }.into_any()));
    view! {
        <dl class="facts-list">
            {line(common::OWNER, owner)}
            {text(customers::SHORT_NAME, &row.short_name)}
            {phone}
            {website}
            {text(common::ADDRESS, &detail.address)}
            {text(customers::POSITION, &position)}
            {text(common::SIZE, &size)}
            {text(customers::TAX_NUMBER, &detail.tax_number)}
            {text(common::SOURCE, &source)}
            {text(customers::UPDATED, &ui::error::instant(facts, row.updated_at))}
            {notes}
        </dl>
    }
}

/// Degrees to about a metre; the datum is that of the satellites (WGS-84).
fn position_text((longitude, latitude): (f64, f64)) -> String {
    let of = |degrees: f64| format!("{degrees:.5}");
    texts().fmt(customers::POSITION_OF, &[("lat", &of(latitude)), ("lon", &of(longitude))])
}

/// A website in a page of its own, which learns nothing of this one.
fn outside(website: &str) -> AnyView {
    match links::website(website) {
        Some(href) => view! { <a href=href target="_blank" rel="noopener noreferrer">{website.to_owned()}</a> }.into_any(),
        None => view! { <span>{website.to_owned()}</span> }.into_any(),
    }
}

/// Who decides: the primary contact first, each with the ways to reach them.
#[component]
fn Contacts(customer: CustomerId, contacts: Vec<ContactRow>, may_write: bool, may_log: bool) -> impl IntoView {
    let n = i64::try_from(contacts.len()).unwrap_or_default();
    let people = texts().n(common::N_PEOPLE_ONE, common::N_PEOPLE_MANY, n);
    let add = may_write.then(|| {
        view! { <a class="btn btn-ghost btn-s" href=format!("/customers/{customer}/contacts/new") aria-label=t(customers::ADD_CONTACT)><Icon name="user-plus" class="i-14"/>{t(common::ADD)}</a> }
    });
    view! {
        <h2>{t(customers::DECISION_CHAIN)}{(n > 0).then(|| view! { <span class="muted">{people}</span> })}{add}</h2>
        {if contacts.is_empty() {
            view! { <p class="muted fs13">{t(customers::NO_CONTACTS)}</p> }.into_any()
        } else {
            view! { <ul>{contacts.into_iter().map(|contact| person(customer, contact, may_write, may_log)).collect_view()}</ul> }.into_any()
        }}
    }
}

/// What its tier promises, when somebody should be in contact next, and where that falls
/// short.
#[component]
fn Service(detail: CustomerDetail) -> impl IntoView {
    let facts = ui::facts();
    let line = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let promises = service::promises(&detail.service).into_iter().map(|(name, value)| line(t(name), value)).collect_view();
    let next = match (detail.due, &detail.row.owner) {
        (Some(on), _) => match detail.asks {
            Some(Asks::After(occasion)) => {
                texts().fmt(tiers::NEXT_AFTER, &[("day", &words::day(&facts, on)), ("why", &service::occasion(&facts, occasion))])
            }
            _ => words::day(&facts, on),
        },
        (None, Some(_)) => fmt::NO_VALUE.to_owned(),
        (None, None) => t(tiers::NOBODYS).to_owned(),
    };
    let strips = detail.breaches.iter().map(|breach| service::strip(&facts, breach)).collect_view();
    view! {
        <div class="tier-service">
            <h2>{t(tiers::SERVICE_OF)}<TierBadge tier=detail.row.tier/></h2>
            <dl class="facts-list">{promises}{line(t(tiers::NEXT_CONTACT), next)}</dl>
            {strips}
        </div>
    }
}

/// How its tier came about, the newest first.
#[component]
fn TierHistory(changes: Vec<TierChange>) -> impl IntoView {
    let facts = ui::facts();
    if changes.is_empty() {
        return ().into_any();
    }
    let n = changes.len();
    let line = |change: TierChange| {
        let tier = words::tier;
        let what = if change.from == change.to {
            texts().fmt(tiers::STAYED, &[("tier", &tier(change.to))])
        } else {
            texts().fmt(tiers::CHANGED, &[("from", &tier(change.from)), ("to", &tier(change.to))])
        };
        let by = change.by.map(|(_, name)| name).unwrap_or_default();
        let of = change.of.map(|name| texts().fmt(duplicates::TIER_OF, &[("name", &name)])).unwrap_or_default();
        let small = [of, t(words::tier_source(change.source)).to_owned(), by, ui::error::instant(&facts, change.at)];
        let small = small.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        let reason = (!change.reason.is_empty()).then(|| view! { <p class="pre">{change.reason}</p> });
        view! { <li data-source=change.source.code()><b>{what}</b><small class="muted">{small}</small>{reason}</li> }
    };
    view! {
        <details class="tier-history" open={n <= 3}>
            <summary><h2>{t(tiers::HISTORY)}<span class="muted num">{n}</span></h2></summary>
            <ol>{changes.into_iter().rev().map(line).collect_view()}</ol>
        </details>
    }
    .into_any()
}

fn person(customer: CustomerId, contact: ContactRow, may_write: bool, may_log: bool) -> impl IntoView {
    let small = [contact.title.as_str(), if contact.primary { t(customers::PRIMARY) } else { "" }];
    let small = small.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let class = if contact.role == ContactRole::Decision { "badge badge-accent" } else { "badge" };
    let role = (contact.role != ContactRole::Other).then(|| view! { <span class=class>{t(words::contact_role(contact.role))}</span> });
    let said = |key| texts().fmt(key, &[("name", &contact.name)]);
    let name = if may_write {
        let href = format!("/contacts/{}/edit", contact.id);
        view! { <a class="nm" href=href aria-label=said(customers::EDIT_CONTACT_OF)>{contact.name.clone()}</a> }.into_any()
    } else {
        view! { <span class="nm">{contact.name.clone()}</span> }.into_any()
    };
    let reach = if may_log {
        let of =
            ReachOf { contact: Some(contact.id), name: contact.name.clone(), phone: contact.phone.clone(), email: contact.email.clone() };
        view! { <Reach customer of/> }.into_any()
    } else {
        view! {
            {reach_button(links::tel(&contact.phone), "phone", common::CALL, &contact.name, &contact.phone)}
            {reach_button(links::mailto(&contact.email), "mail", common::WRITE_MAIL, &contact.name, &contact.email)}
        }
        .into_any()
    };
    view! {
        <li class="person" data-contact-id=contact.id.to_string()>
            <span class="av" data-h=words::hue(contact.id.0).to_string() aria-hidden="true">{words::initial(&contact.name)}</span>
            <div class="grow">{name}{(!small.is_empty()).then(|| view! { <small>{small}</small> })}</div>
            {role}
            {reach}
        </li>
    }
}

/// What is open and what was won, each currency for itself; a figure opens the
/// list of exactly its deals.
#[component]
fn Figures(customer: CustomerId, open: Sums, won: Sums) -> impl IntoView {
    let stat = |label, outcome: Outcome, sums: &Sums| {
        let deals = texts().n(common::N_DEALS_ONE, common::N_DEALS_MANY, sums.count());
        let amount = words::sums_text(sums, false);
        let amount = if sums.count() > 0 {
            view! { <a class="v num" href=format!("/deals/list?customer={customer}&outcome={outcome}")>{amount}</a> }.into_any()
        } else {
            view! { <span class="v num">{amount}</span> }.into_any()
        };
        view! { <div class="stat"><span class="k">{t(label)}</span>{amount}<span class="delta delta-flat">{deals}</span></div> }
    };
    view! {
        <div class="stats" role="group" aria-label=t(customers::FIGURES)>
            {stat(customers::OPEN_DEALS, Outcome::Open, &open)}{stat(customers::WON_TOTAL, Outcome::Won, &won)}
        </div>
    }
}
