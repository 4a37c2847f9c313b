//! Writing a quote: one form for a new one and for one that is not sent. Without scripts it
//! has spare rows and a button for more; with them the sums follow what is typed.

use crate::api::{self, QuoteOf, SaveQuoteFn};
use crate::fields::{Rows, fill_all, typed_lines};
use crate::lines::sums;
use domain::ids::{DealId, QuoteId};
use domain::money::Currency;
use domain::quotes::LINES_MAX;
use domain::quotes::form::{MORE, QuoteForm, TITLE_MAX};
use domain::quotes::sums::QuoteSums;
use domain::quotes::view::QuoteEditing;
use i18n::Key;
use i18n::keys::{common, quotes};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, Versioned, typed_or};
use ui::offers::share;
use ui::{ApiError, fmt, t, texts, words};

/// Empty rows for further lines.
const SPARE: usize = 2;

/// `/quotes/new?deal=…`
#[component]
pub fn NewQuotePage() -> impl IntoView {
    let query = use_query_map();
    let of = Memo::new(move |_| query.with(|q| q.get("deal").and_then(|id| DealId::parse(&id))).map(QuoteOf::New));
    view! { <FormPage of title=quotes::NEW/> }
}

#[component]
pub fn EditQuotePage() -> impl IntoView {
    let params = use_params_map();
    let of = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| QuoteId::parse(&id))).map(QuoteOf::Existing));
    view! { <FormPage of title=quotes::CHANGE/> }
}

#[component]
fn FormPage(of: Memo<Option<QuoteOf>>, title: Key) -> impl IntoView {
    let found = Resource::new(move || of.get(), |of| async move { api::quote_form(of.ok_or(ApiError::NotFound)?).await });
    let save = ServerAction::<SaveQuoteFn>::new();
    view! {
        <header class="top">
            <a class="back" href="/quotes"><Icon name="chevron-left" class="i-14"/>{t(quotes::TITLE)}</a>
            <Heading text=t(title)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(editing) => view! { <Fields editing save/> }.into_any(),
                        Err(error) => view! { <NoQuote error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// An error in place of a page: what is not there has a way back.
#[component]
pub fn NoQuote(error: ApiError) -> impl IntoView {
    match error {
        ApiError::NotFound | ApiError::Forbidden | ApiError::Refused { .. } => {
            view! { <Empty text=error.sentence() icon="file-text"><a class="btn" href="/quotes">{t(quotes::TITLE)}</a></Empty> }.into_any()
        }
        error => view! { <Failed error/> }.into_any(),
    }
}

#[component]
fn Fields(editing: QuoteEditing, save: ServerAction<SaveQuoteFn>) -> impl IntoView {
    let value = save.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || value.get());
    let fresh = editing.form.clone();
    let typed: QuoteForm = typed_or(error.get_untracked().as_ref(), fresh.clone());
    // A refusal of another quote's form says nothing here.
    let form = if (&typed.id, &typed.deal) == (&fresh.id, &fresh.deal) { typed } else { fresh };
    let back = if form.id.is_empty() { format!("/deals/{}", form.deal) } else { format!("/quotes/{}", form.id) };
    let currency = Currency::parse(&editing.form.currency).unwrap_or(Currency::Cny);
    // Never without an empty row, which is all that there is without scripts.
    let full = form.act == MORE || form.lines.iter().all(|line| !line.is_empty());
    let rows = RwSignal::new((form.lines.len() + if full { SPARE } else { 0 }).min(LINES_MAX));
    let total = RwSignal::new(form.preview(currency, &editing.offered(&form.book), fmt::parse_amount));
    let ceiling = (editing.tier, editing.ceiling_bp);
    let books = editing.books.iter().map(|book| (book.id.to_string(), book.name.clone())).collect();
    let (customer, code) = (editing.customer_name.clone(), currency.code());
    let lines = form.lines.clone();
    let known = StoredValue::new(editing);
    // The sums follow what stands in the fields, wherever it came from.
    let count = move || {
        let typed = typed_lines(rows.get_untracked());
        let book = ui::browser::value_of("book");
        let sums = known.with_value(|known| typed.preview(currency, &known.offered(&book), fmt::parse_amount));
        total.try_set(sums);
    };
    view! {
        <div on:input=move |_| count() on:change=move |_| count() data-quote-form="">
            <ActionForm action=save attr:class="form qt-form">
                // Enter in a field saves, and does not ask for another row.
                <button class="sr" type="submit" tabindex="-1" aria-hidden="true">{t(common::SAVE)}</button>
                <FormError error/>
                <Versioned id=form.id version=form.version error back=back.clone()/>
                <input type="hidden" name="form[deal]" value=form.deal/>
                <input type="hidden" name="form[currency]" value=code/>
                <p class="hint wide">{customer}" · "{code}</p>
                <TextField label=quotes::NAME name="title" refusals value=form.title required=true max=TITLE_MAX/>
                <TextField label=quotes::VALID_UNTIL name="valid_until" refusals value=form.valid_until kind="date" required=true max=0/>
                <div on:change=move |_| fill_all(rows.get_untracked(), known, currency)>
                    <SelectField label=quotes::BOOK name="book" refusals value=form.book options=books empty=t(quotes::STANDARD).to_owned()/>
                </div>
                <fieldset data-quote-lines="">
                    <legend>{t(quotes::LINES)}</legend>
                    <p class="hint wide">{t(quotes::LINES_HINT)}</p>
                    <Rows lines rows known currency refusals/>
                    <div class="wide">
                        <button class="btn btn-s" type="submit" name="form[act]" value=MORE data-more=""
                            on:click=move |event| { event.prevent_default(); rows.update(|n| *n = (*n + 1).min(LINES_MAX)); }>
                            <Icon name="plus" class="i-14"/>{t(quotes::MORE_LINES)}
                        </button>
                    </div>
                </fieldset>
                <div class="card-box wide" aria-live="polite">{move || shown(&total.get(), currency, ceiling)}</div>
                <AreaField label=quotes::TERMS name="terms" refusals value=form.terms rows=4/>
                <FormActions pending=save.pending() back/>
            </ActionForm>
        </div>
    }
}

/// What it comes to, and whether that goes out without asking.
fn shown(total: &QuoteSums, currency: Currency, (tier, ceiling_bp): (domain::customers::Tier, Option<i64>)) -> impl IntoView + use<> {
    let tier = words::tier(tier);
    let above = total.above(ceiling_bp).then(|| {
        let values = [("share", share(total.discount_bp())), ("tier", tier.clone()), ("ceiling", share(ceiling_bp))];
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        view! { <p class="banner banner-warn" data-above=""><Icon name="triangle-alert"/><span>{texts().fmt(quotes::ABOVE, &values)}</span></p> }
    });
    let within = above.is_none().then(|| match ceiling_bp {
        Some(bp) => texts().fmt(quotes::CEILING, &[("tier", &tier), ("ceiling", &share(Some(bp)))]),
        None => texts().fmt(quotes::NO_CEILING, &[("tier", &tier)]),
    });
    view! { {sums(total, currency)}{above}{within.map(|text| view! { <p class="hint">{text}</p> })} }
}
