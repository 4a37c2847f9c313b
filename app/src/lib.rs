//! The application: document, pages, navigation. It only puts slices together; what
//! a page does is in its slice.

mod document;
mod navigation;
mod pages;
mod present;

pub use document::document;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Outlet, ParentRoute, Router, Routes};
use leptos_router::{SsrMode, StaticSegment};
use navigation::Shell;
use pages::{BarePages, FramedPages};
use ui::live::Live;
use ui::toast::{ToastArea, Toasts};

/// Every page, with what is around all of them.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Toasts::provide();
    if ui::facts().viewer.is_some() {
        Live::provide();
        ui::tier_names::follow();
    }
    view! {
        <Router>
            <Routes fallback=|| view! { <navigation::NotFound/> }>
                <BarePages/>
                <ParentRoute path=StaticSegment("") view=|| view! { <Shell><Outlet/></Shell> } ssr=SsrMode::Async>
                    <FramedPages/>
                </ParentRoute>
            </Routes>
            <ToastArea/>
        </Router>
    }
}
