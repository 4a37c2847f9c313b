//! The application: document, routes, navigation. It only puts slices
//! together; what a page does is in its slice.

mod document;
mod navigation;
mod present;

pub use document::document;

use analysis::{EconomicsPage, FindingsPage, ForecastPage, OutcomesPage, SpeedPage, WonMonthsPage};
use contracts::{AgeingPage, ContractPage, ContractsPage, EditContractPage, NewContractPage};
use customers::{
    ContactsPage, CustomerPage, CustomersPage, DuplicatesPage, EditContactPage, EditCustomerPage, MergePage, NewContactPage,
    NewCustomerPage, PoolListPage, QuickLeadPage,
};
use data::ImportPage;
use domain::routes::{Rule, rule};
use funnel::FunnelPage;
use home::{BossPage, HomePage};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, LazyRoute, SsrMode, StaticSegment, path};
use navigation::Shell;
use pipeline::board::BoardPage;
use pipeline::dates::{CalendarPage, MonthsPage};
use pipeline::detail::DealPage;
use pipeline::edit::{EditDealPage, NewDealPage};
use pipeline::list::DealsPage;
use quotes::{ApprovalsPage, EditQuotePage, NewQuotePage, PrintQuotePage, QuotePage, QuotesPage};
use satisfaction::{
    EditSurveyPage, NewSurveyPage, NoteAnswerPage, SurveyPage, SurveyPlanPage, SurveyPlansPage, SurveyResultsPage, SurveysPage,
};
use service::{NewTicketPage, TicketPage, TicketsPage};
use settings::{
    AccountPage, CostsPage, FieldSettingsPage, PeoplePage, PipelinesPage, PoolSettingsPage, PriceBooksPage, ProductsPage, SetUpPage,
    SignInPage, TierSettingsPage, VisitFormsPage, WorkdaysPage,
};
use team::TasksPage;
use tiers::{FiguresPage, ReviewPage, TiersPage};
use ui::live::Live;
use ui::palette::{Dialogs, SearchPage};
use ui::toast::{ToastArea, Toasts};
use visits::{NeedsPage, RecordVisitPage, TimelyPage, VisitsPage};

