//! A quote on paper: company, customer, lines, tax, terms, and a place to sign. Without the
//! frame of pages, in the language of the reader.

use crate::api;
use crate::edit::NoQuote;
use crate::lines::{Lines, sums};
use domain::ids::QuoteId;
use domain::quotes::view::QuoteDetail;
use i18n::Key;
use i18n::keys::{common, quotes};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::component::{Heading, Icon, Skeleton};
use ui::{ApiError, fmt, t, texts};

#[component]
pub fn PrintQuotePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| QuoteId::parse(&id))));
    let found = Resource::new(move || id.get(), |id| async move { api::quote(id.ok_or(ApiError::NotFound)?).await });
    view! {
        <main class="main qt-print" id="main">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(detail) => view! { <Paper detail/> }.into_any(),
                        Err(error) => view! { <NoQuote error/> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
}

#[component]
fn Paper(detail: QuoteDetail) -> impl IntoView {
    let (row, parties) = (&detail.row, &detail.parties);
    let line = |label: Key, value: String| (!value.is_empty()).then(|| view! { <dt>{t(label)}</dt><dd>{value}</dd> });
    let issued = detail.sent_on.map_or_else(|| t(quotes::NOT_SENT).to_owned(), fmt::date_iso);
    let title = texts().fmt(quotes::NUMBERED, &[("number", t(quotes::QUOTATION)), ("title", &row.name())]);
    let seller =
        if parties.owner_email.is_empty() { row.owner_name.clone() } else { format!("{} · {}", row.owner_name, parties.owner_email) };
    let terms = (!detail.terms.is_empty()).then(|| {
        view! { <section class="qt-terms"><h2>{t(quotes::TERMS)}</h2><p class="pre">{detail.terms.clone()}</p></section> }
    });
    view! {
        <div class="qt-bar">
            <a class="btn" href=format!("/quotes/{}", row.id)><Icon name="chevron-left" class="i-14"/>{t(common::BACK)}</a>
            <button class="btn btn-primary" type="button" on:click=move |_| ui::browser::print()><Icon name="printer" class="i-14"/>{t(quotes::PRINT)}</button>
        </div>
        <article class="qt-paper" data-theme="light" data-paper="" data-quote-id=row.id.to_string()>
            <header class="qt-head">
                <p class="qt-company">{parties.company.clone()}</p>
                <Heading text=title/>
                <p class="qt-title">{row.title.clone()}</p>
            </header>
            <div class="qt-parties">
                <section>
                    <h2>{t(quotes::TO)}</h2>
                    <dl class="kv">
                        {line(common::CUSTOMER, parties.customer.clone())}
                        {line(quotes::CONTACT, parties.contact.clone())}
                        {line(quotes::ADDRESS, parties.customer_address.clone())}
                        {line(quotes::TAX_NUMBER, parties.customer_tax_number.clone())}
                    </dl>
                </section>
                <section>
                    <h2>{t(quotes::FROM)}</h2>
                    <dl class="kv">
                        {line(quotes::SELLER, seller)}
                        {line(quotes::ISSUED_ON, issued)}
                        {line(quotes::VALID_UNTIL, fmt::date_iso(row.valid_until))}
                        {line(common::CURRENCY, row.total.currency.code().to_owned())}
                    </dl>
                </section>
            </div>
            <Lines detail=detail.clone() paper=true/>
            {sums(&detail.sums, row.total.currency)}
            {terms}
            <p class="qt-sign">{t(quotes::SIGNATURE)}</p>
        </article>
    }
}
