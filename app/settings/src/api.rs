//! Server functions of the settings: who asks, one call to the store, return.

use crate::form::{PasswordForm, SignInForm};
use domain::economics::costs::{CostForm, CostsPage, MarginForm};
use domain::field::settings::{FieldForm, FieldSettings};
use domain::health::WeightsForm;
use domain::ids::{PipelineId, PoolId, PriceBookId, ProductId, RateId, SignInId, StageId, UnitId, UserId};
use domain::money::Currency;
use domain::org::{DemoAccount, Person, PersonForm, SetUpForm, SignIn, Unit, UnitForm};
use domain::pipeline::Product;
use domain::pool::page::{PoolsSettings, RemovePoolForm};
use domain::pool::settings::PoolForm;
use domain::quotes::books::{PriceBook, PriceBookForm};
use domain::rates::form::{CurrenciesPage, RateForm, ReportingForm, StrikeForm};
use domain::settings::{PipelineForm, PipelineSettings, ProductForm, StageForm};
use domain::tiers::TierSettings;
use domain::tiers::settings::TierForm;
use domain::visits::questions::{QuestionsForm, VisitQuestions};
use domain::visits::workdays::{WorkdaysForm, WorkdaysPage};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    crate::{address, cookie},
    domain::economics::costs::COSTS,
    domain::field::settings::FIELD_SETTINGS,
    domain::ids::RequestId,
    domain::policy::{Action, Actor, Ownership, Rows, grant_any, scope},
    domain::rates::CURRENCIES,
    domain::violation::Violation,
    i18n::Lang,
    store::StoreError,
    ui::Theme,
    ui::server::{Asking, actor, answer, answer_form, origin, session, store},
};

/// What a stranger may know: whether there is anybody, and whom a demo offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entrance {
    /// There is an organisation.
    pub set_up: bool,
    pub accounts: Vec<DemoAccount>,
}

#[server(name = DemoAccountsFn, prefix = "/api", endpoint = "settings/demo_accounts")]
pub async fn demo_accounts() -> Answer<Entrance> {
    let store = store()?;
    Ok(Entrance { set_up: store.org().is_some(), accounts: store.demo_accounts() })
}

/// Signs in and goes on to `form.next`; a form that works without scripts.
#[server(name = SignInFn, prefix = "/api", endpoint = "settings/sign_in")]
pub async fn sign_in(form: SignInForm) -> Answer<()> {
    let typed = form.without_password();
    answer_form(form.check().map_err(StoreError::from), &typed)?;
    let token = store()?.sign_in(&form.email, &form.password, origin()).await;
    enter(&answer_form(token.map_err(vague), &typed)?, &form.next);
    Ok(())
}

/// One click in a demo.
#[server(name = DemoSignInFn, prefix = "/api", endpoint = "settings/demo_sign_in")]
pub async fn demo_sign_in(user: UserId, #[server(default)] next: String) -> Answer<()> {
    enter(&answer(store()?.demo_sign_in(user, origin()).await)?, &next);
    Ok(())
}

/// The first start; signs the new administrator in.
#[server(name = SetUpFn, prefix = "/api", endpoint = "settings/set_up")]
pub async fn set_up(form: SetUpForm) -> Answer<()> {
    let store = store()?;
    // Asked first, since a password is dear to hash and anybody may come here.
    answer(store.org().map_or(Ok(()), |_| Err(StoreError::refused("", "already_set_up"))))?;
    let typed = SetUpForm { password: String::new(), password_again: String::new(), ..form.clone() };
    let checked = answer_form(form.check().map_err(StoreError::from), &typed)?;
    let user = answer_form(store.set_up(checked).await, &typed)?;
    enter(&answer(store.sign_in_new(user, origin()).await)?, "/");
    Ok(())
}

