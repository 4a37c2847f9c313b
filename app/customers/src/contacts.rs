//! Contacts: the list of all that may be seen, and the form of one. Those of
//! one customer are on its page.

use crate::api::{self, ContactOf, SaveContactFn};
use crate::fields::NoPage;
use crate::table::{
    Beside, FilterForm, ListSwitch, Pager, Query, SearchChip, SortChip, SortHead, address, heads, link, owner, sort_code, with_sort,
};
use domain::columns::{self, Column, Columns};
use domain::customers::{ContactForm, ContactRole, ContactRow, ContactSort, TEXT_MAX};
use domain::ids::{ContactId, CustomerId};
use domain::page::{Page, Sort};
use domain::policy::Action;
use domain::views::ListKind;
use i18n::Key;
use i18n::keys::{common, customers, nav};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::columns::{ColumnsKept, ColumnsMenu, label};
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, Versioned, typed_or};
use ui::links;
use ui::markup::{Markup, cell, tier};
use ui::refresh::on_change;
use ui::views::{NAME, ViewKept, ViewMenu};
use ui::{ApiError, Facts, t, texts, words};

const PATH: &str = "/contacts";
const USUAL: &str = "name";
const NAMES: &[&str] = &["q", "sort", NAME, columns::NAME];
const ORDERS: &[(&str, Key)] = &[
    ("name", customers::SORT_NAME),
    ("-name", customers::SORT_NAME_DOWN),
    ("-updated", customers::SORT_UPDATED),
    ("updated", customers::SORT_UPDATED_OLD),
];

/// The order that an address asks for; by name if it asks for none.
#[must_use]
pub fn contact_sort(text: &str) -> Sort<ContactSort> {
    Sort::parse(text, ContactSort::parse).unwrap_or(Sort { column: ContactSort::Name, descending: false })
}

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    text: String,
    sort: String,
    after: Option<String>,
    beside: Beside,
}

impl Asked {
    fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let text = get("q").unwrap_or_default().trim().chars().take(TEXT_MAX).collect();
        let sort = sort_code(&contact_sort(&get("sort").unwrap_or_default()));
        let after = get("after").filter(|after| !after.is_empty());
        Self { text, sort, after, beside: Beside::from_query(ListKind::Contacts, get) }
    }

    fn query(&self, sort: &str) -> Query {
        with_sort(self.narrowed().into_iter().chain(self.beside.columns.to_query()).collect(), sort, USUAL)
    }

    fn narrowed(&self) -> Query {
        let text = (!self.text.is_empty()).then(|| ("q", self.text.clone()));
        text.into_iter().chain(self.beside.view()).collect()
    }

    /// What stays when other columns are chosen.
    fn rest(&self) -> Query {
        with_sort(self.narrowed(), &self.sort, USUAL).into_iter().chain(self.after.clone().map(|after| ("after", after))).collect()
    }
}

