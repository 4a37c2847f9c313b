//! Every page: its address, what shows it, and whether it has the frame. Addresses
//! and their rules are declared in `domain::routes`.
//!
//! All routes have one type, whatever their address and page: a type for each would
//! be code for each, in the first file that a browser fetches.

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
use leptos_router::any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute};
use leptos_router::{
    ChooseView, GeneratedRouteData, IntoChooseViewMaybeErased, MatchNestedRoutes, NestedRoute, ParamSegment, PartialPathMatch, PathSegment,
    PossibleRouteMatch, RouteMatchId, SsrMode, StaticSegment,
};
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
    AccountPage, CostsPage, CurrenciesPage, FieldSettingsPage, PeoplePage, PipelinesPage, PoolSettingsPage, PriceBooksPage, ProductsPage,
    SetUpPage, SignInPage, TierSettingsPage, VisitFormsPage, WorkdaysPage,
};
use team::TasksPage;
use tiers::{FiguresPage, ReviewPage, TiersPage};
use ui::live::Live;
use ui::palette::{Dialogs, SearchPage};
use visits::{NeedsPage, RecordVisitPage, TimelyPage, VisitsPage};
#[cfg(feature = "ssr")]
use {
    leptos::{PrefetchLazyFn, WasmSplitManifest},
    leptos_meta::Link,
};

use crate::{navigation, present};

