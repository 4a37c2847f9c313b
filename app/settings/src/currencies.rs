//! Exchange rates by day, and the currency in which totals over currencies are said: written
//! down by administrators and finance.

use crate::api::{self, SaveRateFn, SaveReportingFn, StrikeRateFn};
use crate::editing::{drawn_for, saved};
use crate::nav::{Place, SettingsNav};
use domain::ids::RateId;
use domain::money::Currency;
use domain::rates::CURRENCIES;
use domain::rates::form::{CurrenciesPage as Page, LISTED, NOTE_MAX, RateForm, RateRow, RateState, ReportingForm};
use domain::violation::parse_date;
use i18n::keys::{common, rates};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::error::violation_sentence;
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Versioned, request_id, typed_or};
use ui::refresh::on_change_when;
use ui::{ApiError, browser, converted, facts, fmt, t, texts};

/// Most characters of a rate: twelve before and after the point.
const RATE_MAX: usize = 25;

/// What the address asks for: whose rates, the one that is corrected, and what was struck a
/// moment ago.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    shown: Option<Currency>,
    edit: Option<RateId>,
    gone: Option<RateForm>,
}

#[component]
pub fn CurrenciesPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| {
            let shown = q.get("currency").and_then(|code| Currency::parse(&code));
            let since = q.get("gone").filter(|on| parse_date(on).is_some());
            let edit = q.get("edit").and_then(|id| RateId::parse(&id));
            let gone = shown.zip(since).map(|(currency, since)| RateForm {
                currency: currency.code().to_owned(),
                since,
                rate: q.get("rate").unwrap_or_default(),
                note: q.get("note").unwrap_or_default(),
                beside: edit.map(|id| id.to_string()).unwrap_or_default(),
                ..RateForm::default()
            });
            Asked { shown, edit, gone }
        })
    });
    let heard = RwSignal::new(0_u32);
    // Nothing is taken from under somebody who is choosing; what is written below follows itself.
    on_change_when(
        |event| event.topic == "settings",
        || !browser::is_touched("[data-reporting]"),
        move || {
            heard.try_update(|n| *n += 1);
        },
    );
    let (save, back, strike) = (ServerAction::<SaveRateFn>::new(), ServerAction::<SaveRateFn>::new(), ServerAction::<StrikeRateFn>::new());
    let reporting = ServerAction::<SaveReportingFn>::new();
    let (written, put_back, struck, chosen) = (saved(save), saved(back), saved(strike), saved(reporting));
    let which = Memo::new(move |_| asked.with(|asked| (asked.shown, asked.edit)));
    let found = Resource::new(
        move || (which.get(), heard.get(), [written.get(), put_back.get(), struck.get(), chosen.get()]),
        |((shown, edit), ..)| api::currencies(shown, edit),
    );
    let form = drawn_for("#form", move || (which.get().1, written.get()), move || (which.get().0, heard.get(), chosen.get()));
    let open = Resource::new(move || form.get(), |((edit, _), (shown, ..))| api::currencies(shown, edit));
    view! {
        <header class="top"><Heading text=t(rates::TITLE)/></header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Currencies/>
                {move || asked.with(|asked| asked.gone.clone()).map(|gone| view! { <Gone gone back/> })}
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(page) => view! { <Reporting page=page.clone() reporting/><List page strike/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
                // Read for itself: what is half-written stays while others save and rates are struck.
                <Transition fallback=|| ()>
                    {move || Suspend::new(async move {
                        match open.await {
                            Ok(page) => view! { <Write page save/> }.into_any(),
                            // It is said above.
                            Err(_) => ().into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

fn codes(except: Option<Currency>) -> Vec<(String, String)> {
    let known = Currency::ALL.iter().filter(|currency| Some(**currency) != except);
    known.map(|currency| (currency.code().to_owned(), currency.code().to_owned())).collect()
}

fn of_currency(currency: Currency) -> String {
    format!("{CURRENCIES}?currency={currency}")
}

/// What was struck a moment ago, with the way back.
#[component]
fn Gone(gone: RateForm, back: ServerAction<SaveRateFn>) -> impl IntoView {
    let request = request_id();
    let value = back.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let text = texts().fmt(rates::STRUCK_SAYS, &[("currency", &gone.currency), ("day", &gone.since), ("rate", &gone.rate)]);
    let since = gone.since.clone();
    view! {
        <div class="banner" role="status" data-gone=since>
            <Icon name="undo-2"/><span class="grow">{text}</span>
            <ActionForm action=back>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <input type="hidden" name="form[currency]" value=gone.currency/>
                <input type="hidden" name="form[since]" value=gone.since/>
                <input type="hidden" name="form[rate]" value=gone.rate/>
                <input type="hidden" name="form[note]" value=gone.note/>
                <input type="hidden" name="form[beside]" value=gone.beside/>
                <button class="btn btn-s" type="submit" data-put-back="">{t(common::UNDO)}</button>
            </ActionForm>
            {move || error.get().map(|error| view! { <span class="form-error" role="alert">{refusal(&error)}</span> })}
        </div>
    }
}

/// A refusal where there is no field to mark.
fn refusal(error: &ApiError) -> String {
    match error.violations() {
        [] => error.sentence(),
        found => found.iter().map(violation_sentence).collect::<Vec<_>>().join(" "),
    }
}

/// The reporting currency; a choice as long as another one would be true.
#[component]
fn Reporting(page: Page, reporting: ServerAction<SaveReportingFn>) -> impl IntoView {
    let (version, value) = (reporting.version(), reporting.value());
    // An answer of version 0 came with the page.
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let form: ReportingForm =
        typed_or(error.get_untracked().as_ref(), ReportingForm { reporting: page.to.code().to_owned(), ..ReportingForm::default() });
    let request = request_id();
    let body = if page.may_change() {
        view! {
            <ActionForm action=reporting attr:class="form rate-form">
                <FormError error/>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <SelectField label=rates::REPORTING name="reporting" refusals value=form.reporting options=codes(None) required=true/>
                <FormActions pending=reporting.pending() back=CURRENCIES.to_owned()/>
            </ActionForm>
        }
        .into_any()
    } else {
        let values = [("rates", fmt::integer(page.known)), ("deals", fmt::integer(page.frozen)), ("currency", page.to.code().to_owned())];
        let fixed = texts().fmt(rates::REPORTING_FIXED, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
        view! { <p class="row"><Icon name="lock" class="i-14"/><span>{fixed}</span></p> }.into_any()
    };
    view! {
        <section class="card-box" data-reporting=page.to.code()>
            <h2>{t(rates::REPORTING)}" · "{page.to.code()}</h2>
            <p class="hint">{t(rates::REPORTING_HINT)}</p>
            {body}
        </section>
    }
}

#[component]
fn List(page: Page, strike: ServerAction<StrikeRateFn>) -> impl IntoView {
    let error = strike.value();
    let error = Signal::derive(move || error.get().and_then(Result::err));
    let Some(shown) = page.shown else {
        return view! { <section class="card-box"><Empty icon="receipt" text=t(rates::NONE).to_owned()/></section> }.into_any();
    };
    let links = page
        .currencies
        .iter()
        .map(|currency| view! { <a href=of_currency(*currency) aria-current=(*currency == shown).then_some("true")>{currency.code()}</a> })
        .collect_view();
    let today = match page.today.iter().find(|rate| rate.from == shown) {
        Some(rate) => {
            let says = converted::rate(shown, page.to, rate.rate);
            texts().fmt(rates::TODAY_IS, &[("rate", &says), ("since", &fmt::date_iso(rate.since))])
        }
        None => texts().fmt(rates::TODAY_NONE, &[("currency", shown.code())]),
    };
    let more = (page.total > i64::try_from(page.rows.len()).unwrap_or(i64::MAX)).then(|| {
        let n = fmt::integer(i64::try_from(LISTED).unwrap_or(i64::MAX));
        view! { <p class="hint">{texts().fmt(rates::FIRST_OF, &[("n", &n), ("total", &fmt::integer(page.total))])}</p> }
    });
    let corrected = page.edited.as_ref().map(|row| row.id);
    let rows = page
        .rows
        .iter()
        .map(|row| {
            let beside = corrected.filter(|id| *id != row.id).map(|id| id.to_string()).unwrap_or_default();
            view! { <Row state=page.state(row) row=row.clone() beside strike/> }
        })
        .collect_view();
    let name = texts().fmt(rates::OF, &[("currency", shown.code())]);
    view! {
        <section class="card-box">
            <nav class="seg" aria-label=t(rates::CURRENCIES)>{links}</nav>
            <h2>{name.clone()}</h2>
            <p class="num" data-today="">{today}</p>
            <p class="hint">{t(rates::CLOSED_STAY)}</p>
            <FormError error/>
            {if page.rows.is_empty() {
                view! { <Empty icon="receipt" text=t(rates::NONE).to_owned()/> }.into_any()
            } else {
                view! {
                    <div class="table-wrap" tabindex="0" role="region" aria-label=name>
                        <table class="table cards-on-phone" data-rates=shown.code()>
                            <thead><tr>
                                <th scope="col">{t(rates::SINCE)}</th>
                                <th scope="col" class="r">{t(rates::RATE)}</th>
                                <th scope="col">{t(rates::STATE)}</th>
                                <th scope="col">{t(rates::SOURCE)}</th>
                                <th scope="col">{t(rates::WRITTEN)}</th>
                                <th scope="col"><span class="sr">{t(common::EDIT)}</span></th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
            {more}
        </section>
    }
    .into_any()
}

/// `beside`: the rate that is being corrected meanwhile, if it is another one.
#[component]
fn Row(row: RateRow, state: RateState, beside: String, strike: ServerAction<StrikeRateFn>) -> impl IntoView {
    let facts = facts();
    let request = request_id();
    let day = fmt::date_iso(row.since);
    let named = |key| texts().fmt(key, &[("currency", row.from.code()), ("day", &day)]);
    let (class, word) = match state {
        RateState::Ahead => ("badge badge-info", rates::AHEAD),
        RateState::InForce => ("badge badge-ok", rates::IN_FORCE),
        RateState::Past => ("badge", rates::PAST),
        RateState::Struck => ("badge badge-outline", rates::STRUCK),
    };
    let stands = row.struck.is_none();
    let written = match &row.struck {
        Some((at, name)) => texts().fmt(rates::STRUCK_BY_AT, &[("name", name), ("time", &ui::error::instant(&facts, *at))]),
        None => texts().fmt(rates::BY_AT, &[("name", &row.by), ("time", &ui::error::instant(&facts, row.at))]),
    };
    let (edit, gone) = (named(rates::CORRECT_OF), named(rates::STRIKE_OF));
    let href = format!("{CURRENCIES}?currency={}&edit={}#form", row.from, row.id);
    let acts = stands.then(|| {
        view! {
            <span class="row">
                <a class="btn btn-icon btn-s" href=href aria-label=edit.clone() title=edit><Icon name="pencil" class="i-14"/></a>
                <ActionForm action=strike>
                    <input type="hidden" name="form[request]" value="" prop:value=request/>
                    <input type="hidden" name="form[id]" value=row.id.to_string()/>
                    <input type="hidden" name="form[version]" value=row.version.to_string()/>
                    <input type="hidden" name="form[beside]" value=beside/>
                    <button class="btn btn-icon btn-s" type="submit" aria-label=gone.clone() title=gone><Icon name="trash-2" class="i-14"/></button>
                </ActionForm>
            </span>
        }
    });
    let rate = row.rate.to_string();
    let rate = if stands { view! { <span>{rate}</span> }.into_any() } else { view! { <s>{rate}</s> }.into_any() };
    let note = if row.note.is_empty() { fmt::NO_VALUE.to_owned() } else { row.note };
    view! {
        <tr data-since=day.clone() data-state=class_of(state)>
            <th scope="row" class="num">{day.clone()}</th>
            <td class="r num" data-label=t(rates::RATE)>{rate}</td>
            <td data-label=t(rates::STATE)><span class=class>{t(word)}</span></td>
            <td class="wrap" data-label=t(rates::SOURCE)>{note}</td>
            <td class="muted" data-label=t(rates::WRITTEN)>{written}</td>
            <td>{acts}</td>
        </tr>
    }
}

const fn class_of(state: RateState) -> &'static str {
    match state {
        RateState::Ahead => "ahead",
        RateState::InForce => "in_force",
        RateState::Past => "past",
        RateState::Struck => "struck",
    }
}

/// One form for a new rate and for one that is corrected.
#[component]
fn Write(page: Page, save: ServerAction<SaveRateFn>) -> impl IntoView {
    let (version, value) = (save.version(), save.value());
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let edited = page.edited.as_ref();
    let fresh = match edited {
        Some(row) => RateForm {
            id: row.id.to_string(),
            version: row.version,
            currency: row.from.code().to_owned(),
            since: row.since.to_string(),
            rate: row.rate.to_string(),
            note: row.note.clone(),
            ..RateForm::default()
        },
        None => RateForm {
            currency: page.shown.map(|currency| currency.code().to_owned()).unwrap_or_default(),
            since: page.as_of.to_string(),
            ..RateForm::default()
        },
    };
    let version = fresh.version;
    let form: RateForm = typed_or(error.get_untracked().as_ref(), fresh);
    let back = page.shown.map_or_else(|| CURRENCIES.to_owned(), of_currency);
    let hint = texts().fmt(rates::RATE_HINT, &[("currency", page.to.code())]);
    let title = t(if edited.is_some() { rates::CORRECT } else { rates::ADD });
    view! {
        <section class="card-box" id="form">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form rate-form">
                <FormError error/>
                <Versioned id=form.id.clone() version error back=back.clone()/>
                <SelectField label=common::CURRENCY name="currency" refusals value=form.currency.clone() options=codes(Some(page.to)) required=true/>
                <TextField label=rates::SINCE name="since" refusals value=form.since.clone() max=10 hint=t(rates::SINCE_HINT).to_owned() required=true autocomplete="off"/>
                <TextField label=rates::RATE name="rate" refusals value=form.rate.clone() max=RATE_MAX hint=hint required=true autocomplete="off" inputmode="decimal"/>
                <TextField label=rates::SOURCE name="note" refusals value=form.note.clone() max=NOTE_MAX autocomplete="off"/>
                <FormActions pending=save.pending() back/>
            </ActionForm>
        </section>
    }
}