/// Signs out. One who is signed out already loses only the cookie.
#[server(name = SignOutFn, prefix = "/api", endpoint = "settings/sign_out")]
pub async fn sign_out() -> Answer<()> {
    if let Some(session) = use_context::<Asking>().and_then(|asking| asking.session) {
        answer(store()?.sign_out(session.sign_in).await)?;
    }
    cookie::clear();
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// Keeps language or theme in a cookie, for a page without scripts, which then goes
/// back to where it was. What is not known is left as it is.
#[server(name = PreferFn, prefix = "/api", endpoint = "settings/prefer")]
pub async fn prefer(#[server(default)] lang: String, #[server(default)] theme: String) -> Answer<()> {
    if let Some(lang) = Lang::parse(&lang) {
        cookie::prefer(Lang::COOKIE, lang.code());
    }
    if let Some(theme) = Theme::parse(&theme) {
        cookie::prefer(Theme::COOKIE, theme.code());
    }
    Ok(())
}

/// One's own sign-ins, the newest use first.
#[server(name = SignInsFn, prefix = "/api", endpoint = "settings/sign_ins")]
pub async fn sign_ins() -> Answer<Vec<SignIn>> {
    let session = session()?;
    answer(store()?.sign_ins(&session).await)
}

#[server(name = RevokeSignInFn, prefix = "/api", endpoint = "settings/revoke_sign_in")]
pub async fn revoke_sign_in(id: SignInId) -> Answer<()> {
    let session = session()?;
    answer(store()?.revoke_sign_in(&session, id).await)
}

/// Changes one's own password; nothing of what was typed goes back.
#[server(name = ChangePasswordFn, prefix = "/api", endpoint = "settings/change_password")]
pub async fn change_password(form: PasswordForm) -> Answer<()> {
    let session = session()?;
    answer(store()?.change_password(&session, &ui::server::origin(), &form.old, &form.password, &form.password_again).await)?;
    leptos_axum::redirect("/account?done=password");
    Ok(())
}

/// Units and people, as far as the one who asks may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub name: String,
    pub units: Vec<Unit>,
    /// By name; those who have left only for who manages people.
    pub people: Vec<Person>,
}

#[server(name = PeopleFn, prefix = "/api", endpoint = "settings/people")]
pub async fn people() -> Answer<Organisation> {
    let actor = actor(Action::ReadPeople)?;
    let org = store()?.org().ok_or_else(|| ui::server::unexpected("no organisation"))?;
    answer(visible(&org, &actor))
}

/// Adds or changes a person; a form that works without scripts.
#[server(name = SavePersonFn, prefix = "/api", endpoint = "settings/save_person")]
pub async fn save_person(form: PersonForm) -> Answer<UserId> {
    let actor = actor(Action::ManagePeople)?;
    let typed = PersonForm { password: String::new(), ..form.clone() };
    let request = request(&form.request);
    let id = answer_form(store()?.save_person(&actor, request, form).await, &typed)?;
    leptos_axum::redirect("/settings/people");
    Ok(id)
}

/// Adds or changes a unit; a form that works without scripts.
#[server(name = SaveUnitFn, prefix = "/api", endpoint = "settings/save_unit")]
pub async fn save_unit(form: UnitForm) -> Answer<UnitId> {
    let actor = actor(Action::ManagePeople)?;
    let id = answer_form(store()?.save_unit(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/people");
    Ok(id)
}

/// The list, and the form of the one that is edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Products {
    pub products: Vec<Product>,
    pub form: Option<ProductForm>,
}

#[server(name = ProductsFn, prefix = "/api", endpoint = "settings/products", input = Json)]
pub async fn products(edited: Option<ProductId>) -> Answer<Products> {
    let actor = session()?.actor;
    let store = store()?;
    let form = match edited {
        Some(id) => Some(priced(answer(store.product_form(&actor, id).await)?)),
        None => None,
    };
    Ok(Products { products: answer(store.products(&actor).await)?, form })
}

/// Adds or changes a product; a form that works without scripts.
#[server(name = SaveProductFn, prefix = "/api", endpoint = "settings/save_product")]
pub async fn save_product(form: ProductForm) -> Answer<ProductId> {
    let actor = actor(Action::ManageSettings)?;
    let request = request(&form.request);
    let id = answer_form(store()?.save_product(&actor, request, form.clone(), ui::fmt::parse_amount).await, &form)?;
    leptos_axum::redirect("/settings/products");
    Ok(id)
}

/// The price books, and the products that have prices in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceBooks {
    pub books: Vec<PriceBook>,
    pub products: Vec<Product>,
}

#[server(name = PriceBooksFn, prefix = "/api", endpoint = "settings/price_books")]
pub async fn price_books() -> Answer<PriceBooks> {
    let actor = actor(Action::ManageSettings)?;
    let store = store()?;
    Ok(PriceBooks { books: answer(store.price_books(&actor).await)?, products: answer(store.products(&actor).await)? })
}

