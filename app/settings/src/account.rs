//! One's own account: who one is, language and theme, sign-ins, password.

use crate::api::{self, ChangePasswordFn, RevokeSignInFn, SignOutFn};
use crate::device::device;
use crate::nav::{Place, SettingsNav};
use crate::sign_in::PasswordField;
use crate::switch::{LanguageSwitch, ThemeSwitch};
use domain::org::{PASSWORD_MIN, SignIn, Viewer};
use i18n::keys::{auth, common, nav, settings};
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use ui::component::{Failed, Heading, Icon, Skeleton};
use ui::error::instant;
use ui::form::{FormError, Refusals};
use ui::toast::Toasts;
use ui::{ApiError, facts, t, texts, words};

#[component]
pub fn AccountPage() -> impl IntoView {
    let viewer = facts().viewer.clone();
    view! {
        <header class="top">
            <Heading text=t(auth::ACCOUNT_TITLE)/>
            <div class="end">
                <form method="post" action=SignOutFn::PATH>
                    <button class="btn" type="submit" data-sign-out=""><Icon name="log-out" class="i-14"/><span>{t(nav::SIGN_OUT)}</span></button>
                </form>
            </div>
        </header>
        <div class="body">
            <div class="sections">
                <SettingsNav here=Place::Account/>
                {viewer.clone().map(|viewer| view! { <Profile viewer/> })}
                <Preferences/>
                <SignIns/>
                <ChangePassword email=viewer.map(|v| v.email).unwrap_or_default()/>
            </div>
        </div>
    }
}

#[component]
fn Profile(viewer: Viewer) -> impl IntoView {
    view! {
        <section class="card-box">
            <h2>{t(auth::PROFILE)}</h2>
            <dl class="kv">
                <dt>{t(common::PERSON_NAME)}</dt><dd>{viewer.name}</dd>
                <dt>{t(common::EMAIL)}</dt><dd>{viewer.email}</dd>
                <dt>{t(common::ROLE)}</dt><dd>{t(words::role(viewer.role))}</dd>
                <dt>{t(settings::UNIT)}</dt><dd>{viewer.unit_name}</dd>
                <dt>{t(settings::ORGANISATION)}</dt><dd>{viewer.organisation}</dd>
            </dl>
            <p class="hint">{t(settings::PROFILE_HINT)}</p>
        </section>
    }
}

#[component]
fn Preferences() -> impl IntoView {
    view! {
        <section class="card-box">
            <h2>{t(auth::PREFERENCES)}</h2>
            <div class="setting"><span>{t(auth::LANGUAGE)}</span><LanguageSwitch/></div>
            <div class="setting"><span>{t(auth::THEME)}</span><ThemeSwitch words=true/></div>
            <noscript inner_html=format!("<p class=\"hint\">{}</p>", t(settings::NEEDS_SCRIPTS))></noscript>
        </section>
    }
}

#[component]
fn SignIns() -> impl IntoView {
    let revoke = ServerAction::<RevokeSignInFn>::new();
    let revoked = Memo::new(move |_| revoke.value().with(|v| matches!(v, Some(Ok(())))).then(|| revoke.version().get()));
    let list = Resource::new(move || revoked.get(), |_| api::sign_ins());
    let toasts = Toasts::here();
    Effect::new(move |_| {
        if revoked.get().is_some() {
            toasts.say(t(settings::SIGN_IN_ENDED).to_owned());
        }
    });
    let error = Signal::derive(move || revoke.value().get().and_then(Result::err));
    view! {
        <section class="card-box">
            <h2>{t(auth::SESSIONS)}</h2>
            <FormError error/>
            <p>{t(auth::SESSIONS_HINT)}</p>
            <Transition fallback=|| view! { <Skeleton rows=2/> }>
                {move || Suspend::new(async move {
                    match list.await {
                        Ok(list) => {
                            let alone = list.len() < 2;
                            view! {
                                <ul data-sign-ins="">{list.into_iter().map(|sign_in| view! { <SignInRow sign_in revoke/> }).collect_view()}</ul>
                                {alone.then(|| view! { <p class="hint">{t(auth::SESSION_ONLY_THIS)}</p> })}
                            }.into_any()
                        }
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn SignInRow(sign_in: SignIn, revoke: ServerAction<RevokeSignInFn>) -> impl IntoView {
    let facts = facts();
    let device = device(&sign_in.agent).unwrap_or_else(|| t(auth::SESSION_UNKNOWN_DEVICE).to_owned());
    let started = instant(&facts, sign_in.created_at);
    let seen = instant(&facts, sign_in.seen_at);
    let times = texts().fmt(settings::SIGN_IN_TIMES, &[("started", &started), ("seen", &seen)]);
    let label = texts().fmt(auth::SESSION_REVOKE_NAMED, &[("device", &device)]);
    view! {
        <li class="setting">
            <span title=sign_in.agent>{device}<small>{sign_in.ip}" · "{times}</small></span>
            {if sign_in.current {
                view! { <span class="badge badge-accent">{t(auth::SESSION_CURRENT)}</span> }.into_any()
            } else {
                view! {
                    <ActionForm action=revoke>
                        <input type="hidden" name="id" value=sign_in.id.to_string()/>
                        <button class="btn btn-s" type="submit" aria-label=label>{t(auth::SESSION_REVOKE)}</button>
                    </ActionForm>
                }.into_any()
            }}
        </li>
    }
}

#[component]
fn ChangePassword(email: String) -> impl IntoView {
    let query = use_query_map();
    let action = ServerAction::<ChangePasswordFn>::new();
    let form = NodeRef::<html::Form>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let done = Memo::new(move |_| query.with(|q| q.get("done").is_some()) && error.with(Option::is_none));
    Effect::new(move |_| {
        // The page stays, and with it what was typed: passwords must go.
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
        }
    });
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    let rule = texts().fmt(auth::PASSWORD_RULE, &[("min", &PASSWORD_MIN.to_string())]);
    view! {
        <section class="card-box" id="password-change">
            <h2>{t(auth::CHANGE_PASSWORD)}</h2>
            <ActionForm action node_ref=form attr:class="form is-narrow">
                <div class="banner banner-ok" role="status" hidden=move || !done.get()><Icon name="circle-check"/><span>{t(auth::PASSWORD_CHANGED)}</span></div>
                <FormError error/>
                // For the password manager, which must know whose it is.
                <input type="text" autocomplete="username" value=email readonly hidden/>
                <PasswordField label=auth::CURRENT_PASSWORD name="old" refusals autocomplete="current-password"/>
                <PasswordField label=auth::NEW_PASSWORD name="password" refusals autocomplete="new-password" hint=rule/>
                <PasswordField label=auth::REPEAT_PASSWORD name="password_again" refusals autocomplete="new-password"/>
                <div class="form-actions">
                    <button class="btn" type="submit" aria-busy=move || action.pending().get().to_string()>{t(auth::CHANGE_PASSWORD)}</button>
                </div>
            </ActionForm>
        </section>
    }
}
