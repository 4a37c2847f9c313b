//! What winning customers costs, by month and channel, and the gross margin: written down
//! by administrators and finance, for customer economics.

use crate::api::{self, SaveCostFn, SaveMarginFn};
use crate::nav::{Place, SettingsNav};
use domain::economics::costs::{COSTS, CostForm, CostMonth, CostsPage as Costs, MarginForm, NOTE_MAX, month_code};
use domain::money::{Currency, Money};
use domain::pipeline::Source;
use i18n::fmt::money_input;
use i18n::keys::{common, economics};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Versioned, typed_or};
use ui::live::{Live, RESYNC};
use ui::{facts, fmt, t, texts, words};

/// What the address asks for: a year, and the amount that is opened.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    year: Option<i32>,
    month: String,
    channel: String,
}

#[component]
pub fn CostsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| Asked {
            year: q.get("year").and_then(|year| year.parse().ok()),
            month: q.get("month").unwrap_or_default(),
            channel: q.get("channel").unwrap_or_default(),
        })
    });
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        // Nothing is taken from under somebody who is filling in a form.
        if matches!(event.topic.as_str(), "settings" | RESYNC) && !writing() {
            heard.try_update(|n| *n += 1);
        }
    });
    let (save, margin) = (ServerAction::<SaveCostFn>::new(), ServerAction::<SaveMarginFn>::new());
    // Each by itself: what is refused of one form is not drawn anew because the other was saved.
    let saved = Memo::new(move |before: Option<&[usize; 2]>| {
        let before = before.copied().unwrap_or_default();
        let done = [matches!(save.value().get(), Some(Ok(_))), matches!(margin.value().get(), Some(Ok(_)))];
        let now = [save.version().get(), margin.version().get()];
        [0, 1].map(|i| if done[i] { now[i] } else { before[i] })
    });
    let found = Resource::new(move || (asked.get().year, heard.get(), saved.get()), |(year, ..)| api::costs(year));
    view! {
        <header class="top"><Heading text=t(economics::COSTS)/></header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Costs/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || {
                        let asked = asked.get();
                        Suspend::new(async move {
                            match found.await {
                                Ok(page) => view! { <List page=page.clone()/><Write page=page.clone() asked save/><Margin page margin/> }.into_any(),
                                Err(error) => view! { <Failed error/> }.into_any(),
                            }
                        })
                    }}
                </Transition>
            </div>
        </div>
    }
}

/// Whether somebody is in a form of the page.
fn writing() -> bool {
    let active = ui::browser::document().and_then(|document| document.active_element());
    active.and_then(|element| element.closest("form.cost-form").ok().flatten()).is_some()
}

fn money(minor: i64, currency: Currency) -> String {
    words::money_text(Money { minor, currency })
}