#[component]
pub fn ContactsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| Asked::from_query(|name| ui::columns::asked(q, name))));
    // Other columns are drawn from the rows that are there.
    let columns = Memo::new(move |_| asked.with(|a| a.beside.columns.clone()));
    let wanted = Memo::new(move |_| asked.with(|a| (a.text.clone(), a.sort.clone(), a.after.clone())));
    let found = Resource::new(move || wanted.get(), |(text, sort, after)| api::contacts(text, sort, after));
    on_change(|event| event.topic == "customer", move || found.refetch());
    view! {
        <header class="top">
            <Heading text=t(nav::CONTACTS)/>
            <ListSwitch contacts=true/>
            <ViewMenu kind=ListKind::Contacts/>
            <div class="end">
                <ColumnsMenu path=PATH columns rest=Signal::derive(move || asked.with(Asked::rest))/>
                <ExportMenu list="contacts" query=Signal::derive(move || asked.with(|a| address("", &a.query(&a.sort))))/>
            </div>
        </header>
        <FilterForm path=PATH label=customers::CONTACT_FILTERS names=NAMES>
            <ViewKept/>
            <ColumnsKept columns/>
            <SearchChip label=customers::FIND_CONTACTS value=Signal::derive(move || asked.with(|a| a.text.clone()))/>
            {move || {
                let Asked { text, sort, beside, .. } = asked.get();
                let narrowed = !text.is_empty();
                let clear = address(PATH, &with_sort(beside.columns.to_query().into_iter().collect(), &sort, USUAL));
                view! {
                    <SortChip value=sort usual=USUAL list=ORDERS/>
                    {narrowed.then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}</a> })}
                }
            }}
        </FilterForm>
        <div class="body is-list">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || {
                    columns.track();
                    Suspend::new(async move {
                        match found.await {
                            Ok(page) => view! { <Rows page asked=asked.get_untracked()/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

#[component]
fn Rows(page: Page<ContactRow>, asked: Asked) -> impl IntoView {
    let first = asked.after.is_some().then(|| address(PATH, &asked.query(&asked.sort)));
    if page.rows.is_empty() {
        let (text, action) = match (first, asked.text.is_empty()) {
            (Some(href), _) => (customers::PAGE_OVER, (href, common::FIRST_PAGE)),
            (None, false) => {
                let everything = address(PATH, &asked.beside.columns.to_query().into_iter().collect::<Query>());
                (common::EMPTY_FILTERED, (everything, common::CLEAR_FILTERS))
            }
            (None, true) => (customers::NO_CONTACTS_YET, ("/customers".to_owned(), customers::ALL_CUSTOMERS)),
        };
        return view! { <Empty text=t(text).to_owned()><a class="btn" href=action.0>{t(action.1)}</a></Empty> }.into_any();
    }
    let may_write = ui::facts().may(Action::WriteCustomers);
    let total = texts().n(common::N_CONTACTS_ONE, common::N_CONTACTS_MANY, page.total);
    let next = page.next.map(|after| {
        let mut query = asked.query(&asked.sort);
        query.push(("after", after));
        address(PATH, &query)
    });
    let (sort, columns) = (asked.sort.clone(), asked.beside.columns.clone());
    let href = Callback::new(move |sort: String| address(PATH, &asked.query(&sort)));
    let sort_of = |column| (column == Column::Updated).then_some(("updated", true));
    let heads = heads(&columns, &sort, href, sort_of, class_of);
    let facts = ui::facts();
    let lines: String = page.rows.iter().map(|row| line(&facts, row, &columns, may_write).into_string()).collect();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(customers::CONTACT_TABLE)>
            <table class="table cards-on-phone">
                <thead><tr>
                    <SortHead label=common::PERSON_NAME column="name" sort href/>
                    {heads}
                </tr></thead>
                <tbody inner_html=lines></tbody>
            </table>
        </div>
        <Pager total first next/>
    }
    .into_any()
}

const fn class_of(column: Column) -> &'static str {
    match column {
        Column::Phone => "num",
        Column::Created | Column::Updated => "num muted",
        _ => "",
    }
}

/// A row: nothing in it changes while it is shown.
fn line(facts: &Facts, row: &ContactRow, columns: &Columns, may_write: bool) -> Markup {
    let customer = format!("/customers/{}", row.customer);
    let to = if may_write { format!("/contacts/{}/edit", row.id) } else { customer.clone() };
    let inside = |column: Column| match column {
        Column::Customer => maud::html! { a.ell href=(customer) title=(row.customer_name) { (row.customer_name) } },
        Column::Tier => tier(row.tier),
        Column::Owner => owner(row.owner.as_ref()),
        Column::JobTitle => maud::html! { (row.title) },
        Column::Role => maud::html! { (part(row.role, row.primary)) },
        Column::Phone => link(links::tel(&row.phone), &row.phone, false),
        Column::Email => link(links::mailto(&row.email), &row.email, false),
        Column::Notes if row.notes.is_empty() => Markup::default(),
        Column::Notes => maud::html! { span.ell title=(row.notes) { (row.notes) } },
        Column::Created => maud::html! { (ui::error::instant(facts, row.created_at)) },
        Column::Updated => maud::html! { (ui::error::instant(facts, row.updated_at)) },
        // Of other lists.
        _ => Markup::default(),
    };
    maud::html! {
        tr data-contact-id=(row.id) {
            td { a href=(to) { (row.name) } }
            @for column in columns.shown() { (cell(facts.texts().get(label(*column)), class_of(*column), &inside(*column), None)) }
        }
    }
}

/// A contact's part in decisions, and whether they are asked first.
fn part(role: ContactRole, primary: bool) -> String {
    let role = t(words::contact_role(role));
    if primary { format!("{role} · {}", t(customers::PRIMARY)) } else { role.to_owned() }
}

/// A text as a link, if it can be one.
pub(crate) fn linked(href: Option<String>, text: String) -> AnyView {
    match href {
        Some(href) => view! { <a href=href>{text}</a> }.into_any(),
        None => view! { <span>{text}</span> }.into_any(),
    }
}

#[component]
pub fn NewContactPage() -> impl IntoView {
    let params = use_params_map();
    let of = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| CustomerId::parse(&id)).map(ContactOf::New)));
    view! { <ContactFormPage title=customers::NEW_CONTACT of/> }
}