/// Declares the pages: a variant, an address and a component each. The first address
/// that fits wins.
///
/// The first page lies in the first file. Each part lies in a WASM file of its own, which is
/// fetched with the first of its pages, beside what it shares with other parts. Few parts and
/// not one a page: what pages share would be cut into hundreds of pieces.
macro_rules! pages {
    (
        first { $first:ident: $first_at:expr => $first_view:path }
    $(
        $(#[$about:meta])*
        $part:ident by $preload:ident {
            $(bare { $($bare:ident: $bare_at:expr => $bare_view:path,)+ })?
            $(over { $($over:ident: $over_at:expr => $over_view:path,)+ })?
            $(framed { $($page:ident: $at:expr => $view:path,)+ })?
        }
    )+) => {
        /// What the browser can show.
        #[derive(Clone, Copy, PartialEq, Eq)]
        enum Page {
            $first,
            $($($($bare,)+)? $($($over,)+)? $($($page,)+)?)+
        }

        /// Pages that have the whole screen.
        const BARE: &[Page] = &[$($($(Page::$bare,)+)?)+];
        /// Pages in the frame with navigation.
        const FRAMED: &[Page] = &[Page::$first, $($($(Page::$page,)+)?)+];

        $(
            $(#[$about])*
            #[lazy]
            fn $part(page: Page) -> AnyView {
                match page {
                    $($(Page::$bare => $bare_view().into_any(),)+)?
                    $($(Page::$over => $over_view().into_any(),)+)?
                    $($(Page::$page => $view().into_any(),)+)?
                    _ => ().into_any(),
                }
            }
        )+

        impl Page {
            /// The address under which `domain::routes` declares who may see the page.
            const fn address(self) -> &'static str {
                match self {
                    Self::$first => $first_at,
                    $(
                        $($(Self::$bare => $bare_at,)+)?
                        $($(Self::$over => $over_at,)+)?
                        $($(Self::$page => $at,)+)?
                    )+
                }
            }

            /// The page, when its file is there.
            async fn view(self) -> AnyView {
                match self {
                    Self::$first => $first_view().into_any(),
                    $($($(Self::$bare)|+ => $part(self).await,)? $($(Self::$over)|+ => $part(self).await,)? $($(Self::$page)|+ => $part(self).await,)?)+
                }
            }

            /// Fetches the file of the page.
            #[cfg(feature = "hydrate")]
            async fn fetched(self) {
                match self {
                    Self::$first => {}
                    $($($(Self::$bare)|+ => $preload().await,)? $($(Self::$over)|+ => $preload().await,)? $($(Self::$page)|+ => $preload().await,)?)+
                }
            }
        }
    };
}

pages! {
    first { Home: "/home" => HomePage }
    /// The board.
    board by __preload_board {
        framed {
            Board: "/deals" => BoardPage,
        }
    }
    /// What a phone is opened for, beside the page of today.
    door by __preload_door {
        framed {
            Field: "/field" => field::FieldPage,
            Nearby: "/field/nearby" => field::NearbyPage,
            FieldPrivacy: "/field/privacy" => field::PrivacyPage,
            Boss: domain::boss::PATH => BossPage,
            QuickLead: "/customers/quick" => QuickLeadPage,
            Tasks: "/tasks" => TasksPage,
        }
    }
    /// Where one comes in, before the first page.
    enter by __preload_enter {
        bare {
            SignIn: "/sign-in" => SignInPage,
            SetUp: "/set-up" => SetUpPage,
        }
    }
    /// The others.
    later by __preload_later {
        bare {
            Present: ui::present::PATH => present::PresentPage,
            PrintQuote: "/quotes/:id/print" => PrintQuotePage,
        }
        over {
            Dialogs: "/search" => Dialogs,
        }
        framed {
            Deals: "/deals/list" => DealsPage,
            Months: "/deals/months" => MonthsPage,
            Calendar: "/deals/calendar" => CalendarPage,
            NewDeal: "/deals/new" => NewDealPage,
            Deal: "/deals/:id" => DealPage,
            EditDeal: "/deals/:id/edit" => EditDealPage,
            Funnel: "/funnel" => FunnelPage,
            Outcomes: "/analysis" => OutcomesPage,
            Speed: "/analysis/speed" => SpeedPage,
            Forecast: "/analysis/forecast" => ForecastPage,
            WonMonths: "/analysis/months" => WonMonthsPage,
            Findings: "/analysis/findings" => FindingsPage,
            Economics: "/analysis/economics" => EconomicsPage,
            Tiers: "/tiers" => TiersPage,
            TierReview: "/tiers/review" => ReviewPage,
            TierFigures: "/tiers/figures" => FiguresPage,
            Customers: "/customers" => CustomersPage,
            NewCustomer: "/customers/new" => NewCustomerPage,
            Duplicates: "/customers/duplicates" => DuplicatesPage,
            Merge: "/customers/merge" => MergePage,
            Customer: "/customers/:id" => CustomerPage,
            EditCustomer: "/customers/:id/edit" => EditCustomerPage,
            NewContact: "/customers/:id/contacts/new" => NewContactPage,
            Pool: "/pool" => PoolListPage,
            Contacts: "/contacts" => ContactsPage,
            EditContact: "/contacts/:id/edit" => EditContactPage,
            Contracts: "/contracts" => ContractsPage,
            NewContract: "/contracts/new" => NewContractPage,
            Ageing: "/contracts/ageing" => AgeingPage,
            Contract: "/contracts/:id" => ContractPage,
            EditContract: "/contracts/:id/edit" => EditContractPage,
            Quotes: "/quotes" => QuotesPage,
            NewQuote: "/quotes/new" => NewQuotePage,
            Approvals: "/quotes/approvals" => ApprovalsPage,
            Quote: "/quotes/:id" => QuotePage,
            EditQuote: "/quotes/:id/edit" => EditQuotePage,
            Visits: "/visits" => VisitsPage,
            RecordVisit: "/visits/new" => RecordVisitPage,
            Timely: "/visits/timely" => TimelyPage,
            Needs: "/visits/needs" => NeedsPage,
            Tickets: "/tickets" => TicketsPage,
            NewTicket: "/tickets/new" => NewTicketPage,
            Ticket: "/tickets/:id" => TicketPage,
            Surveys: "/surveys" => SurveysPage,
            NewSurvey: "/surveys/new" => NewSurveyPage,
            NoteAnswer: "/surveys/answers/new" => NoteAnswerPage,
            SurveyPlans: "/surveys/plans" => SurveyPlansPage,
            SurveyPlan: "/surveys/plans/:id" => SurveyPlanPage,
            Survey: "/surveys/:id" => SurveyPage,
            EditSurvey: "/surveys/:id/edit" => EditSurveyPage,
            SurveyResults: "/surveys/:id/results" => SurveyResultsPage,
            FieldVisits: "/field/visits" => field::VisitsPage,
            Import: "/import" => ImportPage,
            Search: "/search" => SearchPage,
            Account: "/account" => AccountPage,
            People: "/settings/people" => PeoplePage,
            Products: "/settings/products" => ProductsPage,
            PriceBooks: "/settings/price-books" => PriceBooksPage,
            Pipelines: "/settings/pipelines" => PipelinesPage,
            TierSettings: "/settings/tiers" => TierSettingsPage,
            PoolSettings: "/settings/pools" => PoolSettingsPage,
            Workdays: "/settings/workdays" => WorkdaysPage,
            Costs: "/settings/costs" => CostsPage,
            FieldSettings: "/settings/field" => FieldSettingsPage,
            Currencies: "/settings/currencies" => CurrenciesPage,
            VisitForms: "/settings/visit-forms" => VisitFormsPage,
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

/// What is opened over a page, from the first time that it is wanted.
pub(crate) async fn dialogs() -> AnyView {
    Page::Dialogs.shown().await
}

impl Page {
    /// The page, or that it may not be seen.
    async fn shown(self) -> AnyView {
        if allowed(self.address()) {
            let view = self.view().await;
            #[cfg(feature = "ssr")]
            name_files();
            view
        } else if BARE.contains(&self) {
            view! { <main class="main" id="main"><navigation::Forbidden/></main> }.into_any()
        } else {
            view! { <navigation::Forbidden/> }.into_any()
        }
    }
}

/// Names the files of the page in its head, so that they are fetched beside the first one. The
/// framework does so too, but only when it goes on in the thread that it began in.
#[cfg(feature = "ssr")]
fn name_files() {
    let (Some(asked), Some(manifest)) = (use_context::<PrefetchLazyFn>(), use_context::<WasmSplitManifest>()) else { return };
    let (Some(asked), Some(manifest)) = (asked.0.try_update_value(std::mem::take), manifest.0.try_read_value()) else { return };
    let (folder, files, loader) = &*manifest;
    for file in asked.iter().filter_map(|part| files.get(*part)).flatten() {
        // Rendering it is what names it.
        let _ = view! { <Link rel="preload" href=format!("{folder}/{file}.wasm") as_="fetch" type_="application/wasm" crossorigin=""/> }
            .to_html();
    }
    if !asked.is_empty() {
        let _ = view! { <Link rel="modulepreload" href=format!("{folder}/{loader}") crossorigin=""/> }.to_html();
    }
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        let view = self.shown().await;
        Effect::new(|_| alive());
        view
    }

    // Hydration finds the file there, or it would wait in the middle.
    async fn preload(&self) {
        #[cfg(feature = "hydrate")]
        self.fetched().await;
    }
}

/// Tests and people's tools wait for this: from here on the page is alive.
fn alive() {
    if let Some(root) = ui::browser::document().and_then(|d| d.document_element()) {
        let _ = root.set_attribute("data-hydrated", "");
    }
    Live::start();
}

/// An address as `domain::routes` writes it: `/deals/:id/edit`.
#[derive(Clone, Copy)]
struct Address(&'static str);

impl Address {
    fn segments(self) -> impl Iterator<Item = &'static str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }
}

impl PossibleRouteMatch for Address {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let mut rest = path;
        let mut params = Vec::new();
        for segment in self.segments() {
            let part = match segment.strip_prefix(':') {
                Some(name) => ParamSegment(name).test(rest)?,
                None => StaticSegment(segment).test(rest)?,
            };
            rest = part.remaining();
            params.extend(part.params());
        }
        Some(PartialPathMatch::new(rest, params, &path[..path.len() - rest.len()]))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        for segment in self.segments() {
            path.push(match segment.strip_prefix(':') {
                Some(name) => PathSegment::Param(name.into()),
                None => PathSegment::Static(segment.into()),
            });
        }
    }
}

type PageRoute = NestedRoute<Address, (), (), <Page as IntoChooseViewMaybeErased>::Output>;

/// The routes of several pages.
#[derive(Clone)]
struct PageRoutes(Vec<PageRoute>);

impl PageRoutes {
    fn of(pages: &[Page]) -> Self {
        Self(pages.iter().map(|page| NestedRoute::new(Address(page.address()), *page).ssr_mode(SsrMode::Async)).collect())
    }
}

impl MatchNestedRoutes for PageRoutes {
    type Data = ();
    type Match = <PageRoute as MatchNestedRoutes>::Match;

    fn match_nested<'a>(&'a self, path: &'a str) -> (Option<(RouteMatchId, Self::Match)>, &'a str) {
        for page in &self.0 {
            if let (Some(found), rest) = page.match_nested(path) {
                return (Some(found), rest);
            }
        }
        (None, path)
    }

    fn generate_routes(&self) -> impl IntoIterator<Item = GeneratedRouteData> + '_ {
        self.0.iter().flat_map(MatchNestedRoutes::generate_routes)
    }

    fn optional(&self) -> bool {
        false
    }
}

/// Pages without the frame: signing in, a slide, paper.
#[component(transparent)]
pub(crate) fn BarePages() -> AnyNestedRoute {
    PageRoutes::of(BARE).into_any_nested_route()
}

/// Pages in the frame.
#[component(transparent)]
pub(crate) fn FramedPages() -> AnyNestedRoute {
    PageRoutes::of(FRAMED).into_any_nested_route()
}