/// Every page. Addresses and their rules are declared in `domain::routes`.
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
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/set-up") view={Lazy::<SetUpRoute>::new()} ssr=SsrMode::Async/>
                // Without the frame of pages: a slide has the whole screen.
                <Route path=path!("/present") view={Lazy::<PresentRoute>::new()} ssr=SsrMode::Async/>
                // On paper nothing but the quote.
                <Route path=path!("/quotes/:id/print") view={Lazy::<PrintQuoteRoute>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=StaticSegment("") view=|| view! { <Shell><Outlet/></Shell> } ssr=SsrMode::Async>
                    <Route path=path!("/home") view={Lazy::<HomeRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/boss") view={Lazy::<BossRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals") view=|| first(BoardPage) ssr=SsrMode::Async/>
                    <Route path=path!("/deals/list") view={Lazy::<DealsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/months") view={Lazy::<MonthsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/calendar") view={Lazy::<CalendarRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/new") view={Lazy::<NewDealRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/:id") view={Lazy::<DealRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/deals/:id/edit") view={Lazy::<EditDealRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/funnel") view={Lazy::<FunnelRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/analysis") view={Lazy::<OutcomesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/analysis/speed") view={Lazy::<SpeedRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/analysis/forecast") view={Lazy::<ForecastRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/analysis/months") view={Lazy::<WonMonthsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/analysis/findings") view={Lazy::<FindingsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/analysis/economics") view={Lazy::<EconomicsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tiers") view={Lazy::<TiersRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tiers/review") view={Lazy::<TierReviewRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tiers/figures") view={Lazy::<TierFiguresRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers") view={Lazy::<CustomersRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/new") view={Lazy::<NewCustomerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/quick") view={Lazy::<QuickLeadRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/duplicates") view={Lazy::<DuplicatesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/merge") view={Lazy::<MergeRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id") view={Lazy::<CustomerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id/edit") view={Lazy::<EditCustomerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id/contacts/new") view={Lazy::<NewContactRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/pool") view={Lazy::<PoolRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contacts") view={Lazy::<ContactsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contacts/:id/edit") view={Lazy::<EditContactRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contracts") view={Lazy::<ContractsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contracts/new") view={Lazy::<NewContractRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contracts/ageing") view={Lazy::<AgeingRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contracts/:id") view={Lazy::<ContractRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/contracts/:id/edit") view={Lazy::<EditContractRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/quotes") view={Lazy::<QuotesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/quotes/new") view={Lazy::<NewQuoteRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/quotes/approvals") view={Lazy::<ApprovalsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/quotes/:id") view={Lazy::<QuoteRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/quotes/:id/edit") view={Lazy::<EditQuoteRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/visits") view={Lazy::<VisitsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/visits/new") view={Lazy::<RecordVisitRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/visits/timely") view={Lazy::<TimelyRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/visits/needs") view={Lazy::<NeedsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tickets") view={Lazy::<TicketsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tickets/new") view={Lazy::<NewTicketRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tickets/:id") view={Lazy::<TicketRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys") view={Lazy::<SurveysRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys/new") view={Lazy::<NewSurveyRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys/answers/new") view={Lazy::<NoteAnswerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys/plans") view={Lazy::<SurveyPlansRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys/plans/:id") view={Lazy::<SurveyPlanRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys/:id") view={Lazy::<SurveyRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys/:id/edit") view={Lazy::<EditSurveyRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/surveys/:id/results") view={Lazy::<SurveyResultsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/field") view={Lazy::<FieldRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/field/nearby") view={Lazy::<NearbyRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/field/visits") view={Lazy::<FieldVisitsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/field/privacy") view={Lazy::<FieldPrivacyRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/import") view={Lazy::<ImportRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/search") view={Lazy::<SearchRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tasks") view={Lazy::<TasksRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/account") view={Lazy::<AccountRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people") view={Lazy::<PeopleRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/products") view={Lazy::<ProductsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/price-books") view={Lazy::<PriceBooksRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/pipelines") view={Lazy::<PipelinesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/tiers") view={Lazy::<TierSettingsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/pools") view={Lazy::<PoolSettingsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/workdays") view={Lazy::<WorkdaysRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/field") view={Lazy::<FieldSettingsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/costs") view={Lazy::<CostsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings/visit-forms") view={Lazy::<VisitFormsRoute>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
            <ToastArea/>
        </Router>
    }
}

/// The pages beside the board. They lie in a WASM file of their own, which is
/// fetched with the first of them, so that the first page of the day costs only
/// itself; and while somebody signs in. One file and not one a page: what pages
/// share would be cut into hundreds of pieces.
#[derive(Clone, Copy)]
enum Later {
    SignIn,
    SetUp,
    Home,
    Boss,
    Deals,
    Months,
    Calendar,
    NewDeal,
    Deal,
    EditDeal,
    Funnel,
    Outcomes,
    Speed,
    Forecast,
    WonMonths,
    Findings,
    Tiers,
    TierReview,
    TierFigures,
    Customers,
    NewCustomer,
    QuickLead,
    Duplicates,
    Merge,
    Customer,
    EditCustomer,
    NewContact,
    Pool,
    Contacts,
    EditContact,
    Contracts,
    NewContract,
    Ageing,
    Contract,
    EditContract,
    Quotes,
    NewQuote,
    Approvals,
    Quote,
    EditQuote,
    PrintQuote,
    Surveys,
    NewSurvey,
    NoteAnswer,
    SurveyPlans,
    SurveyPlan,
    Survey,
    EditSurvey,
    SurveyResults,
    Field,
    Nearby,
    FieldVisits,
    FieldPrivacy,
    Import,
    Search,
    Tasks,
    Account,
    People,
    Products,
    PriceBooks,
    Pipelines,
    TierSettings,
    PoolSettings,
    Visits,
    RecordVisit,
    Timely,
    Needs,
    Tickets,
    NewTicket,
    Ticket,
    Economics,
    Workdays,
    VisitForms,
    Costs,
    FieldSettings,
    Present,
    /// No page: what is opened over one.
    Dialogs,
}

