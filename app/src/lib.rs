//! The application: document, routes, navigation. It only puts slices
//! together; what a page does is in its slice.

mod document;
mod navigation;

pub use document::document;

use customers::{ContactsPage, CustomerPage, CustomersPage, EditContactPage, EditCustomerPage, NewContactPage, NewCustomerPage};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, LazyRoute, SsrMode, StaticSegment, lazy_route, path};
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
    view! {
        <Router>
            <Routes fallback=|| view! { <navigation::NotFound/> }>
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/set-up") view={Lazy::<SetUpRoute>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=StaticSegment("") view=|| view! { <Shell><Outlet/></Shell> } ssr=SsrMode::Async>
                    <Route path=path!("/deals") view={Lazy::<BoardRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/list") view={Lazy::<DealsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/new") view={Lazy::<NewDealRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/:id") view={Lazy::<DealRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/:id/edit") view={Lazy::<EditDealRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers") view={Lazy::<CustomersRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/new") view={Lazy::<NewCustomerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id") view={Lazy::<CustomerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id/edit") view={Lazy::<EditCustomerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id/contacts/new") view={Lazy::<NewContactRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contacts") view={Lazy::<ContactsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id/edit") view={Lazy::<EditContactRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tasks") view={Lazy::<TasksRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/account") view={Lazy::<AccountRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people") view={Lazy::<PeopleRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/products") view={Lazy::<ProductsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/pipelines") view={Lazy::<PipelinesRoute>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
            <ToastArea/>
        </Router>
    }
}

/// Pages are fetched when they are first visited: each becomes a WASM file of
/// its own, so that the first page costs only itself.
macro_rules! lazy_pages {
    ($($route:ident => $page:ident),+ $(,)?) => {$(
        struct $route;

        #[lazy_route]
        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            fn view(this: Self) -> AnyView {
                drop(this);
                Effect::new(|_| alive());
                $page().into_any()
            }
        }
    )+};
}

lazy_pages! {
    SignInRoute => SignInPage,
    SetUpRoute => SetUpPage,
    BoardRoute => BoardPage,
    DealsRoute => DealsPage,
    NewDealRoute => NewDealPage,
    DealRoute => DealPage,
    EditDealRoute => EditDealPage,
    CustomersRoute => CustomersPage,
    NewCustomerRoute => NewCustomerPage,
    CustomerRoute => CustomerPage,
    EditCustomerRoute => EditCustomerPage,
    NewContactRoute => NewContactPage,
    ContactsRoute => ContactsPage,
    EditContactRoute => EditContactPage,
    TasksRoute => TasksPage,
    AccountRoute => AccountPage,
    PeopleRoute => PeoplePage,
    ProductsRoute => ProductsPage,
    PipelinesRoute => PipelinesPage,
}

/// Tests and people's tools wait for this: from here on the page is alive.
fn alive() {
    if let Some(root) = ui::browser::document().and_then(|d| d.document_element()) {
        let _ = root.set_attribute("data-hydrated", "");
    }
}
