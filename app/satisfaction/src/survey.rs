//! A survey's page: who was asked, links that were just made, whom to ask, and whom it asks
//! by itself.

use crate::api::{self, InviteFn, SaveSendingFn};
use crate::frame::Missing;
use crate::words;
use domain::customers::Tier;
use domain::ids::SurveyId;
use domain::policy::Action;
use domain::survey::SurveyStatus;
use domain::survey::form::SendingForm;
use domain::survey::sending::InvitationState;
use domain::survey::view::{Candidate, InvitationRow, MadeLink, SurveyDetail};
use i18n::Key;
use i18n::keys::{common, satisfaction};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::choice::Choice;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::{FormActions, FormError, Refusals, TextField, Versioned, typed_or};
use ui::refresh::on_change_when;
use ui::{ApiError, facts, fmt, t, texts, words as common_words};

/// What the address asks for beside the survey.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    links: String,
    /// `ask` or `sending`.
    open: String,
    text: String,
    tier: Option<Tier>,
}

#[component]
pub fn SurveyPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| SurveyId::parse(&id))));
    let asked = Memo::new(move |_| {
        let get = |name: &str| query.with(|q| q.get(name)).unwrap_or_default();
        Asked { links: get("links"), open: get("open"), text: get("q"), tier: Tier::parse(&get("tier")) }
    });
    let links = Memo::new(move |_| asked.with(|asked| asked.links.clone()));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(
        move || (id.get(), links.get(), again.get()),
        |(id, links, _)| async move { api::survey(id.ok_or(ApiError::NotFound)?, links).await },
    );
    let may_ask = facts().may(Action::AskCustomers);
    let offered = Resource::new(
        move || (id.get(), asked.get(), again.get()),
        move |(id, asked, _)| async move {
            match id.filter(|_| may_ask && asked.open == "ask") {
                Some(id) => Some(api::candidates(id, asked.text, asked.tier).await),
                None => None,
            }
        },
    );
    let invite = ServerAction::<InviteFn>::new();
    let sending = ServerAction::<SaveSendingFn>::new();
    Effect::new(move |before: Option<(usize, usize)>| {
        let now = (invite.version().get(), sending.version().get());
        // What was refused is still typed: nothing is drawn anew under it.
        let done = |before: (usize, usize)| {
            before.0 != now.0 && matches!(invite.value().get_untracked(), Some(Ok(_)))
                || before.1 != now.1 && matches!(sending.value().get_untracked(), Some(Ok(_)))
        };
        if before.is_some_and(done) {
            again.try_update(|n| *n += 1);
        }
        now
    });
    on_change_when(
        |event| event.topic == "survey",
        move || asked.try_with_untracked(|asked| asked.open.is_empty()).unwrap_or_default(),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || {
                let asked = asked.get();
                Suspend::new(async move {
                    let candidates = offered.await;
                    match found.await {
                        Ok(detail) => view! { <Shown detail asked candidates invite sending/> }.into_any(),
                        Err(error) => view! { <div class="body"><Missing error back="/surveys" label=satisfaction::SURVEYS/></div> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Shown(
    detail: SurveyDetail,
    asked: Asked,
    #[prop(optional_no_strip)] candidates: Option<ui::Answer<Vec<Candidate>>>,
    invite: ServerAction<InviteFn>,
    sending: ServerAction<SaveSendingFn>,
) -> impl IntoView {
    let here = format!("/surveys/{}", detail.id);
    let open = detail.status == SurveyStatus::Open;
    let class = if open { "badge badge-ok" } else { "badge" };
    let may_ask = open && facts().may(Action::AskCustomers);
    let value = invite.value();
    let refused = Signal::derive(move || value.get().and_then(Result::err));
    let asking = asked.open == "ask" && may_ask;
    let setting = asked.open == "sending" && detail.may_design;
    view! {
        <header class="top">
            <a class="back" href="/surveys"><Icon name="chevron-left" class="i-14"/>{t(satisfaction::SURVEYS)}</a>
            <div class="end">
                <a class="btn" href=format!("{here}/results")><Icon name="chart-column" class="i-14"/><span>{t(satisfaction::RESULTS)}</span></a>
                {detail.may_design.then(|| view! { <a class="btn" href=format!("{here}/edit")><Icon name="square-pen" class="i-14"/><span>{t(satisfaction::DESIGN)}</span></a> })}
                {may_ask.then(|| view! { <a class="btn btn-primary" href=format!("{here}?open=ask")><Icon name="link" class="i-14"/><span>{t(satisfaction::MAKE_LINKS)}</span></a> })}
            </div>
        </header>
        <div class="body">
            <div class="sections is-wide" data-survey-id=detail.id.to_string() data-status=detail.status.code()>
                <div class="row"><Heading text=words::both(&detail.title)/><span class=class>{t(words::status(detail.status))}</span></div>
                <States detail=detail.clone()/>
                {(!open).then(|| view! { <p class="banner"><Icon name="lock"/><span>{t(if detail.revision == 0 { satisfaction::NOT_PUBLISHED } else { satisfaction::IS_CLOSED })}</span></p> })}
                {(!asked.links.is_empty()).then(|| view! { <Links links=detail.links.clone()/> })}
                {asking.then(|| view! { <Ask id=detail.id asked=asked.clone() candidates invite refused/> })}
                {setting.then(|| view! { <EditSending detail=detail.clone() action=sending/> })}
                {(!setting).then(|| view! { <Sending detail=detail.clone()/> })}
                <Invitations detail=detail.clone() may_ask invite refused quiet=asking/>
            </div>
        </div>
    }
}

#[component]
fn States(detail: SurveyDetail) -> impl IntoView {
    let stats = InvitationState::ALL.iter().zip(detail.states).map(|(state, n)| {
        view! { <div class="stat" data-state=state.code()><span class="k">{t(words::invitation(*state))}</span><span class="v num">{fmt::integer(n)}</span></div> }
    });
    let hides = detail.hides_answered.then(|| view! { <p class="hint" data-hides-answered="">{t(satisfaction::HIDES_ANSWERED)}</p> });
    view! { <div class="card-box"><div class="stats" role="group" aria-label=t(satisfaction::INVITATIONS)>{stats.collect_view()}</div>{hides}</div> }
}

/// Links that were just made. Nobody can be shown them again.
#[component]
fn Links(links: Vec<MadeLink>) -> impl IntoView {
    let rows = links.into_iter().map(|link| {
        let who =
            if link.contact_name.is_empty() { link.customer_name } else { format!("{} · {}", link.customer_name, link.contact_name) };
        let until = link.expires_on.map(|on| texts().fmt(satisfaction::UNTIL, &[("day", &fmt::date_iso(on))]));
        view! { <LinkRow who token=link.token until=until.unwrap_or_default()/> }
    });
    let rows: Vec<_> = rows.collect();
    let none = rows.is_empty().then(|| view! { <p class="muted">{t(satisfaction::LINKS_GONE)}</p> });
    view! {
        <section class="card-box" data-links="">
            <h2>{t(satisfaction::LINKS)}</h2>
            <p class="hint">{t(satisfaction::LINKS_HINT)}</p>
            {none}
            <ul class="rows sv-links">{rows}</ul>
        </section>
    }
}

/// One link with a button that copies it. The address begins as the browser has it.
#[component]
fn LinkRow(who: String, token: String, until: String) -> impl IntoView {
    let path = format!("/s/{token}");
    let shown = RwSignal::new(path.clone());
    let copied = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new({
        let path = path.clone();
        move |_| {
            if let Some(origin) = ui::browser::window().and_then(|window| window.location().origin().ok()) {
                shown.set(format!("{origin}{path}"));
            }
        }
    });
    let copy = move |_| {
        let Some(input) = input.get_untracked() else { return };
        // Without a clipboard (plain HTTP from another host) it is marked, to be copied by key.
        input.select();
        if let Some(window) = ui::browser::window().filter(web_sys::Window::is_secure_context) {
            drop(window.navigator().clipboard().write_text(&shown.get_untracked()));
            copied.set(true);
        }
    };
    let label = texts().fmt(satisfaction::LINK_OF, &[("name", &who)]);
    view! {
        <li class="sv-link">
            <b>{who}</b><small class="muted">{until}</small>
            <span class="field grow"><input type="text" readonly="" node_ref=input value=path prop:value=shown aria-label=label data-link=""/></span>
            <button class="btn btn-s" type="button" on:click=copy>
                <Icon name="link" class="i-14"/><span role="status">{move || t(if copied.get() { satisfaction::COPIED } else { satisfaction::COPY })}</span>
            </button>
        </li>
    }
}

/// Whom to ask: customers by name and tier, with the contact who gets the link.
#[component]
fn Ask(
    id: SurveyId,
    asked: Asked,
    #[prop(optional_no_strip)] candidates: Option<ui::Answer<Vec<Candidate>>>,
    invite: ServerAction<InviteFn>,
    refused: Signal<Option<ApiError>>,
) -> impl IntoView {
    let here = format!("/surveys/{id}");
    let back = here.clone();
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), common_words::tier(*v))).collect();
    let request = ui::form::request_id();
    let rows = match candidates {
        Some(Ok(rows)) if rows.is_empty() => view! { <Empty text=t(common::EMPTY_FILTERED).to_owned() icon="building-2"/> }.into_any(),
        Some(Ok(rows)) => view! {
            <ActionForm action=invite attr:class="sv-ask">
                <FormError error=refused/>
                <input type="hidden" name="form[id]" value=id.to_string()/>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <ul class="rows" data-candidates="">{rows.into_iter().enumerate().map(candidate).collect_view()}</ul>
                <FormActions pending=invite.pending() back label=satisfaction::MAKE_LINKS/>
            </ActionForm>
        }
        .into_any(),
        Some(Err(error)) => view! { <Failed error/> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <section class="card-box" id="form">
            <h2>{t(satisfaction::WHO)}</h2>
            <form class="filterbar" method="get" action=here role="search" aria-label=t(satisfaction::WHO)>
                <input type="hidden" name="open" value="ask"/>
                <label class="chip chip-search"><Icon name="search" class="i-14"/><span class="sr">{t(satisfaction::FIND)}</span>
                    <input name="q" type="search" value=asked.text placeholder=t(satisfaction::FIND) maxlength="100" enterkeyhint="search"/>
                </label>
                <Choice name="tier" label=common::TIER value=asked.tier.map(|v| v.to_string()).unwrap_or_default() list=tiers/>
                <button class="btn btn-s" type="submit">{t(common::APPLY)}</button>
            </form>
            {rows}
        </section>
    }
}

fn candidate((i, one): (usize, Candidate)) -> impl IntoView {
    let name = |part: &str| format!("form[lines][{i}][{part}]");
    let asked = match (one.quiet, one.asked_on) {
        (_, None) => t(satisfaction::NEVER_ASKED).to_owned(),
        (true, Some(on)) => texts().fmt(satisfaction::ASKED_QUIET, &[("day", &fmt::date_iso(on))]),
        (false, Some(on)) => texts().fmt(satisfaction::ASKED_ON, &[("day", &fmt::date_iso(on))]),
    };
    let contacts = one.contacts.iter().map(|(id, name)| view! { <option value=id.to_string()>{name.clone()}</option> }).collect_view();
    let label = texts().fmt(satisfaction::CONTACT_OF, &[("name", &one.name)]);
    view! {
        <li class="sv-cand">
            <label class="check">
                <input type="checkbox" name=name("on") value="1" disabled=one.quiet/>
                <span>{one.name.clone()}" "<TierBadge tier=one.tier/><small>{asked}</small></span>
            </label>
            <input type="hidden" name=name("customer") value=one.customer.to_string()/>
            <span class="field"><select name=name("contact") aria-label=label>{contacts}<option value="">{t(satisfaction::NO_CONTACT)}</option></select></span>
        </li>
    }
}

/// Whom the survey asks by itself, in words.
#[component]
fn Sending(detail: SurveyDetail) -> impl IntoView {
    let sending = &detail.sending;
    let lang = facts().lang;
    let days = |days: Option<u32>| days.map_or_else(|| fmt::NO_VALUE.to_owned(), |n| fmt::days(lang, i64::from(n)));
    let every = Tier::ALL.iter().map(|tier| {
        view! { <dt>{texts().fmt(satisfaction::EVERY_OF, &[("tier", &common_words::tier(*tier))])}</dt><dd class="num">{days(sending.schedule.every(*tier))}</dd> }
    });
    view! {
        <section class="card-box" data-sending="">
            <header>
                <h2>{t(satisfaction::SENDING)}</h2>
                {detail.may_design.then(|| view! { <a class="btn btn-s" href=format!("/surveys/{}?open=sending", detail.id)>{t(common::EDIT)}</a> })}
            </header>
            <dl class="kv">
                {every.collect_view()}
                <dt>{t(satisfaction::AFTER_WON)}</dt><dd class="num">{days(sending.schedule.after_won_days)}</dd>
                <dt>{t(satisfaction::AFTER_TICKET)}</dt><dd class="num">{days(sending.schedule.after_ticket_days)}</dd>
                <dt>{t(satisfaction::VALID_DAYS)}</dt><dd class="num">{days(Some(sending.valid_days))}</dd>
                <dt>{t(satisfaction::QUIET_DAYS)}</dt><dd class="num">{days(Some(sending.quiet_days))}</dd>
                <dt>{t(satisfaction::ANONYMOUS)}</dt><dd>{t(if sending.anonymous { satisfaction::MAY } else { satisfaction::MAY_NOT })}</dd>
            </dl>
            <p class="hint">{t(satisfaction::SENDING_HINT)}</p>
        </section>
    }
}

#[component]
fn EditSending(detail: SurveyDetail, action: ServerAction<SaveSendingFn>) -> impl IntoView {
    let before = action.version().get_untracked();
    let answer = move || {
        let now = action.version().get();
        if now == 0 || now != before { action.value().get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let form: SendingForm = typed_or(error.get_untracked().as_ref(), SendingForm::of(&detail.sending));
    let back = format!("/surveys/{}", detail.id);
    let number = move |label: Key, name: &'static str, value: String, hint: Key| {
        view! { <TextField label name refusals value hint=t(hint).to_owned() max=4 autocomplete="off" inputmode="numeric"/> }
    };
    view! {
        <section class="card-box" id="form">
            <h2>{t(satisfaction::SENDING)}</h2>
            <ActionForm action=action attr:class="form">
                <FormError error/>
                <Versioned id=detail.id.to_string() version=detail.version error back=back.clone()/>
                {number(satisfaction::EVERY_VIP, "every_vip", form.every_vip, satisfaction::EMPTY_NEVER)}
                {number(satisfaction::EVERY_ORDINARY, "every_ordinary", form.every_ordinary, satisfaction::EMPTY_NEVER)}
                {number(satisfaction::EVERY_POTENTIAL, "every_potential", form.every_potential, satisfaction::EMPTY_NEVER)}
                {number(satisfaction::AFTER_WON, "after_won_days", form.after_won_days, satisfaction::EMPTY_NEVER)}
                {number(satisfaction::AFTER_TICKET, "after_ticket_days", form.after_ticket_days, satisfaction::EMPTY_NEVER)}
                {number(satisfaction::VALID_DAYS, "valid_days", form.valid_days, satisfaction::VALID_HINT)}
                {number(satisfaction::QUIET_DAYS, "quiet_days", form.quiet_days, satisfaction::QUIET_HINT)}
                <label class="check wide">
                    <input type="checkbox" name="form[anonymous]" value="1" checked=!form.anonymous.is_empty()/>
                    <span>{t(satisfaction::ANONYMOUS)}<small>{t(satisfaction::ANONYMOUS_HINT)}</small></span>
                </label>
                <FormActions pending=action.pending() back/>
            </ActionForm>
        </section>
    }
}

/// Who was asked, those who wait for their link first.
#[component]
fn Invitations(
    detail: SurveyDetail,
    may_ask: bool,
    invite: ServerAction<InviteFn>,
    refused: Signal<Option<ApiError>>,
    quiet: bool,
) -> impl IntoView {
    if detail.invitations.is_empty() {
        return view! { <Empty text=t(satisfaction::NOBODY_ASKED).to_owned() icon="link"/> }.into_any();
    }
    let id = detail.id;
    let total = texts().n(satisfaction::N_INVITED_ONE, satisfaction::N_INVITED_MANY, detail.total);
    let rows = detail.invitations.into_iter().map(move |row| invitation(id, row, may_ask, invite)).collect_view();
    view! {
        <section class="card-box">
            <h2>{total}</h2>
            {(!quiet).then(|| view! { <FormError error=refused/> })}
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(satisfaction::INVITATIONS)>
                <table class="table cards-on-phone" data-invitations="">
                    <thead><tr>
                        <th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(common::STATUS)}</th><th scope="col">{t(satisfaction::CONTACT)}</th>
                        <th scope="col">{t(satisfaction::OCCASION)}</th><th scope="col">{t(satisfaction::MADE_ON)}</th><th scope="col">{t(satisfaction::EXPIRES)}</th>
                        <th scope="col">{t(common::OWNER)}</th><th scope="col"><span class="sr">{t(satisfaction::LINKS)}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn invitation(survey: SurveyId, row: InvitationRow, may_ask: bool, invite: ServerAction<InviteFn>) -> impl IntoView {
    let class = match row.state {
        InvitationState::Waiting => "badge badge-warn",
        InvitationState::Sent => "badge badge-info",
        InvitationState::Answered => "badge badge-ok",
        InvitationState::Expired => "badge",
    };
    let again = may_ask && row.state != InvitationState::Answered;
    let label = if row.state == InvitationState::Waiting { satisfaction::MAKE_LINK } else { satisfaction::LINK_ANEW };
    let whose = row.customer_name.clone();
    let form = again.then(|| {
        view! {
            <ActionForm action=invite>
                <input type="hidden" name="form[id]" value=survey.to_string()/>
                <input type="hidden" name="form[lines][0][on]" value="1"/>
                <input type="hidden" name="form[lines][0][invitation]" value=row.id.to_string()/>
                <button class="btn btn-s" type="submit">{t(label)}<span class="sr">" "{whose}</span></button>
            </ActionForm>
        }
    });
    let day = |on: Option<chrono::NaiveDate>| on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso);
    view! {
        <tr data-invitation-id=row.id.to_string() data-state=row.state.code()>
            <td><a href=format!("/customers/{}", row.customer)>{row.customer_name}</a></td>
            <td data-label=t(common::STATUS)><span class=class>{t(words::invitation(row.state))}</span></td>
            <td data-label=t(satisfaction::CONTACT)>{row.contact.map_or_else(|| fmt::NO_VALUE.to_owned(), |(_, name)| name)}</td>
            <td data-label=t(satisfaction::OCCASION)>{t(words::occasion(row.occasion))}</td>
            <td class="num" data-label=t(satisfaction::MADE_ON)>{fmt::date_iso(row.made_on)}</td>
            <td class="num" data-label=t(satisfaction::EXPIRES)>{day(row.expires_on)}</td>
            <td data-label=t(common::OWNER)>{row.owner_name}</td>
            <td data-label=t(satisfaction::LINKS)>{form}</td>
        </tr>
    }
}
