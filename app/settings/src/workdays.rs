//! The organisation's calendar: holidays, and weekends on which people work.

use crate::api::{self, AddWorkdaysFn, RemoveWorkdayFn};
use crate::editing::saved;
use crate::nav::{Place, SettingsNav};
use domain::violation::parse_date;
use domain::visits::workdays::{DayKind, NAME_MAX, Workday, WorkdaysForm, WorkdaysPage as Days};
use i18n::keys::{common, visits};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{AreaField, FormError, Refusals, SelectField, TextField, request_id, typed_or};
use ui::live::{Live, RESYNC};
use ui::{facts, fmt, t, texts, words};

const PATH: &str = "/settings/workdays";

/// What the address asks for: a year, and the day that was taken out of it.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    year: Option<i32>,
    gone: Option<Workday>,
}

#[component]
pub fn WorkdaysPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| {
            let on = q.get("gone").and_then(|on| parse_date(&on));
            let kind = q.get("kind").and_then(|kind| DayKind::parse(&kind));
            let name = q.get("name").unwrap_or_default();
            let gone = on.zip(kind).map(|(on, kind)| Workday { on, kind, name });
            Asked { year: q.get("year").and_then(|year| year.parse().ok()), gone }
        })
    });
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "settings" | RESYNC) {
            heard.try_update(|n| *n += 1);
        }
    });
    let year = Memo::new(move |_| asked.with(|asked| asked.year));
    let (add, back, remove) =
        (ServerAction::<AddWorkdaysFn>::new(), ServerAction::<AddWorkdaysFn>::new(), ServerAction::<RemoveWorkdayFn>::new());
    // One's own changes, also where the stream says nothing.
    let done = move || add.version().get() + back.version().get() + remove.version().get();
    let found = Resource::new(move || (year.get(), heard.get(), done()), |(year, ..)| api::workdays(year));
    view! {
        <header class="top"><Heading text=t(visits::WORKDAYS)/></header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Workdays/>
                {move || asked.with(|asked| asked.gone.clone()).map(|gone| view! { <Gone gone back/> })}
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(page) => view! { <List page remove/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
                <Add add/>
            </div>
        </div>
    }
}

/// What was taken out a moment ago, with the way back.
#[component]
fn Gone(gone: Workday, back: ServerAction<AddWorkdaysFn>) -> impl IntoView {
    let request = request_id();
    let text = texts().fmt(visits::REMOVED_DAY, &[("day", &fmt::date_iso(gone.on)), ("name", &gone.name)]);
    view! {
        <div class="banner" role="status" data-gone=gone.on.to_string()>
            <Icon name="undo-2"/><span class="grow">{text}</span>
            <ActionForm action=back>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <input type="hidden" name="form[on]" value=gone.on.to_string()/>
                <input type="hidden" name="form[kind]" value=gone.kind.code()/>
                <input type="hidden" name="form[name]" value=gone.name/>
                <button class="btn btn-s" type="submit" data-put-back="">{t(common::UNDO)}</button>
            </ActionForm>
        </div>
    }
}

#[component]
fn List(page: Days, remove: ServerAction<RemoveWorkdayFn>) -> impl IntoView {
    let error = remove.value();
    let error = Signal::derive(move || error.get().and_then(Result::err));
    let years = page
        .years
        .iter()
        .map(|year| view! { <a href=format!("{PATH}?year={year}") aria-current=(*year == page.year).then_some("true")>{year.to_string()}</a> })
        .collect_view();
    view! {
        <section class="card-box">
            <nav class="seg" aria-label=t(visits::YEARS)>{years}</nav>
            <p class="hint">{t(visits::WORKDAYS_HINT)}</p>
            <FormError error/>
            {if page.days.is_empty() {
                view! { <Empty icon="calendar" text=t(visits::WORKDAYS_NONE).to_owned()/> }.into_any()
            } else {
                view! {
                    <div class="table-wrap" tabindex="0" role="region" aria-label=t(visits::WORKDAYS)>
                        <table class="table cards-on-phone" data-workdays="">
                            <thead><tr><th scope="col">{t(common::DAY)}</th><th scope="col">{t(visits::DAY_KIND)}</th><th scope="col">{t(common::NAME)}</th><th scope="col"><span class="sr">{t(common::EDIT)}</span></th></tr></thead>
                            <tbody>{page.days.into_iter().map(|day| view! { <Row day remove/> }).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn Row(day: Workday, remove: ServerAction<RemoveWorkdayFn>) -> impl IntoView {
    let lang = facts().lang;
    let request = request_id();
    let label = texts().fmt(visits::REMOVE_DAY, &[("day", &fmt::date_iso(day.on))]);
    let class = if day.kind == DayKind::Makeup { "badge badge-accent" } else { "badge" };
    view! {
        <tr data-day=day.on.to_string() data-kind=day.kind.code()>
            <td class="num">{fmt::date_iso(day.on)}" "<span class="muted">{fmt::weekday(lang, day.on)}</span></td>
            <td data-label=t(visits::DAY_KIND)><span class=class>{t(words::day_kind(day.kind))}</span></td>
            <td data-label=t(common::NAME) class="wrap">{day.name}</td>
            <td>
                <ActionForm action=remove>
                    <input type="hidden" name="form[request]" value="" prop:value=request/>
                    <input type="hidden" name="form[on]" value=day.on.to_string()/>
                    <button class="btn btn-icon btn-s" type="submit" aria-label=label.clone() title=label><Icon name="trash-2" class="i-14"/></button>
                </ActionForm>
            </td>
        </tr>
    }
}

/// One day, or several lines. Kept when it is refused; empty again when it is saved.
#[component]
fn Add(add: ServerAction<AddWorkdaysFn>) -> impl IntoView {
    let value = add.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || value.get());
    // Drawn anew with each day that is saved.
    let written = saved(add);
    view! {
        <section class="card-box">
            <h2>{t(visits::ADD_DAYS)}</h2>
            <For each=move || [written.get()] key=|version| *version let:_version><AddForm add error refusals/></For>
        </section>
    }
}

#[component]
fn AddForm(add: ServerAction<AddWorkdaysFn>, error: Signal<Option<ui::ApiError>>, refusals: Refusals) -> impl IntoView {
    let request = request_id();
    let form: WorkdaysForm = typed_or(error.get_untracked().as_ref(), WorkdaysForm::default());
    let kinds = DayKind::ALL.iter().map(|v| (v.code().to_owned(), t(words::day_kind(*v)).to_owned())).collect();
    let kind = if form.kind.is_empty() { DayKind::Holiday.code().to_owned() } else { form.kind };
    let pending = add.pending();
    view! {
        <ActionForm action=add attr:class="form" attr:id="add-days">
            <FormError error/>
            <input type="hidden" name="form[request]" value="" prop:value=request/>
            <SelectField label=visits::DAY_KIND name="kind" refusals value=kind options=kinds/>
            <TextField label=visits::ONE_DAY name="on" refusals value=form.on kind="date" max=0/>
            <TextField label=common::NAME name="name" refusals value=form.name max=NAME_MAX autocomplete="off"/>
            <AreaField label=visits::SEVERAL name="lines" refusals value=form.lines rows=4/>
            <p class="hint">{t(visits::LINES_HINT)}</p>
            <div class="form-actions">
                <button class="btn btn-primary" type="submit" class:is-busy=pending aria-busy=move || pending.get().to_string()>{t(common::ADD)}</button>
            </div>
        </ActionForm>
    }
}
