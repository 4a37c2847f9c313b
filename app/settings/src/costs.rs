//! What winning customers costs, by month and channel, and the gross margin: written down
//! by administrators and finance, for customer economics.

use crate::api::{self, SaveCostFn, SaveMarginFn};
use crate::editing::{drawn_for, saved};
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
use ui::links::address;
use ui::refresh::on_change;
use ui::{facts, fmt, t, texts, words};

/// The amount that the address opens.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    month: String,
    channel: String,
}

#[component]
pub fn CostsPage() -> impl IntoView {
    let query = use_query_map();
    let year = Memo::new(move |_| query.with(|q| q.get("year").and_then(|year| year.parse::<i32>().ok())));
    let cell = Memo::new(move |_| {
        query.with(|q| Cell { month: q.get("month").unwrap_or_default(), channel: q.get("channel").unwrap_or_default() })
    });
    let heard = RwSignal::new(0_u32);
    on_change(
        |event| event.topic == "settings",
        move || {
            heard.try_update(|n| *n += 1);
        },
    );
    let (save, margin) = (ServerAction::<SaveCostFn>::new(), ServerAction::<SaveMarginFn>::new());
    let (written, counted) = (saved(save), saved(margin));
    let found = Resource::new(move || (year.get(), heard.get(), written.get()), |(year, ..)| api::costs(year));
    let amount = drawn_for("#form", move || (cell.get(), written.get()), move || (year.get(), heard.get()));
    let amount = Resource::new(move || amount.get(), |(_, (year, _))| api::costs(year));
    // Saving the margin leaves the amount open that is.
    let here = Signal::derive(move || {
        let Cell { month, channel } = cell.get();
        let year = year.get().map(|year| ("year", year.to_string()));
        let open = [("month", month), ("channel", channel)].into_iter().filter(|(_, said)| !said.is_empty());
        address(COSTS, &year.into_iter().chain(open).collect::<Vec<_>>())
    });
    let share = drawn_for("[data-margin]", move || counted.get(), move || heard.get());
    let share = Resource::new(move || share.get(), |_| api::costs(None));
    view! {
        <header class="top"><Heading text=t(economics::COSTS)/></header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Costs/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(page) => view! { <List page/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
                // Each form is read for itself: what is half-written stays while others save, and
                // while the other one is saved. An error is said above.
                <Transition fallback=|| ()>
                    {move || Suspend::new(async move {
                        match amount.await {
                            Ok(page) => view! { <Write page cell=cell.get_untracked() save/> }.into_any(),
                            Err(_) => ().into_any(),
                        }
                    })}
                </Transition>
                <Transition fallback=|| ()>
                    {move || Suspend::new(async move {
                        match share.await {
                            Ok(page) => view! { <Margin page here margin/> }.into_any(),
                            Err(_) => ().into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

fn money(minor: i64, currency: Currency) -> String {
    words::money_table(Money { minor, currency })
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
fn Write(page: Costs, cell: Cell, save: ServerAction<SaveCostFn>) -> impl IntoView {
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
        .find(|month| month_code(month.month) == cell.month)
        .and_then(|month| month.cells.iter().find(|known| known.channel.code() == cell.channel));
    let fresh = CostForm {
        version: known.map_or(0, |cell| cell.version),
        month: if cell.month.is_empty() { month_code(page.today) } else { cell.month },
        channel: cell.channel,
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
fn Margin(page: Costs, here: Signal<String>, margin: ServerAction<SaveMarginFn>) -> impl IntoView {
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
                <input type="hidden" name="form[next]" value=move || here.get()/>
                <TextField label=economics::MARGIN name="margin" refusals value=form.margin.clone() max=6 hint=t(economics::MARGIN_HINT).to_owned() autocomplete="off" inputmode="decimal"/>
                <FormActions pending=margin.pending() back=COSTS.to_owned()/>
            </ActionForm>
        </section>
    }
}
