//! The application: document, routes, navigation. It only puts slices
//! together; what a page does is in its slice.

mod document;
mod navigation;

pub use document::document;

use customers::{ContactsPage, CustomerPage, CustomersPage, EditContactPage, EditCustomerPage, NewContactPage, NewCustomerPage};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, StaticSegment, path};
use navigation::Shell;
use pipeline::board::BoardPage;
use pipeline::detail::DealPage;
use pipeline::edit::{EditDealPage, NewDealPage};
use pipeline::list::DealsPage;
use settings::{AccountPage, PeoplePage, PipelinesPage, ProductsPage, SetUpPage, SignInPage};
use team::TasksPage;
use ui::live::Live;
use ui::toast::{ToastArea, Toasts};

/// Every page. Addresses and their rules are declared in `domain::routes`.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Toasts::provide();
    if ui::facts().viewer.is_some() {
        Live::provide();
    }
    // Tests and people's tools wait for this: from here on the page is alive.
    Effect::new(|_| {
        if let Some(root) = ui::browser::document().and_then(|d| d.document_element()) {
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <Router>
            <Routes fallback=|| view! { <navigation::NotFound/> }>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/set-up") view=SetUpPage ssr=SsrMode::Async/>
                <ParentRoute path=StaticSegment("") view=|| view! { <Shell><Outlet/></Shell> } ssr=SsrMode::Async>
                    <Route path=path!("/deals") view=BoardPage ssr=SsrMode::Async/>
                    <Route path=path!("/deals/list") view=DealsPage ssr=SsrMode::Async/>
                    <Route path=path!("/deals/new") view=NewDealPage ssr=SsrMode::Async/>
                    <Route path=path!("/deals/:id") view=DealPage ssr=SsrMode::Async/>
                    <Route path=path!("/deals/:id/edit") view=EditDealPage ssr=SsrMode::Async/>
                    <Route path=path!("/customers") view=CustomersPage ssr=SsrMode::Async/>
                    <Route path=path!("/customers/new") view=NewCustomerPage ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id") view=CustomerPage ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id/edit") view=EditCustomerPage ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id/contacts/new") view=NewContactPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts") view=ContactsPage ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id/edit") view=EditContactPage ssr=SsrMode::Async/>
                    <Route path=path!("/tasks") view=TasksPage ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people") view=PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/products") view=ProductsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/pipelines") view=PipelinesPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
            <ToastArea/>
        </Router>
    }
}
