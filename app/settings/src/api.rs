//! Server functions of the settings: who asks, one call to the store, return.

use crate::form::SignInForm;
use domain::ids::UserId;
use domain::org::{DemoAccount, SetUpForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    crate::{address, cookie},
    domain::violation::Violation,
    store::StoreError,
    ui::server::{Asking, answer, answer_form, origin, store},
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