/// Adds or changes a price book; a form that works without scripts.
#[server(name = SavePriceBookFn, prefix = "/api", endpoint = "settings/save_price_book")]
pub async fn save_price_book(form: PriceBookForm) -> Answer<PriceBookId> {
    let actor = actor(Action::ManageSettings)?;
    let request = request(&form.request);
    let id = answer_form(store()?.save_price_book(&actor, request, form.clone(), ui::fmt::parse_amount).await, &form)?;
    leptos_axum::redirect("/settings/price-books");
    Ok(id)
}

#[server(name = PipelinesFn, prefix = "/api", endpoint = "settings/pipelines")]
pub async fn pipelines() -> Answer<Vec<PipelineSettings>> {
    let actor = actor(Action::ManageSettings)?;
    answer(store()?.pipelines(&actor).await)
}

/// Adds or renames a pipeline; a form that works without scripts.
#[server(name = SavePipelineFn, prefix = "/api", endpoint = "settings/save_pipeline")]
pub async fn save_pipeline(form: PipelineForm) -> Answer<PipelineId> {
    let actor = actor(Action::ManageSettings)?;
    let id = answer_form(store()?.save_pipeline(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/pipelines");
    Ok(id)
}

/// Adds or changes a stage; a form that works without scripts.
#[server(name = SaveStageFn, prefix = "/api", endpoint = "settings/save_stage")]
pub async fn save_stage(form: StageForm) -> Answer<StageId> {
    let actor = actor(Action::ManageSettings)?;
    let request = request(&form.request);
    let id = answer_form(store()?.save_stage(&actor, request, form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/pipelines");
    Ok(id)
}

/// Removes a stage that was never used; a form that works without scripts.
#[server(name = RemoveStageFn, prefix = "/api", endpoint = "settings/remove_stage")]
pub async fn remove_stage(id: StageId, #[server(default)] request: String) -> Answer<()> {
    let actor = actor(Action::ManageSettings)?;
    let request = RequestId::parse(&request).unwrap_or_else(store::new_request);
    answer(store()?.remove_stage(&actor, request, id).await)?;
    leptos_axum::redirect("/settings/pipelines");
    Ok(())
}

/// All pools, and the form of one.
#[server(name = PoolsFn, prefix = "/api", endpoint = "settings/pools", input = Json)]
pub async fn pools(edit: Option<PoolId>) -> Answer<PoolsSettings> {
    let actor = actor(Action::ManageSettings)?;
    answer(store()?.pools(&actor, edit).await)
}

/// Adds or changes a pool; a form that works without scripts.
#[server(name = SavePoolFn, prefix = "/api", endpoint = "settings/save_pool")]
pub async fn save_pool(form: PoolForm) -> Answer<PoolId> {
    let actor = actor(Action::ManageSettings)?;
    let id = answer_form(store()?.save_pool(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/pools");
    Ok(id)
}

/// Removes a pool; what lies in it goes to another one. A form that works without scripts.
#[server(name = RemovePoolFn, prefix = "/api", endpoint = "settings/remove_pool")]
pub async fn remove_pool(form: RemovePoolForm) -> Answer<()> {
    let actor = actor(Action::ManageSettings)?;
    answer_form(store()?.remove_pool(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/pools");
    Ok(())
}

#[server(name = TiersFn, prefix = "/api", endpoint = "settings/tiers")]
pub async fn tiers() -> Answer<Vec<TierSettings>> {
    let actor = actor(Action::ManageSettings)?;
    answer(store()?.tier_settings(&actor).await)
}

/// Sets what a tier promises; gives the new version. A form that works without scripts.
#[server(name = SaveTierFn, prefix = "/api", endpoint = "settings/save_tier")]
pub async fn save_tier(form: TierForm) -> Answer<i32> {
    let actor = actor(Action::ManageSettings)?;
    let version = answer_form(store()?.save_tier(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/tiers");
    Ok(version)
}

/// What each part of a customer's health counts.
#[server(name = WeightsFn, prefix = "/api", endpoint = "settings/health", input = Json)]
pub async fn weights() -> Answer<WeightsForm> {
    let actor = actor(Action::ManageSettings)?;
    answer(store()?.health_weights(&actor).await)
}

/// Sets it; gives the new version.
#[server(name = SaveWeightsFn, prefix = "/api", endpoint = "settings/save_health")]
pub async fn save_weights(form: WeightsForm) -> Answer<i32> {
    let actor = actor(Action::ManageSettings)?;
    let version = answer_form(store()?.save_health_weights(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/tiers");
    Ok(version)
}

/// The days of a year that are not as their weekday says.
#[server(name = WorkdaysFn, prefix = "/api", endpoint = "settings/workdays", input = Json)]
pub async fn workdays(year: Option<i32>) -> Answer<WorkdaysPage> {
    let actor = actor(Action::ManageSettings)?;
    answer(store()?.workdays(&actor, year).await)
}

/// Adds days; a form that works without scripts, as all below.
#[server(name = AddWorkdaysFn, prefix = "/api", endpoint = "settings/add_workdays")]
pub async fn add_workdays(form: WorkdaysForm) -> Answer<i32> {
    let actor = actor(Action::ManageSettings)?;
    let year = answer_form(store()?.add_workdays(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/settings/workdays?year={year}"));
    Ok(year)
}

/// Which day is taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoveWorkdayForm {
    pub on: String,
    pub request: String,
}

/// Takes a day out; the page then offers to put it back.
#[server(name = RemoveWorkdayFn, prefix = "/api", endpoint = "settings/remove_workday")]
pub async fn remove_workday(form: RemoveWorkdayForm) -> Answer<()> {
    let actor = actor(Action::ManageSettings)?;
    let on = answer(domain::violation::parse_date(&form.on).ok_or(StoreError::NotFound))?;
    let gone = answer(store()?.remove_workday(&actor, request(&form.request), on).await)?;
    let query = [
        ("year", gone.on.format("%Y").to_string()),
        ("gone", gone.on.to_string()),
        ("kind", gone.kind.code().to_owned()),
        ("name", gone.name),
    ];
    leptos_axum::redirect(&ui::links::address("/settings/workdays", &query));
    Ok(())
}

/// What is set of checking in.
#[server(name = FieldSettingsFn, prefix = "/api", endpoint = "settings/field", input = Json)]
pub async fn field_settings() -> Answer<FieldSettings> {
    let actor = actor(Action::ManageSettings)?;
    answer(store()?.field_settings(&actor).await)
}

/// Sets it; a shorter time is refused until what it touches was read.
#[server(name = SaveFieldFn, prefix = "/api", endpoint = "settings/save_field")]
pub async fn save_field(form: FieldForm) -> Answer<i32> {
    let actor = actor(Action::ManageSettings)?;
    let version = answer_form(store()?.save_field_settings(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(FIELD_SETTINGS);
    Ok(version)
}

/// What winning customers costs, of a year.
#[server(name = CostsFn, prefix = "/api", endpoint = "settings/costs", input = Json)]
pub async fn costs(year: Option<i32>) -> Answer<CostsPage> {
    let actor = actor(Action::RecordCosts)?;
    answer(store()?.costs(&actor, year).await)
}

/// Sets what a channel cost in a month; a form that works without scripts, as all below.
#[server(name = SaveCostFn, prefix = "/api", endpoint = "settings/save_cost")]
pub async fn save_cost(form: CostForm) -> Answer<i32> {
    let actor = actor(Action::RecordCosts)?;
    let saved = store()?.save_cost(&actor, request(&form.request), form.clone(), i18n::fmt::parse_amount).await;
    let year = answer_form(saved, &form)?;
    leptos_axum::redirect(&format!("{COSTS}?year={year}"));
    Ok(year)
}

#[server(name = SaveMarginFn, prefix = "/api", endpoint = "settings/save_margin")]
pub async fn save_margin(form: MarginForm) -> Answer<i32> {
    let actor = actor(Action::RecordCosts)?;
    let version = answer_form(store()?.save_margin(&actor, request(&form.request), form.clone()).await, &form)?;
    let next = Some(form.next.as_str()).filter(|next| next.starts_with(COSTS));
    leptos_axum::redirect(&next.map_or_else(|| COSTS.to_owned(), address::local));
    Ok(version)
}

/// Exchange rates of a currency, and the one in which totals are said.
#[server(name = CurrenciesFn, prefix = "/api", endpoint = "settings/currencies", input = Json)]
pub async fn currencies(shown: Option<Currency>, edit: Option<RateId>) -> Answer<CurrenciesPage> {
    let actor = actor(Action::RecordRates)?;
    answer(store()?.currencies(&actor, shown, edit).await)
}

/// Adds a rate or corrects one; a form that works without scripts, as all below.
#[server(name = SaveRateFn, prefix = "/api", endpoint = "settings/save_rate")]
pub async fn save_rate(form: RateForm) -> Answer<Currency> {
    let actor = actor(Action::RecordRates)?;
    let currency = answer_form(store()?.save_rate(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&currencies_at(vec![("currency", currency.to_string())], &form.beside));
    Ok(currency)
}

/// Strikes a rate; the page then offers to put it back.
#[server(name = StrikeRateFn, prefix = "/api", endpoint = "settings/strike_rate")]
pub async fn strike_rate(form: StrikeForm) -> Answer<()> {
    let actor = actor(Action::RecordRates)?;
    let beside = form.beside.clone();
    let (gone, note) = answer(store()?.strike_rate(&actor, request(&form.request), form).await)?;
    let query =
        vec![("currency", gone.from.to_string()), ("gone", gone.since.to_string()), ("rate", gone.rate.to_string()), ("note", note)];
    leptos_axum::redirect(&currencies_at(query, &beside));
    Ok(())
}

#[server(name = SaveReportingFn, prefix = "/api", endpoint = "settings/save_reporting")]
pub async fn save_reporting(form: ReportingForm) -> Answer<Currency> {
    let actor = actor(Action::RecordRates)?;
    let chosen = answer_form(store()?.save_reporting(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(CURRENCIES);
    Ok(chosen)
}

/// What is asked on a return visit, by tier.
#[server(name = VisitFormsFn, prefix = "/api", endpoint = "settings/visit_forms")]
pub async fn visit_forms() -> Answer<Vec<VisitQuestions>> {
    let actor = actor(Action::ManageSettings)?;
    answer(store()?.visit_forms(&actor).await)
}

#[server(name = SaveVisitFormFn, prefix = "/api", endpoint = "settings/save_visit_form")]
pub async fn save_visit_form(form: QuestionsForm) -> Answer<i32> {
    let actor = actor(Action::ManageSettings)?;
    let version = answer_form(store()?.save_visit_form(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect("/settings/visit-forms");
    Ok(version)
}

#[cfg(feature = "ssr")]
fn enter(token: &str, next: &str) {
    cookie::set(token);
    leptos_axum::redirect(&address::local(next));
}

/// Does not tell a stranger which half was wrong.
#[cfg(feature = "ssr")]
fn vague(error: StoreError) -> StoreError {
    match error {
        StoreError::Refused(found) if found.iter().any(|v| v.code == "wrong_password") => {
            vec![Violation::new("password", "wrong_credentials")].into()
        }
        other => other,
    }
}

/// The people within the actor's reach, and the units that lead to them; all
/// units for who may see everybody.
#[cfg(feature = "ssr")]
fn visible(org: &store::Org, actor: &Actor) -> store::Result<Organisation> {
    let scope = scope(actor, Action::ReadPeople)?;
    let manages = grant_any(actor, Action::ManagePeople).is_ok();
    let within = |p: &Person| scope.contains(&Ownership { owner: Some(p.id), unit: p.unit }) && (p.active || manages);
    let mut people: Vec<_> = org.people.values().map(|member| member.person.clone()).filter(within).collect();
    people.sort_by(|a, b| (a.unit, !a.active, &a.name).cmp(&(b.unit, !b.active, &b.name)));
    let leads = |unit: &Unit| {
        *scope.rows() == Rows::All || {
            let below = org.below(unit.id);
            people.iter().any(|p| below.contains(&p.unit))
        }
    };
    let units = org.units.iter().filter(|unit| leads(unit)).cloned().collect();
    Ok(Organisation { name: org.name.clone(), units, people })
}

/// The page of currencies, with the rate that is being corrected beside.
#[cfg(feature = "ssr")]
fn currencies_at(mut query: Vec<(&'static str, String)>, beside: &str) -> String {
    query.extend(RateId::parse(beside).map(|id| ("edit", id.to_string())));
    ui::links::address(CURRENCIES, &query)
}

/// The price as people write it; the store gives minor units.
#[cfg(feature = "ssr")]
fn priced(form: ProductForm) -> ProductForm {
    let price = form.price.parse().map_or(form.price.clone(), |minor| ui::fmt::money_input(minor, &form.currency));
    ProductForm { price, ..form }
}

#[cfg(feature = "ssr")]
fn request(named: &str) -> RequestId {
    RequestId::parse(named).unwrap_or_else(store::new_request)
}
