//! The first start: the organisation and its administrator. As on the sign-in
//! page the browser posts the form itself.

use crate::api::{self, SetUpFn};
use crate::frame::Frame;
use crate::sign_in::PasswordField;
use domain::money::Currency;
use domain::org::{NAME_MAX, PASSWORD_MIN, SetUpForm, TIME_ZONES};
use i18n::keys::{auth, common};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use ui::form::{FormError, Refusals, SelectField, TextField, typed_or};
use ui::{ApiError, t, texts};

#[component]
pub fn SetUpPage() -> impl IntoView {
    let refused = ServerAction::<SetUpFn>::new().value().get_untracked().and_then(Result::err);
    let entrance = Resource::new_blocking(|| (), |()| api::demo_accounts());
    view! {
        <Frame title=auth::SETUP_TITLE>
            <Suspense fallback=|| ()>
                {move || {
                    let refused = refused.clone();
                    Suspend::new(async move {
                        if entrance.await.is_ok_and(|entrance| entrance.set_up) {
                            view! { <p><a class="btn btn-l" href="/sign-in">{t(auth::SETUP_DONE)}</a></p> }.into_any()
                        } else {
                            view! { <SetUp refused/> }.into_any()
                        }
                    })
                }}
            </Suspense>
        </Frame>
    }
}

#[component]
fn SetUp(refused: Option<ApiError>) -> impl IntoView {
    let typed = typed_or(
        refused.as_ref(),
        SetUpForm {
            currency: Currency::Cny.code().to_owned(),
            time_zone: TIME_ZONES[0].to_owned(),
            fiscal_start_month: "1".to_owned(),
            ..SetUpForm::default()
        },
    );
    let refusals = {
        let refused = refused.clone();
        Refusals::of(move || refused.clone().map(Err::<(), _>))
    };
    let currencies = Currency::ALL.iter().map(|c| (c.code().to_owned(), c.code().to_owned())).collect();
    let zones = TIME_ZONES.iter().map(|zone| ((*zone).to_owned(), zone.replace('_', " "))).collect();
    let months = (1..=12).map(|month: u32| (month.to_string(), ui::fmt::month_of_year(ui::facts().lang, month))).collect();
    let rule = texts().fmt(auth::PASSWORD_RULE, &[("min", &PASSWORD_MIN.to_string())]);
    view! {
        <p>{t(auth::SETUP_INTRO)}</p>
        <form method="post" action=SetUpFn::PATH>
            <FormError error=Signal::stored(refused)/>
            <TextField label=auth::SETUP_COMPANY name="organisation" refusals value=typed.organisation autocomplete="organization" required=true max=NAME_MAX/>
            <SelectField label=auth::SETUP_CURRENCY name="currency" refusals value=typed.currency options=currencies/>
            <SelectField label=auth::SETUP_TIME_ZONE name="time_zone" refusals value=typed.time_zone options=zones/>
            <SelectField label=auth::SETUP_FISCAL_YEAR name="fiscal_start_month" refusals value=typed.fiscal_start_month options=months/>
            <TextField label=common::PERSON_NAME name="name" refusals value=typed.name autocomplete="name" required=true max=NAME_MAX/>
            <TextField label=common::EMAIL name="email" refusals value=typed.email autocomplete="username" inputmode="email" required=true max=200/>
            <PasswordField label=auth::PASSWORD name="password" refusals autocomplete="new-password" hint=rule/>
            <PasswordField label=auth::REPEAT_PASSWORD name="password_again" refusals autocomplete="new-password"/>
            <button class="btn btn-primary" type="submit">{t(auth::SETUP_START)}</button>
        </form>
    }
}
