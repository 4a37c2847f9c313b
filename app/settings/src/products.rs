//! What is sold: the list, and the form of one product.

use crate::api::{self, SaveProductFn};
use crate::editing::{Editing, editing};
use crate::nav::{Place, SettingsNav};
use domain::ids::ProductId;
use domain::money::Currency;
use domain::pipeline::Product;
use domain::settings::{CODE_MAX, NAME_MAX, ProductForm};
use i18n::keys::{common, settings};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{FormActions, FormError, SelectField, TextField, Unseen};
use ui::live::{Live, RESYNC};
use ui::{facts, t, words};

const PATH: &str = "/settings/products";

/// What the address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    List,
    Add,
    Edit(ProductId),
}

#[component]
pub fn ProductsPage() -> impl IntoView {
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|q| match (q.get("edit").and_then(|id| ProductId::parse(&id)), q.get("add")) {
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
    let found = Resource::new(
        move || (shown.get(), heard.get()),
        |(shown, _)| {
            api::products(match shown {
                Shown::Edit(id) => Some(id),
                Shown::List | Shown::Add => None,
            })
        },
    );
    let save = ServerAction::<SaveProductFn>::new();
    Effect::new(move |before: Option<Shown>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            save.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(settings::PRODUCTS)/>
            <div class="end"><a class="btn btn-primary" href=format!("{PATH}?add=product")><Icon name="plus" class="i-14"/><span>{t(settings::ADD_PRODUCT)}</span></a></div>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Products/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => match (shown.get_untracked(), found.form) {
                                (Shown::List, _) => view! { <List products=found.products/> }.into_any(),
                                (Shown::Edit(_), Some(form)) => view! { <Editor form save/> }.into_any(),
                                _ => view! { <Editor form=fresh() save/> }.into_any(),
                            },
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

fn fresh() -> ProductForm {
    let currency = facts().viewer.as_ref().map_or(Currency::Cny, |v| v.currency);
    ProductForm { currency: currency.code().to_owned(), active: true, ..ProductForm::default() }
}

#[component]
fn List(products: Vec<Product>) -> impl IntoView {
    if products.is_empty() {
        return view! {
            <Empty text=t(settings::NO_PRODUCTS).to_owned()><a class="btn btn-primary" href=format!("{PATH}?add=product")>{t(settings::ADD_PRODUCT)}</a></Empty>
        }.into_any();
    }
    view! {
        <section class="card-box">
            <div class="table-wrap">
                <table class="table cards-on-phone" data-products="">
                    <thead><tr>
                        <th scope="col">{t(common::NAME)}</th><th scope="col">{t(settings::CODE)}</th>
                        <th scope="col" class="r">{t(settings::PRICE)}</th><th scope="col">{t(common::STATUS)}</th>
                    </tr></thead>
                    <tbody>{products.into_iter().map(|product| view! { <Row product/> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Row(product: Product) -> impl IntoView {
    let name = words::product_name(&product);
    let (class, state) = if product.active { ("badge badge-ok", settings::ON_SALE) } else { ("badge badge-outline", settings::OFF_SALE) };
    view! {
        <tr>
            <td><a href=format!("{PATH}?edit={}", product.id) class="ell" title=name.clone()>{name.clone()}</a></td>
            <td data-label=t(settings::CODE)>{product.code}</td>
            <td class="r num" data-label=t(settings::PRICE)>{words::money_table(product.price)}</td>
            <td data-label=t(common::STATUS)><span class=class>{t(state)}</span></td>
        </tr>
    }
}

#[component]
fn Editor(form: ProductForm, save: ServerAction<SaveProductFn>) -> impl IntoView {
    let Editing { form, title, error, refusals, .. } = editing(form, save, settings::ADD_PRODUCT);
    let currencies = Currency::ALL.iter().map(|c| (c.code().to_owned(), c.code().to_owned())).collect();
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <TextField label=settings::NAME_ZH name="name_zh" refusals value=form.name_zh required=true max=NAME_MAX autocomplete="off"/>
                <TextField label=settings::NAME_EN name="name_en" refusals value=form.name_en max=NAME_MAX autocomplete="off" hint=t(settings::AS_IN_CHINESE).to_owned()/>
                <TextField label=settings::CODE name="code" refusals value=form.code required=true max=CODE_MAX autocomplete="off"/>
                <TextField label=settings::VAT name="vat" refusals value=form.vat max=10 autocomplete="off" inputmode="decimal" hint=t(settings::VAT_HINT).to_owned()/>
                <TextField label=settings::PRICE name="price" refusals value=form.price required=true max=30 autocomplete="off" inputmode="decimal"/>
                <SelectField label=common::CURRENCY name="currency" refusals value=form.currency options=currencies required=true/>
                <label class="check wide">
                    <input type="checkbox" name="form[active]" value="true" checked=form.active/>
                    <span>{t(settings::ON_SALE)}<small>{t(settings::ON_SALE_HINT)}</small></span>
                </label>
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
        </section>
    }
}