#[component]
pub fn EditContactPage() -> impl IntoView {
    let params = use_params_map();
    let of = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| ContactId::parse(&id)).map(ContactOf::Existing)));
    view! { <ContactFormPage title=customers::EDIT_CONTACT of/> }
}

#[component]
fn ContactFormPage(title: Key, of: Memo<Option<ContactOf>>) -> impl IntoView {
    let found = Resource::new(move || of.get(), |of| async move { api::contact_form(of.ok_or(ApiError::NotFound)?).await });
    let save = ServerAction::<SaveContactFn>::new();
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok((form, customer)) => {
                        let back = format!("/customers/{}", form.customer);
                        view! {
                            <header class="top">
                                <a class="back ell" href=back.clone() title=customer.clone()><Icon name="chevron-left" class="i-14"/><span class="ell">{customer.clone()}</span></a>
                                <Heading text=t(title)/>
                            </header>
                            <div class="body"><ContactFields form save back/></div>
                        }
                        .into_any()
                    }
                    Err(error) => view! { <NoPage error back=PATH label=nav::CONTACTS/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn ContactFields(form: ContactForm, save: ServerAction<SaveContactFn>, back: String) -> impl IntoView {
    let answer = save.value();
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let refusals = Refusals::of(move || answer.get());
    let form = typed_or(error.get_untracked().as_ref(), form);
    let roles = ContactRole::ALL.iter().map(|v| (v.code().to_owned(), t(words::contact_role(*v)).to_owned())).collect();
    let role = if form.role.is_empty() { ContactRole::Other.code().to_owned() } else { form.role.clone() };
    view! {
        <ActionForm action=save>
            <div class="form">
                <FormError error/>
                <Versioned id=form.id.clone() version=form.version error back=back.clone()/>
                <input type="hidden" name="form[customer]" value=form.customer.clone()/>
                <TextField label=common::PERSON_NAME name="name" refusals value=form.name.clone() required=true max=120 autocomplete="off"/>
                <TextField label=common::JOB_TITLE name="title" refusals value=form.title.clone() max=120 autocomplete="off"/>
                <TextField label=common::PHONE name="phone" refusals value=form.phone.clone() kind="tel" max=40 autocomplete="off"/>
                <TextField label=common::EMAIL name="email" refusals value=form.email.clone() inputmode="email" max=254 autocomplete="off"/>
                <SelectField label=customers::CONTACT_ROLE name="role" refusals value=role options=roles/>
                <label class="check wide">
                    <input type="checkbox" name="form[primary]" value="true" checked=form.primary/>
                    <span>{t(customers::PRIMARY)}<small>{t(customers::PRIMARY_HINT)}</small></span>
                </label>
                <AreaField label=common::NOTES name="notes" refusals value=form.notes.clone()/>
                <FormActions pending=save.pending() back/>
            </div>
        </ActionForm>
    }
}
