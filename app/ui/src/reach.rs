//! One tap to reach a customer: a call, a mail, a message. The tap opens the telephone or
//! the mail program, and this page the form of a return visit with who, by what and when.
//! Without scripts the links do what links do, and the form has a link of its own.

use crate::browser;
use crate::component::Icon;
use crate::facts::texts;
use crate::links;
use crate::toast::Toasts;
use domain::ids::CustomerId;
use domain::visits::view::ReachOf;
use domain::work::FollowUpKind;
use i18n::keys::{common, visits};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The form of a return visit, as far as it is known.
#[must_use]
pub fn visit_form(customer: CustomerId, channel: Option<FollowUpKind>, of: &ReachOf) -> String {
    let channel = channel.map(|channel| ("channel", channel.code().to_owned()));
    let contact = of.contact.map(|id| ("contact", id.to_string()));
    let query: Vec<_> = std::iter::once(("customer", customer.to_string())).chain(channel).chain(contact).collect();
    links::address("/visits/new", &query)
}

/// The ways to reach somebody; none for what is not known of them.
#[component]
pub fn Reach(customer: CustomerId, of: ReachOf) -> impl IntoView {
    let toasts = Toasts::here();
    let said = |key| texts().fmt(key, &[("name", &of.name)]);
    let way = |href: Option<String>, channel: FollowUpKind, icon: &'static str, label: String, value: &str| {
        let navigate = use_navigate();
        let form = visit_form(customer, Some(channel), &of);
        // The link itself is followed too: the browser hands it to another program.
        let open = move |_| navigate(&form, NavigateOptions::default());
        let value = value.to_owned();
        href.map(|href| {
            view! { <a class="btn btn-icon btn-s" href=href aria-label=label title=value data-reach=channel.code() on:click=open><Icon name=icon class="i-14"/></a> }
        })
    };
    let call = way(links::tel(&of.phone), FollowUpKind::Call, "phone", said(common::CALL), &of.phone);
    let mail = way(links::mailto(&of.email), FollowUpKind::Email, "mail", said(common::WRITE_MAIL), &of.email);
    // What WeChat finds people by: the number, else the name.
    let what = if of.phone.is_empty() { of.name.clone() } else { of.phone.clone() };
    let message = (!what.is_empty()).then(|| {
        let form = visit_form(customer, Some(FollowUpKind::Wechat), &of);
        let label = said(visits::COPY);
        let copy = move |_| {
            let what = what.clone();
            spawn_local(async move {
                let done = browser::copy(what.clone()).await;
                let text = |key| texts().fmt(key, &[("what", &what)]);
                if done { toasts.say(text(visits::COPIED)) } else { toasts.refuse(text(visits::NOT_COPIED)) }
            });
        };
        view! { <a class="btn btn-icon btn-s" href=form aria-label=label.clone() title=label data-reach="wechat" on:click=copy><Icon name="message-circle" class="i-14"/></a> }
    });
    view! { {call}{mail}{message} }
}
