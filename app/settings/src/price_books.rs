//! Price books: the list, and the form of one with a price for each product.

use crate::api::{self, PriceBooks, SavePriceBookFn};
use crate::editing::{Editing, editing};
use crate::nav::{Place, SettingsNav};
use domain::ids::PriceBookId;
use domain::money::{Currency, Money};
use domain::pipeline::Product;
use domain::quotes::books::{BookPriceForm, PriceBook, PriceBookForm};
use domain::settings::NAME_MAX;
use i18n::keys::{common, quotes, settings};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Unseen};
use ui::live::{Live, RESYNC};
use ui::{ApiError, facts, fmt, t, texts, words};

const PATH: &str = "/settings/price-books";

/// What the address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    List,
    Add,
    Edit(PriceBookId),
}

#[component]
pub fn PriceBooksPage() -> impl IntoView {
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|q| match (q.get("edit").and_then(|id| PriceBookId::parse(&id)), q.get("add")) {
            (Some(id), _) => Shown::Edit(id),
            (None, Some(_)) => Shown::Add,
            (None, None) => Shown::List,
        })
    });
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "settings" | RESYNC) && shown.get_untracked() == Shown::List {
            heard.update(|n| *n += 1);
        }
    });
    let found = Resource::new(move || (shown.get(), heard.get()), |_| api::price_books());
    let save = ServerAction::<SavePriceBookFn>::new();
    Effect::new(move |before: Option<Shown>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            save.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(quotes::BOOKS)/>
            <div class="end"><a class="btn btn-primary" href=format!("{PATH}?add=book")><Icon name="plus" class="i-14"/><span>{t(quotes::ADD_BOOK)}</span></a></div>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::PriceBooks/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => form_or_list(found, shown.get_untracked(), save),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

fn form_or_list(found: PriceBooks, shown: Shown, save: ServerAction<SavePriceBookFn>) -> AnyView {
    let PriceBooks { books, products } = found;
    match shown {
        Shown::List => view! { <List books/> }.into_any(),
        Shown::Add => {
            let currency = facts().viewer.as_ref().map_or(Currency::Cny, |v| v.currency);
            let form = PriceBookForm { currency: currency.code().to_owned(), active: true, ..PriceBookForm::default() };
            view! { <Editor form products save/> }.into_any()
        }
        Shown::Edit(id) => match books.into_iter().find(|book| book.id == id) {
            Some(book) => {
                let form = form_of(&book, &products);
                view! { <Editor form products save/> }.into_any()
            }
            None => view! { <Empty text=ApiError::NotFound.sentence()><a class="btn" href=PATH>{t(common::BACK)}</a></Empty> }.into_any(),
        },
    }
}

/// The book as it is, with a line for every product in their order.
fn form_of(book: &PriceBook, products: &[Product]) -> PriceBookForm {
    let day = |on: Option<chrono::NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
    let price = |product: &Product| BookPriceForm {
        product: product.id.to_string(),
        price: book.price(product.id).map(|minor| fmt::money_input(minor, book.currency.code())).unwrap_or_default(),
    };
    PriceBookForm {
        id: book.id.to_string(),
        version: book.version,
        request: String::new(),
        name: book.name.clone(),
        currency: book.currency.code().to_owned(),
        valid_from: day(book.valid_from),
        valid_to: day(book.valid_to),
        active: book.active,
        prices: products.iter().map(price).collect(),
    }
}

#[component]
fn List(books: Vec<PriceBook>) -> impl IntoView {
    if books.is_empty() {
        return view! {
            <Empty text=t(quotes::NO_BOOKS).to_owned()><a class="btn btn-primary" href=format!("{PATH}?add=book")>{t(quotes::ADD_BOOK)}</a></Empty>
        }
        .into_any();
    }
    view! {
        <section class="card-box">
            <div class="table-wrap">
                <table class="table cards-on-phone" data-price-books="">
                    <thead><tr>
                        <th scope="col">{t(common::NAME)}</th><th scope="col">{t(common::CURRENCY)}</th><th scope="col">{t(quotes::VALID_FROM)}</th>
                        <th scope="col" class="r">{t(quotes::PRICES)}</th><th scope="col">{t(common::STATUS)}</th>
                    </tr></thead>
                    <tbody>{books.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
        <p class="hint">{t(quotes::BOOK_HINT)}</p>
    }
    .into_any()
}

fn row(book: PriceBook) -> impl IntoView {
    let day = |on: Option<chrono::NaiveDate>| on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso);
    let when = match (book.valid_from, book.valid_to) {
        (None, None) => t(quotes::ALWAYS).to_owned(),
        (from, to) => texts().fmt(quotes::FROM_TO, &[("from", &day(from)), ("to", &day(to))]),
    };
    let (class, state) = if book.active { ("badge badge-ok", quotes::ACTIVE) } else { ("badge badge-outline", quotes::WITHDRAWN) };
    let many = i64::try_from(book.prices.len()).unwrap_or(i64::MAX);
    view! {
        <tr>
            <td><a href=format!("{PATH}?edit={}", book.id) class="ell" title=book.name.clone()>{book.name.clone()}</a></td>
            <td data-label=t(common::CURRENCY)>{book.currency.code()}</td>
            <td class="num" data-label=t(quotes::VALID_FROM)>{when}</td>
            <td class="r num" data-label=t(quotes::PRICES)>{texts().n(quotes::N_PRICES_ONE, quotes::N_PRICES_MANY, many)}</td>
            <td data-label=t(common::STATUS)><span class=class>{t(state)}</span></td>
        </tr>
    }
}

#[component]
fn Editor(form: PriceBookForm, products: Vec<Product>, save: ServerAction<SavePriceBookFn>) -> impl IntoView {
    let Editing { form, title, error, refusals, .. } = editing(form, save, quotes::ADD_BOOK);
    let currencies = Currency::ALL.iter().map(|c| (c.code().to_owned(), c.code().to_owned())).collect();
    let prices = form.prices.clone();
    let typed = |product: &Product| {
        let id = product.id.to_string();
        prices.iter().find(|line| line.product == id).map(|line| line.price.clone()).unwrap_or_default()
    };
    let lines = products.iter().enumerate().map(|(i, product)| price(i, product, typed(product), refusals)).collect_view();
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <TextField label=common::NAME name="name" refusals value=form.name required=true max=NAME_MAX autocomplete="off"/>
                <SelectField label=common::CURRENCY name="currency" refusals value=form.currency options=currencies required=true/>
                <TextField label=quotes::VALID_FROM name="valid_from" refusals value=form.valid_from kind="date" max=0/>
                <TextField label=quotes::VALID_TO name="valid_to" refusals value=form.valid_to kind="date" max=0/>
                <label class="check wide">
                    <input type="checkbox" name="form[active]" value="true" checked=form.active/>
                    <span>{t(quotes::ACTIVE)}<small>{t(quotes::BOOK_HINT)}</small></span>
                </label>
                <fieldset data-prices="">
                    <legend>{t(quotes::PRICES)}</legend>
                    {lines}
                </fieldset>
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
            {products.is_empty().then(|| view! { <p class="hint">{t(settings::NO_PRODUCTS)}</p> })}
        </section>
    }
}

/// The price of one product; left empty it is not in the book.
fn price(i: usize, product: &Product, value: String, refusals: Refusals) -> impl IntoView + use<> {
    let id = format!("price_{}", i + 1);
    let (at, told) = (id.clone(), format!("{id}-err"));
    let error = Memo::new(move |_| refusals.at(&at));
    let standard = words::money_table(Money { minor: product.price.minor, currency: product.price.currency });
    let hint = texts().fmt(quotes::PRICE_OF, &[("price", &standard)]);
    view! {
        <div class="field">
            <label for=id.clone()>{words::product_name(product)}</label>
            <input type="hidden" name=format!("form[prices][{i}][product]") value=product.id.to_string()/>
            <input id=id name=format!("form[prices][{i}][price]") type="text" value=value autocomplete="off" maxlength="40" inputmode="decimal"
                aria-invalid=move || error.get().map(|_| "true") aria-describedby=told.clone()/>
            <p class="hint">{hint}</p>
            <p class="err" id=told role="alert" hidden=move || error.get().is_none()>{move || error.get()}</p>
        </div>
    }
}
