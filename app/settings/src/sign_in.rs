//! Signing in. The forms are posted by the browser itself, never by a script:
//! the answer is another page with other facts.

use crate::api::{self, DemoSignInFn, Entrance, SignInFn};
use crate::form::SignInForm;
use crate::frame::Frame;
use domain::org::DemoAccount;
use domain::policy::Role;
use i18n::keys::auth;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use ui::component::Icon;
use ui::form::{Field, FormError, Refusals, TextField, typed_or};
use ui::{ApiError, t, texts, words};

#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = query.with_untracked(|q| q.get("next")).unwrap_or_default();
    // What was refused comes back in the address.
    let refused = ServerAction::<SignInFn>::new().value().get_untracked().and_then(Result::err);
    let demo_refused = ServerAction::<DemoSignInFn>::new().value().get_untracked().and_then(Result::err);
    let entrance = Resource::new_blocking(|| (), |()| api::demo_accounts());
    let typed = typed_or(refused.as_ref(), SignInForm { next: next.clone(), ..SignInForm::default() });
    let whole = refused.clone().filter(concerns_whole).or(demo_refused);
    let refusals = {
        let refused = refused.clone();
        Refusals::of(move || refused.clone().map(Err::<(), _>))
    };
    view! {
        <Frame title=auth::SIGN_IN>
            <form method="post" action=SignInFn::PATH>
                <FormError error=Signal::stored(whole)/>
                <input type="hidden" name="form[next]" value=typed.next/>
                <TextField label=auth::ACCOUNT_HINT name="email" refusals value=typed.email autocomplete="username" inputmode="email" max=200/>
                <PasswordField label=auth::PASSWORD name="password" refusals autocomplete="current-password" required=false/>
                <button class="btn btn-primary" type="submit">{t(auth::SIGN_IN)}</button>
                <details class="fs12">
                    <summary class="link">{t(auth::FORGOT_PASSWORD)}</summary>
                    <p class="hint">{t(auth::FORGOT_HINT)}</p>
                </details>
            </form>
            <Suspense fallback=|| ()>
                {move || {
                    let next = next.clone();
                    Suspend::new(async move { entrance.await.ok().map(|entrance| view! { <Entrances entrance next/> }) })
                }}
            </Suspense>
        </Frame>
    }
}

/// Whether more is wrong than stands at the fields.
fn concerns_whole(error: &ApiError) -> bool {
    error.violations().is_empty() || error.violations().iter().any(|v| v.field.is_empty())
}

/// The other way in: the demo's accounts, one click each.
#[component]
fn Entrances(entrance: Entrance, next: String) -> impl IntoView {
    let any = !entrance.accounts.is_empty();
    let buttons = entrance.accounts.into_iter().map(|account| view! { <DemoButton account/> }).collect_view();
    view! {
        {any.then(|| view! {
            <div class="or"><span>{t(auth::DEMO_OR)}</span></div>
            <form class="demo-accounts" method="post" action=DemoSignInFn::PATH>
                <input type="hidden" name="next" value=next/>
                {buttons}
            </form>
        })}
    }
}

#[component]
fn DemoButton(account: DemoAccount) -> impl IntoView {
    let icon = match account.role {
        Role::Salesperson => "user-round",
        Role::Manager => "users",
        Role::Service => "message-circle",
        Role::Finance => "table-2",
        Role::Hr => "contact-round",
        Role::Administrator => "settings",
    };
    let label = texts().fmt(auth::DEMO_ENTER_AS, &[("name", &account.name)]);
    view! {
        <button type="submit" name="user" value=account.id.to_string() title=label data-demo=account.role.code()>
            <Icon name=icon/>
            <span><b>{t(words::role(account.role))}</b><small>{account.name}" · "{account.unit_name}</small></span>
            <Icon name="chevron-right"/>
        </button>
    }
}

/// A password with a button that shows it. It never carries a value.
#[component]
pub fn PasswordField(
    label: i18n::Key,
    name: &'static str,
    refusals: Refusals,
    autocomplete: &'static str,
    #[prop(optional)] hint: String,
    #[prop(default = true)] required: bool,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <Field label name refusals required hint>
            <span class="with-end">
                <input id=name name=format!("form[{name}]") type=move || if shown.get() { "text" } else { "password" } autocomplete=autocomplete
                    maxlength=domain::org::PASSWORD_MAX.to_string() aria-required=required.then_some("true") autocapitalize="off" spellcheck="false"
                    aria-invalid=move || refusals.at(name).map(|_| "true") aria-describedby=format!("{name}-err")/>
                <button class="btn btn-icon btn-s" type="button" aria-pressed=move || shown.get().to_string() aria-label=t(auth::SHOW_PASSWORD)
                    title=t(auth::SHOW_PASSWORD) on:click=move |_| shown.update(|on| *on = !*on)>
                    <Icon name="eye"/>
                </button>
            </span>
        </Field>
    }
}
