//! The rows of a quote's form, one line each, and what stands in them.

use domain::ids::ProductId;
use domain::money::Currency;
use domain::quotes::form::{QuoteForm, QuoteLineForm, TEXT_MAX};
use domain::quotes::view::QuoteEditing;
use domain::settings::percent;
use i18n::Key;
use i18n::keys::quotes;
use leptos::prelude::*;
use ui::browser::{set_value, value_of};
use ui::form::{Refusals, options};
use ui::{facts, fmt, t, texts, words};

/// What stands in the fields now.
pub fn typed_lines(rows: usize) -> QuoteForm {
    let line = |n: usize| {
        let at = |part: &str| value_of(&format!("{part}_{n}"));
        QuoteLineForm {
            product: at("product"),
            text: at("text"),
            quantity: at("quantity"),
            price: at("price"),
            discount: at("discount"),
            vat: at("vat"),
        }
    };
    QuoteForm { lines: (1..=rows).map(line).collect(), ..QuoteForm::default() }
}

/// The chosen product's price by the chosen book, and its rate, into the row's fields.
fn fill(n: usize, known: StoredValue<QuoteEditing>, currency: Currency) {
    let Some(product) = ProductId::parse(&value_of(&format!("product_{n}"))) else { return };
    let offered = known.with_value(|known| known.offered(&value_of("book")));
    let Some(one) = offered.iter().find(|one| one.product == product) else { return };
    let price = one.list_minor.map(|minor| fmt::money_input(minor, currency.code())).unwrap_or_default();
    set_value(&format!("price_{n}"), &price);
    set_value(&format!("vat_{n}"), &percent(one.vat_bp));
    if value_of(&format!("quantity_{n}")).is_empty() {
        set_value(&format!("quantity_{n}"), "1");
    }
}

/// Another book has other prices.
pub fn fill_all(rows: usize, known: StoredValue<QuoteEditing>, currency: Currency) {
    (1..=rows).for_each(|n| fill(n, known, currency));
}

#[component]
pub fn Rows(
    lines: Vec<QuoteLineForm>,
    rows: RwSignal<usize>,
    known: StoredValue<QuoteEditing>,
    currency: Currency,
    refusals: Refusals,
) -> impl IntoView {
    let lang = facts().lang;
    let products: Vec<(String, String)> = known.with_value(|known| {
        let one = |one: &domain::quotes::form::Offered| (one.product.to_string(), words::pick(lang, &one.name_zh, &one.name_en));
        known.products.iter().map(one).collect()
    });
    view! {
        <For each=move || 1..=rows.get() key=|n| *n let:n>
            {row(n, lines.get(n - 1).cloned().unwrap_or_default(), products.clone(), refusals, move || fill(n, known, currency))}
        </For>
    }
}

fn row(n: usize, line: QuoteLineForm, products: Vec<(String, String)>, refusals: Refusals, chosen: impl Fn() + 'static) -> impl IntoView {
    let name = move |part: &str| format!("form[lines][{}][{part}]", n - 1);
    let error = move |part: &'static str| {
        let at = format!("{part}_{n}");
        let told = format!("{at}-err");
        let error = Memo::new(move |_| refusals.at(&at));
        (told.clone(), error, view! { <p class="err" id=told role="alert" hidden=move || error.get().is_none()>{move || error.get()}</p> })
    };
    let field = move |part: &'static str, label: Key, value: String, class: &'static str, max: usize| {
        let id = format!("{part}_{n}");
        let (told, refused, sentence) = error(part);
        view! {
            <div class=class>
                <label for=id.clone()>{t(label)}</label>
                <input id=id name=name(part) type="text" value=value autocomplete="off" maxlength=max.to_string()
                    inputmode=(part != "text").then_some("decimal") aria-invalid=move || refused.get().map(|_| "true") aria-describedby=told/>
                {sentence}
            </div>
        }
    };
    let id = format!("product_{n}");
    let (told, refused, sentence) = error("product");
    view! {
        <div class="qt-row" role="group" aria-label=texts().fmt(quotes::LINE_OF, &[("n", &n.to_string())]) data-line=n.to_string()>
            <div class="field qt-what">
                <label for=id.clone()>{t(quotes::PRODUCT)}</label>
                <select id=id name=name("product") on:change=move |_| chosen() aria-invalid=move || refused.get().map(|_| "true") aria-describedby=told>
                    <option value="" selected=line.product.is_empty()>{t(quotes::NO_PRODUCT)}</option>
                    {options(products, &line.product)}
                </select>
                {sentence}
            </div>
            {field("text", quotes::TEXT, line.text, "field qt-what", TEXT_MAX)}
            {field("quantity", quotes::QUANTITY, line.quantity, "field", 16)}
            {field("price", quotes::PRICE, line.price, "field", 40)}
            {field("discount", quotes::DISCOUNT, line.discount, "field", 8)}
            {field("vat", quotes::VAT_RATE, line.vat, "field", 8)}
        </div>
    }
}
