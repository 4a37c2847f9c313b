//! A deal's page: facts on the left, stages, composer and timeline in the
//! middle, what hangs on it on the right. It follows changes by others without
//! touching what is being typed.

mod facts;
mod lead;
mod path;
mod state;

use crate::api;
use crate::closing::{ClosingForm, Reply, Talk, Topic};
use domain::files::FilesOf;
use domain::ids::DealId;
use domain::pipeline::{DealDetail, Outcome};
use facts::{Aside, FactsPane, OutcomeBanner};
use i18n::keys::{board, common, deal};
use lead::{LeadBox, LeadHands};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use path::StagePath;
use state::DealState;
use ui::component::{Empty, Failed, Icon, Skeleton};
use ui::files::{FilesBox, FilesRead};
use ui::live::Live;
use ui::modal::Modal;
use ui::offers::{OffersBox, OffersRead};
use ui::owed::{OwedBox, OwedOf, OwedRead};
use ui::timeline::{Composer, Timeline};
use ui::{ApiError, t, texts};

#[component]
pub fn DealPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| DealId::parse(&id)));
    let found = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => api::deal(id).await,
                None => Err(ApiError::NotFound),
            }
        },
    );
    let owed = OwedRead::new(move || id.get().map(OwedOf::Deal));
    let offers = OffersRead::new(move || id.get());
    let files = FilesRead::new(move || id.get().map(FilesOf::Deal));
    view! {
        <Transition fallback=|| view! { <Waiting/> }>
            {move || Suspend::new(async move {
                match found.await {
                    // A closure, so that another deal gets fields of its own: a view alone would
                    // be changed in place and keep what was typed for the deal before.
                    Ok(detail) => (move || view! { <DealView detail=detail.clone() owed offers files/> }).into_any(),
                    Err(error) => view! { <Missing error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn BackLink() -> impl IntoView {
    view! { <a class="back" href="/deals"><Icon name="chevron-left" class="i-14"/>{t(deal::BACK)}</a> }
}

#[component]
fn Waiting() -> impl IntoView {
    view! {
        <header class="top"><BackLink/></header>
        <div class="body"><Skeleton rows=12/></div>
    }
}

/// Deleted, never there, or not for this person: the first three look alike.
#[component]
pub fn Missing(error: ApiError) -> impl IntoView {
    let body = match error {
        ApiError::NotFound | ApiError::Forbidden => {
            view! { <Empty text=error.sentence()><a class="btn" href="/deals/list">{t(deal::ALL_DEALS)}</a></Empty> }.into_any()
        }
        error => view! { <Failed error/> }.into_any(),
    };
    view! {
        <header class="top"><BackLink/></header>
        <div class="body">{body}</div>
    }
}

#[component]
fn DealView(detail: DealDetail, owed: OwedRead, offers: OffersRead, files: FilesRead) -> impl IntoView {
    let (id, customer, stages) = (detail.card.id, detail.card.customer, detail.stages.clone());
    let state = DealState::new(detail);
    let may_write = Memo::new(move |_| state.detail.with(|d| d.may_write));
    let may_log = Memo::new(move |_| state.detail.with(|d| d.may_log));
    let hands = LeadHands::new();
    Effect::new(move |before: Option<[(usize, bool); 2]>| {
        let now = hands.done();
        if before.is_some_and(|before| now.iter().zip(before).any(|(now, before)| now.1 && *now != before)) {
            hands.forget();
            state.read_again();
        }
        now
    });
    Live::on_event(move |event| state.heard(&event));
    let events = Signal::derive(move || state.detail.with(|d| d.timeline.clone()));
    let saved = Callback::new(move |()| state.read_again());
    // A step that is overdue is not agreed anew by writing something down.
    let today = ui::facts().today();
    let next = Signal::derive(move || {
        state.detail.with(|d| match d.card.next_on.filter(|on| *on >= today) {
            Some(on) => (d.card.next_step.clone(), on.to_string()),
            None => Default::default(),
        })
    });
    let freeze = ServerAction::<crate::api::FreezeRateFn>::new();
    Effect::new(move |_| {
        if matches!(freeze.value().get(), Some(Ok(_))) {
            state.read_again();
        }
    });
    let open = Memo::new(move |_| state.detail.with(|d| d.card.outcome == Outcome::Open));
    view! {
        <header class="top">
            <BackLink/>
            <div class="end">
                {move || may_write.get().then(|| view! {
                    <button class="btn btn-danger-quiet keep" type="button" data-out="lost" hidden=move || !open.get() on:click=move |_| state.ask(Topic::Lost)>
                        <Icon name="circle-x" class="i-14"/><span>{t(board::DROP_LOST)}</span>
                    </button>
                    <button class="btn btn-ghost keep" type="button" data-out="invalid" hidden=move || !open.get() on:click=move |_| state.ask(Topic::Invalid)>
                        <Icon name="ban" class="i-14"/><span>{t(board::DROP_INVALID)}</span>
                    </button>
                    <a class="btn" href=format!("/deals/{id}/edit")><Icon name="square-pen" class="i-14"/><span>{t(common::EDIT)}</span></a>
                })}
            </div>
        </header>
        <div class="detail" data-deal-id=id.to_string()>
            <section class="facts" aria-label=t(deal::DETAILS)>{move || state.detail.with(|d| view! { <FactsPane detail=d.clone() freeze/> })}</section>
            <section class="flow" aria-label=t(ui::keys::timeline::TITLE)>
                <Notes state/>
                {move || { may_write.track(); view! { <StagePath state/> } }}
                {move || state.detail.with(|d| view! { <OutcomeBanner detail=d.clone()/> })}
                {move || may_log.get().then(|| view! { <Composer customer deal=id next on_saved=saved/> })}
                <Timeline events stages/>
            </section>
            <aside class="aside">
                {move || state.detail.with(|d| view! { <Aside detail=d.clone()/> })}
                <LeadBox detail=state.detail hands/>
                <OffersBox read=offers/>
                <OwedBox read=owed/>
                <FilesBox read=files/>
            </aside>
        </div>
        <div class="sr" role="status" aria-live="assertive">{move || state.said.get()}</div>
        <Dialogs state/>
    }
}

/// What somebody else did meanwhile.
#[component]
fn Notes(state: DealState) -> impl IntoView {
    let changed = move || state.changed_by.get().map(|name| texts().fmt(deal::CHANGED, &[("name", &name)]));
    view! {
        <div role="status">
            {move || state.gone.get().then(|| view! {
                <div class="banner banner-warn"><Icon name="triangle-alert"/><span>{t(deal::GONE)}</span><a class="btn btn-s push" href="/deals/list">{t(deal::ALL_DEALS)}</a></div>
            })}
            {move || changed().map(|text| view! { <div class="banner"><Icon name="git-compare"/><span>{text}</span></div> })}
        </div>
    }
}

#[component]
fn Dialogs(state: DealState) -> impl IntoView {
    let close = Callback::new(move |()| state.question.set(None));
    let reply = Callback::new(move |(closing, reason): Reply| state.answer(closing, reason));
    let talk = Talk { refused: state.refused, reply, close };
    let today = ui::facts().today();
    let body = move || {
        state.question.get().map(|question| {
            let card = state.detail.with_untracked(|d| d.card.clone());
            view! { <ClosingForm topic=question.topic card today talk/> }
        })
    };
    view! { <Modal open=Signal::derive(move || state.question.with(Option::is_some)) on_close=close>{body}</Modal> }
}
