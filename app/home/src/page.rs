//! The page: what the server wrote, and when it is asked for again.

use crate::api::{self, Today};
use domain::home::{HomeQuery, Parts};
use i18n::keys::nav;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use ui::component::Heading;
use ui::present::PresentLink;
use ui::refresh::on_change;
use ui::toast::Toasts;
use ui::{Answer, facts, t, written};

/// After changes the first findings are asked for again no sooner than so many milliseconds after
/// the last time: they go through all deals, and a busy team changes something every few seconds.
const TOP_AGAIN_MS: f64 = 60_000.0;

/// Where they are put, once they were asked for.
const FIRST_FINDINGS: &str = "[data-first-findings]";

/// The page. The server waits for what is on it; the browser finds it written, or asks for it when
/// it comes from another page. So it needs nothing of what reads and shows records, which makes
/// the first page of the day the smallest.
#[component]
pub fn HomePage() -> impl IntoView {
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| HomeQuery::from_query(|name| address.get(name))));
    let (head_at, body_at) = (NodeRef::<Div>::new(), NodeRef::<Div>::new());
    let again = RwSignal::new(0_u32);
    let shown = StoredValue::new(None::<Today>);
    let top = StoredValue::new(None::<String>);
    let put_top = move || {
        let place = body_at.get_untracked().and_then(|body| body.query_selector(FIRST_FINDINGS).ok()?);
        if let (Some(place), Some(text)) = (place, top.get_value()) {
            written::put(&place, &text);
        }
    };
    // What stands there; the server has written the first.
    let standing = StoredValue::new(None::<HomeQuery>);
    let toasts = Toasts::here();
    let put = move |of: HomeQuery, read: Answer<Today>| {
        let Some((head, body)) = head_at.get_untracked().zip(body_at.get_untracked()) else { return };
        match read {
            // What is the same stays as it stands, with what is marked in it.
            Ok(read) if shown.with_value(|shown| shown.as_ref() == Some(&read)) => {}
            Ok(read) => {
                written::put(&head, &read.head);
                written::put(&body, &read.body);
                put_top();
                shown.set_value(Some(read));
                standing.set_value(Some(of));
            }
            // What could not be read again stays as it was.
            Err(error) if standing.with_value(|standing| standing.as_ref() == Some(&of)) => toasts.refuse(error.sentence()),
            Err(error) => {
                body.set_inner_html(&written::failed(&error));
                shown.set_value(None);
                standing.set_value(None);
            }
        }
    };
    Effect::new(move |before: Option<HomeQuery>| {
        again.track();
        let query = asked.get();
        let is_there = body_at.get_untracked().is_some_and(|body| body.query_selector(".hm").is_ok_and(|found| found.is_some()));
        if before.is_some() || !is_there {
            let of = query.clone();
            spawn_local(async move {
                let read = api::today(of.clone()).await;
                // Who left meanwhile, or asked for something else, is told that.
                if asked.try_get_untracked().as_ref() == Some(&of) {
                    put(of, read);
                }
            });
        } else {
            standing.set_value(Some(query.clone()));
        }
        query
    });
    let told = facts().viewer.as_ref().is_some_and(|viewer| Parts::of(viewer.role).findings);
    Effect::new(move |last: Option<(HomeQuery, f64)>| {
        again.track();
        let (query, now) = (asked.get(), ui::browser::now());
        if let Some(last) = last.filter(|(of, at)| *of == query && now - at < TOP_AGAIN_MS) {
            return last;
        }
        if !told {
            return (query, now);
        }
        let of = query.clone();
        spawn_local(async move {
            let read = api::first_findings(of).await;
            if top.try_set_value(Some(read.unwrap_or_else(|error| written::failed(&error)))).is_none() {
                put_top();
            }
        });
        (query, now)
    });
    on_change(
        |event| matches!(event.topic.as_str(), "deal" | "customer" | "task" | "org" | "settings" | "view" | "survey" | "quote" | "ticket"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    let first = at_first(asked.get_untracked());
    Suspend::new(async move {
        let Today { head, body } = first.await;
        view! {
            <header class="top">
                <Heading text=t(nav::TODAY)/>
                <div class="is-through" node_ref=head_at inner_html=head></div>
                <div class="end"><PresentLink slide="home"/></div>
            </header>
            <div class="body" node_ref=body_at inner_html=body></div>
        }
    })
}

/// What is on the page before the browser asks: on the server all of it.
#[cfg(feature = "ssr")]
async fn at_first(query: HomeQuery) -> Today {
    match api::today(query).await {
        Ok(read) => read,
        Err(error) => Today { head: String::new(), body: written::failed(&error) },
    }
}

/// In the browser it stands there already, or is waited for.
#[cfg(not(feature = "ssr"))]
async fn at_first(_: HomeQuery) -> Today {
    Today { head: String::new(), body: written::skeleton(12) }
}