impl Later {
    /// The address under which `domain::routes` declares who may see the page.
    const fn address(self) -> &'static str {
        match self {
            Self::SignIn => "/sign-in",
            Self::SetUp => "/set-up",
            Self::Home => "/home",
            Self::Boss => domain::boss::PATH,
            Self::Deals => "/deals/list",
            Self::Months => "/deals/months",
            Self::Calendar => "/deals/calendar",
            Self::NewDeal => "/deals/new",
            Self::Deal => "/deals/:id",
            Self::EditDeal => "/deals/:id/edit",
            Self::Funnel => "/funnel",
            Self::Outcomes => "/analysis",
            Self::Speed => "/analysis/speed",
            Self::Forecast => "/analysis/forecast",
            Self::WonMonths => "/analysis/months",
            Self::Findings => "/analysis/findings",
            Self::Tiers => "/tiers",
            Self::TierReview => "/tiers/review",
            Self::TierFigures => "/tiers/figures",
            Self::Customers => "/customers",
            Self::NewCustomer => "/customers/new",
            Self::QuickLead => "/customers/quick",
            Self::Duplicates => "/customers/duplicates",
            Self::Merge => "/customers/merge",
            Self::Customer => "/customers/:id",
            Self::EditCustomer => "/customers/:id/edit",
            Self::NewContact => "/customers/:id/contacts/new",
            Self::Pool => "/pool",
            Self::Contacts => "/contacts",
            Self::EditContact => "/contacts/:id/edit",
            Self::Contracts => "/contracts",
            Self::NewContract => "/contracts/new",
            Self::Ageing => "/contracts/ageing",
            Self::Contract => "/contracts/:id",
            Self::EditContract => "/contracts/:id/edit",
            Self::Quotes => "/quotes",
            Self::NewQuote => "/quotes/new",
            Self::Approvals => "/quotes/approvals",
            Self::Quote => "/quotes/:id",
            Self::EditQuote => "/quotes/:id/edit",
            Self::PrintQuote => "/quotes/:id/print",
            Self::Surveys => "/surveys",
            Self::NewSurvey => "/surveys/new",
            Self::NoteAnswer => "/surveys/answers/new",
            Self::SurveyPlans => "/surveys/plans",
            Self::SurveyPlan => "/surveys/plans/:id",
            Self::Survey => "/surveys/:id",
            Self::EditSurvey => "/surveys/:id/edit",
            Self::SurveyResults => "/surveys/:id/results",
            Self::Field => "/field",
            Self::Nearby => "/field/nearby",
            Self::FieldVisits => "/field/visits",
            Self::FieldPrivacy => "/field/privacy",
            Self::Import => "/import",
            Self::Search | Self::Dialogs => "/search",
            Self::Tasks => "/tasks",
            Self::Account => "/account",
            Self::People => "/settings/people",
            Self::Products => "/settings/products",
            Self::PriceBooks => "/settings/price-books",
            Self::Pipelines => "/settings/pipelines",
            Self::TierSettings => "/settings/tiers",
            Self::PoolSettings => "/settings/pools",
            Self::Visits => "/visits",
            Self::RecordVisit => "/visits/new",
            Self::Timely => "/visits/timely",
            Self::Needs => "/visits/needs",
            Self::Workdays => "/settings/workdays",
            Self::VisitForms => "/settings/visit-forms",
            Self::Costs => "/settings/costs",
            Self::FieldSettings => "/settings/field",
            Self::Tickets => "/tickets",
            Self::NewTicket => "/tickets/new",
            Self::Ticket => "/tickets/:id",
            Self::Economics => "/analysis/economics",
            Self::Present => ui::present::PATH,
        }
    }
}

/// Whether the one who looks may see what is declared under `address`.
fn allowed(address: &str) -> bool {
    match rule(address) {
        Some(Rule::May(action)) => ui::facts().may(action),
        _ => true,
    }
}