#[component]
fn List(page: Costs) -> impl IntoView {
    let years = page
        .years
        .iter()
        .map(|year| view! { <a href=format!("{COSTS}?year={year}") aria-current=(*year == page.year).then_some("true")>{year.to_string()}</a> })
        .collect_view();
    let currency = page.currency;
    let row = |month: &CostMonth| {
        let code = month_code(month.month);
        let name = fmt::month(facts().lang, month.month);
        let total: i64 = month.cells.iter().map(|cell| cell.amount_minor).sum();
        let cells = Source::ALL.iter().map(|channel| {
            let label = t(words::source(*channel));
            let cell = month.cells.iter().find(|cell| cell.channel == *channel);
            let href = format!("{COSTS}?year={}&month={code}&channel={channel}#form", page.year);
            let title = texts().fmt(economics::CHANGE_OF, &[("month", &name), ("channel", label)]);
            match cell {
                Some(cell) => {
                    view! { <td class="r num" data-label=label><a href=href title=title>{money(cell.amount_minor, currency)}</a></td> }
                        .into_any()
                }
                None => view! { <td class="r num muted" data-label=label>{fmt::NO_VALUE}</td> }.into_any(),
            }
        });
        view! {
            <tr data-month=code.clone()>
                <th scope="row" class="num">{name.clone()}</th>
                {cells.collect_view()}
                <td class="r num strong" data-label=t(economics::TOTAL)>{money(total, currency)}</td>
            </tr>
        }
    };
    let rows = page.months.iter().map(row).collect_view();
    let hint = texts().fmt(economics::COSTS_HINT, &[("currency", currency.code())]);
    view! {
        <section class="card-box">
            <nav class="seg" aria-label=t(economics::YEARS)>{years}</nav>
            <p class="hint">{hint}</p>
            {if page.months.is_empty() {
                view! { <Empty icon="receipt" text=t(economics::COSTS_NONE).to_owned()/> }.into_any()
            } else {
                view! {
                    <div class="table-wrap" tabindex="0" role="region" aria-label=t(economics::COSTS)>
                        <table class="table cards-on-phone" data-costs="">
                            <thead><tr>
                                <th scope="col">{t(economics::COST_MONTH)}</th>
                                {Source::ALL.iter().map(|channel| view! { <th scope="col" class="r">{t(words::source(*channel))}</th> }).collect_view()}
                                <th scope="col" class="r">{t(economics::TOTAL)}</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn Write(page: Costs, asked: Asked, save: ServerAction<SaveCostFn>) -> impl IntoView {
    let (version, value) = (save.version(), save.value());
    // An answer of version 0 came with the page.
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let known = page
        .months
        .iter()
        .find(|month| month_code(month.month) == asked.month)
        .and_then(|month| month.cells.iter().find(|cell| cell.channel.code() == asked.channel));
    let fresh = CostForm {
        version: known.map_or(0, |cell| cell.version),
        month: if asked.month.is_empty() { month_code(page.today) } else { asked.month },
        channel: asked.channel,
        amount: known.map(|cell| money_input(cell.amount_minor, page.currency.code())).unwrap_or_default(),
        note: known.map(|cell| cell.note.clone()).unwrap_or_default(),
        ..CostForm::default()
    };
    let version = fresh.version;
    let form: CostForm = typed_or(error.get_untracked().as_ref(), fresh);
    let channels = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
    let back = format!("{COSTS}?year={}", page.year);
    view! {
        <section class="card-box" id="form">
            <h2>{t(economics::WRITE_DOWN)}</h2>
            <ActionForm action=save attr:class="form cost-form">
                <FormError error/>
                <Versioned id=String::new() version error back=back.clone()/>
                <TextField label=economics::COST_MONTH name="month" refusals value=form.month.clone() max=7 hint=t(economics::MONTH_HINT).to_owned() required=true autocomplete="off"/>
                <SelectField label=economics::CHANNEL name="channel" refusals value=form.channel.clone() options=channels required=true/>
                <TextField label=common::AMOUNT name="amount" refusals value=form.amount.clone() max=30 hint=t(economics::AMOUNT_HINT).to_owned() autocomplete="off" inputmode="decimal"/>
                <TextField label=common::NOTES name="note" refusals value=form.note.clone() max=NOTE_MAX/>
                <FormActions pending=save.pending() back/>
            </ActionForm>
        </section>
    }
}

#[component]
fn Margin(page: Costs, margin: ServerAction<SaveMarginFn>) -> impl IntoView {
    let (version, value) = (margin.version(), margin.value());
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let typed = page.margin_bp.and_then(|bp| i32::try_from(bp).ok()).map(domain::settings::percent).unwrap_or_default();
    let form: MarginForm = typed_or(error.get_untracked().as_ref(), MarginForm { margin: typed, ..MarginForm::default() });
    view! {
        <section class="card-box" data-margin="">
            <h2><Icon name="target" class="i-14"/>{t(economics::MARGIN)}</h2>
            <ActionForm action=margin attr:class="form cost-form">
                <FormError error/>
                <Versioned id=String::new() version=page.margin_version error back=COSTS.to_owned()/>
                <TextField label=economics::MARGIN name="margin" refusals value=form.margin.clone() max=6 hint=t(economics::MARGIN_HINT).to_owned() autocomplete="off" inputmode="decimal"/>
                <FormActions pending=margin.pending() back=COSTS.to_owned()/>
            </ActionForm>
        </section>
    }
}