#[lazy]
fn later(page: Later) -> AnyView {
    if !allowed(page.address()) {
        return match page {
            Later::Present | Later::PrintQuote => view! { <main class="main" id="main"><navigation::Forbidden/></main> }.into_any(),
            _ => view! { <navigation::Forbidden/> }.into_any(),
        };
    }
    match page {
        Later::SignIn => SignInPage().into_any(),
        Later::SetUp => SetUpPage().into_any(),
        Later::Home => HomePage().into_any(),
        Later::Boss => BossPage().into_any(),
        Later::Deals => DealsPage().into_any(),
        Later::Months => MonthsPage().into_any(),
        Later::Calendar => CalendarPage().into_any(),
        Later::NewDeal => NewDealPage().into_any(),
        Later::Deal => DealPage().into_any(),
        Later::EditDeal => EditDealPage().into_any(),
        Later::Funnel => FunnelPage().into_any(),
        Later::Outcomes => OutcomesPage().into_any(),
        Later::Speed => SpeedPage().into_any(),
        Later::Forecast => ForecastPage().into_any(),
        Later::WonMonths => WonMonthsPage().into_any(),
        Later::Findings => FindingsPage().into_any(),
        Later::Tiers => TiersPage().into_any(),
        Later::TierReview => ReviewPage().into_any(),
        Later::TierFigures => FiguresPage().into_any(),
        Later::Customers => CustomersPage().into_any(),
        Later::NewCustomer => NewCustomerPage().into_any(),
        Later::QuickLead => QuickLeadPage().into_any(),
        Later::Duplicates => DuplicatesPage().into_any(),
        Later::Merge => MergePage().into_any(),
        Later::Customer => CustomerPage().into_any(),
        Later::EditCustomer => EditCustomerPage().into_any(),
        Later::NewContact => NewContactPage().into_any(),
        Later::Pool => PoolListPage().into_any(),
        Later::Contacts => ContactsPage().into_any(),
        Later::EditContact => EditContactPage().into_any(),
        Later::Contracts => ContractsPage().into_any(),
        Later::NewContract => NewContractPage().into_any(),
        Later::Ageing => AgeingPage().into_any(),
        Later::Contract => ContractPage().into_any(),
        Later::EditContract => EditContractPage().into_any(),
        Later::Quotes => QuotesPage().into_any(),
        Later::NewQuote => NewQuotePage().into_any(),
        Later::Approvals => ApprovalsPage().into_any(),
        Later::Quote => QuotePage().into_any(),
        Later::EditQuote => EditQuotePage().into_any(),
        Later::PrintQuote => PrintQuotePage().into_any(),
        Later::Surveys => SurveysPage().into_any(),
        Later::NewSurvey => NewSurveyPage().into_any(),
        Later::NoteAnswer => NoteAnswerPage().into_any(),
        Later::SurveyPlans => SurveyPlansPage().into_any(),
        Later::SurveyPlan => SurveyPlanPage().into_any(),
        Later::Survey => SurveyPage().into_any(),
        Later::EditSurvey => EditSurveyPage().into_any(),
        Later::SurveyResults => SurveyResultsPage().into_any(),
        Later::Field => field::FieldPage().into_any(),
        Later::Nearby => field::NearbyPage().into_any(),
        Later::FieldVisits => field::VisitsPage().into_any(),
        Later::FieldPrivacy => field::PrivacyPage().into_any(),
        Later::Import => ImportPage().into_any(),
        Later::Search => SearchPage().into_any(),
        Later::Tasks => TasksPage().into_any(),
        Later::Account => AccountPage().into_any(),
        Later::People => PeoplePage().into_any(),
        Later::Products => ProductsPage().into_any(),
        Later::PriceBooks => PriceBooksPage().into_any(),
        Later::Pipelines => PipelinesPage().into_any(),
        Later::TierSettings => TierSettingsPage().into_any(),
        Later::PoolSettings => PoolSettingsPage().into_any(),
        Later::Visits => VisitsPage().into_any(),
        Later::RecordVisit => RecordVisitPage().into_any(),
        Later::Timely => TimelyPage().into_any(),
        Later::Needs => NeedsPage().into_any(),
        Later::Workdays => WorkdaysPage().into_any(),
        Later::VisitForms => VisitFormsPage().into_any(),
        Later::Costs => CostsPage().into_any(),
        Later::FieldSettings => FieldSettingsPage().into_any(),
        Later::Tickets => TicketsPage().into_any(),
        Later::NewTicket => NewTicketPage().into_any(),
        Later::Ticket => TicketPage().into_any(),
        Later::Economics => EconomicsPage().into_any(),
        Later::Present => present::PresentPage().into_any(),
        Later::Dialogs => Dialogs().into_any(),
    }
}

macro_rules! later_routes {
    ($($route:ident => $page:ident),+ $(,)?) => {$(
        struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                let view = later(Later::$page).await;
                Effect::new(|_| alive());
                view
            }

            // Hydration finds the file there, or it would wait in the middle.
            async fn preload() {
                #[cfg(feature = "hydrate")]
                __preload_later().await;
            }
        }
    )+};
}

later_routes! {
    HomeRoute => Home, BossRoute => Boss, SignInRoute => SignIn, SetUpRoute => SetUp, DealsRoute => Deals, MonthsRoute => Months, CalendarRoute => Calendar, NewDealRoute => NewDeal, DealRoute => Deal, EditDealRoute => EditDeal,
    FunnelRoute => Funnel,
    OutcomesRoute => Outcomes, SpeedRoute => Speed, ForecastRoute => Forecast, WonMonthsRoute => WonMonths, FindingsRoute => Findings,
    TiersRoute => Tiers, TierReviewRoute => TierReview, TierFiguresRoute => TierFigures,
    CustomersRoute => Customers, NewCustomerRoute => NewCustomer, QuickLeadRoute => QuickLead, DuplicatesRoute => Duplicates, MergeRoute => Merge, CustomerRoute => Customer, EditCustomerRoute => EditCustomer,
    NewContactRoute => NewContact, PoolRoute => Pool, ContactsRoute => Contacts, EditContactRoute => EditContact, ImportRoute => Import, SearchRoute => Search,
    ContractsRoute => Contracts, NewContractRoute => NewContract, AgeingRoute => Ageing, ContractRoute => Contract, EditContractRoute => EditContract,
    QuotesRoute => Quotes, NewQuoteRoute => NewQuote, ApprovalsRoute => Approvals, QuoteRoute => Quote, EditQuoteRoute => EditQuote, PrintQuoteRoute => PrintQuote,
    SurveysRoute => Surveys, NewSurveyRoute => NewSurvey, NoteAnswerRoute => NoteAnswer, SurveyPlansRoute => SurveyPlans, SurveyPlanRoute => SurveyPlan,
    SurveyRoute => Survey, EditSurveyRoute => EditSurvey, SurveyResultsRoute => SurveyResults,
    FieldRoute => Field, NearbyRoute => Nearby, FieldVisitsRoute => FieldVisits, FieldPrivacyRoute => FieldPrivacy,
    TasksRoute => Tasks,
    AccountRoute => Account, PeopleRoute => People, ProductsRoute => Products, PriceBooksRoute => PriceBooks, PipelinesRoute => Pipelines, TierSettingsRoute => TierSettings, PoolSettingsRoute => PoolSettings,
    VisitsRoute => Visits, RecordVisitRoute => RecordVisit, TimelyRoute => Timely, NeedsRoute => Needs,
    TicketsRoute => Tickets, NewTicketRoute => NewTicket, TicketRoute => Ticket, EconomicsRoute => Economics,
    WorkdaysRoute => Workdays, VisitFormsRoute => VisitForms, CostsRoute => Costs, FieldSettingsRoute => FieldSettings,
    PresentRoute => Present,
}

/// What is opened over a page, from the first time that it is wanted.
pub(crate) async fn dialogs() -> AnyView {
    later(Later::Dialogs).await
}

/// A page of the first file.
fn first<V: IntoView>(page: fn() -> V) -> AnyView {
    Effect::new(|_| alive());
    page().into_any()
}

/// Tests and people's tools wait for this: from here on the page is alive.
fn alive() {
    if let Some(root) = ui::browser::document().and_then(|d| d.document_element()) {
        let _ = root.set_attribute("data-hydrated", "");
    }
}
