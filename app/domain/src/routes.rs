//! The declared rule of every address: pages, server functions, streams. A
//! test in `server` walks what is really registered and fails for an address
//! that is missing here, and for a rule that names nothing.

use crate::policy::Action;

/// Who may use an address at all. Records are checked again, each on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Without a login.
    Public,
    /// With any login.
    SignedIn,
    /// With a role that has the action, on whatever record.
    May(Action),
}

/// Address and rule; pages as they are registered with the router.
pub const ROUTES: &[(&str, Rule)] = &[
    // pages
    ("/", Rule::SignedIn),
    ("/home", Rule::SignedIn),
    ("/sign-in", Rule::Public),
    ("/set-up", Rule::Public),
    ("/deals", Rule::May(Action::ReadDeals)),
    ("/deals/list", Rule::May(Action::ReadDeals)),
    ("/deals/months", Rule::May(Action::ReadDeals)),
    ("/deals/calendar", Rule::May(Action::ReadDeals)),
    ("/deals/new", Rule::May(Action::WriteDeals)),
    ("/deals/:id", Rule::May(Action::ReadDeals)),
    ("/deals/:id/edit", Rule::May(Action::WriteDeals)),
    ("/funnel", Rule::May(Action::ReadDeals)),
    ("/analysis", Rule::May(Action::ReadDeals)),
    ("/analysis/speed", Rule::May(Action::ReadDeals)),
    ("/analysis/forecast", Rule::May(Action::ReadDeals)),
    ("/analysis/months", Rule::May(Action::ReadDeals)),
    ("/present", Rule::May(Action::ReadDeals)),
    ("/tiers", Rule::May(Action::ReadCustomers)),
    ("/tiers/review", Rule::May(Action::ReadCustomers)),
    ("/tiers/figures", Rule::May(Action::ReadCustomers)),
    ("/customers", Rule::May(Action::ReadCustomers)),
    ("/customers/new", Rule::May(Action::WriteCustomers)),
    ("/customers/duplicates", Rule::May(Action::WriteCustomers)),
    ("/customers/merge", Rule::May(Action::WriteCustomers)),
    ("/customers/:id", Rule::May(Action::ReadCustomers)),
    ("/customers/:id/edit", Rule::May(Action::WriteCustomers)),
    ("/customers/:id/contacts/new", Rule::May(Action::WriteCustomers)),
    ("/pool", Rule::May(Action::ClaimCustomers)),
    ("/contacts", Rule::May(Action::ReadCustomers)),
    ("/contacts/:id/edit", Rule::May(Action::WriteCustomers)),
    ("/contracts", Rule::May(Action::ReadContracts)),
    ("/contracts/new", Rule::May(Action::WriteContracts)),
    ("/contracts/ageing", Rule::May(Action::ReadContracts)),
    ("/contracts/:id", Rule::May(Action::ReadContracts)),
    ("/contracts/:id/edit", Rule::May(Action::WriteContracts)),
    ("/import", Rule::May(Action::Import)),
    ("/field", Rule::May(Action::CheckIn)),
    ("/field/visits", Rule::May(Action::ReadCheckIns)),
    ("/field/privacy", Rule::May(Action::ReadCheckIns)),
    ("/tasks", Rule::SignedIn),
    ("/search", Rule::SignedIn),
    ("/account", Rule::SignedIn),
    ("/settings/people", Rule::May(Action::ReadPeople)),
    ("/settings/products", Rule::May(Action::ManageSettings)),
    ("/settings/pipelines", Rule::May(Action::ManageSettings)),
    ("/settings/tiers", Rule::May(Action::ManageSettings)),
    ("/settings/pools", Rule::May(Action::ManageSettings)),
    // server functions: shared by slices
    ("/api/work/choices", Rule::May(Action::ReadDeals)),
    // server functions: presenting
    ("/api/present/now", Rule::May(Action::ReadDeals)),
    // server functions: home
    ("/api/home/home", Rule::SignedIn),
    // server functions: settings
    ("/api/settings/sign_in", Rule::Public),
    ("/api/settings/demo_sign_in", Rule::Public),
    ("/api/settings/demo_accounts", Rule::Public),
    ("/api/settings/set_up", Rule::Public),
    ("/api/settings/prefer", Rule::Public),
    ("/api/settings/sign_out", Rule::SignedIn),
    ("/api/settings/sign_ins", Rule::SignedIn),
    ("/api/settings/revoke_sign_in", Rule::SignedIn),
    ("/api/settings/change_password", Rule::SignedIn),
    ("/api/settings/people", Rule::May(Action::ReadPeople)),
    ("/api/settings/save_person", Rule::May(Action::ManagePeople)),
    ("/api/settings/save_unit", Rule::May(Action::ManagePeople)),
    ("/api/settings/products", Rule::SignedIn),
    ("/api/settings/save_product", Rule::May(Action::ManageSettings)),
    ("/api/settings/pipelines", Rule::May(Action::ManageSettings)),
    ("/api/settings/save_pipeline", Rule::May(Action::ManageSettings)),
    ("/api/settings/save_stage", Rule::May(Action::ManageSettings)),
    ("/api/settings/remove_stage", Rule::May(Action::ManageSettings)),
    ("/api/settings/tiers", Rule::May(Action::ManageSettings)),
    ("/api/settings/save_tier", Rule::May(Action::ManageSettings)),
    ("/api/settings/pools", Rule::May(Action::ManageSettings)),
    ("/api/settings/save_pool", Rule::May(Action::ManageSettings)),
    // server functions: pipeline
    ("/api/pipeline/board", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/cards", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/card", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/summaries", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/move_deal", Rule::May(Action::WriteDeals)),
    ("/api/pipeline/undo_move", Rule::May(Action::WriteDeals)),
    ("/api/pipeline/change_deals", Rule::May(Action::WriteDeals)),
    ("/api/pipeline/undo_changes", Rule::May(Action::WriteDeals)),
    ("/api/pipeline/months", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/calendar", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/deals", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/deal", Rule::May(Action::ReadDeals)),
    ("/api/pipeline/deal_form", Rule::May(Action::WriteDeals)),
    ("/api/pipeline/save_deal", Rule::May(Action::WriteDeals)),
    ("/api/pipeline/contacts", Rule::May(Action::WriteDeals)),
    // server functions: funnel
    ("/api/funnel/funnel", Rule::May(Action::ReadDeals)),
    ("/api/funnel/deals", Rule::May(Action::ReadDeals)),
    // server functions: analysis
    ("/api/analysis/outcomes", Rule::May(Action::ReadDeals)),
    ("/api/analysis/speed", Rule::May(Action::ReadDeals)),
    ("/api/analysis/forecast", Rule::May(Action::ReadDeals)),
    ("/api/analysis/months", Rule::May(Action::ReadDeals)),
    ("/api/analysis/deals", Rule::May(Action::ReadDeals)),
    // server functions: tiers
    ("/api/tiers/board", Rule::May(Action::ReadCustomers)),
    ("/api/tiers/cards", Rule::May(Action::ReadCustomers)),
    ("/api/tiers/move_tier", Rule::May(Action::WriteCustomers)),
    ("/api/tiers/proposals", Rule::May(Action::ReadCustomers)),
    ("/api/tiers/decide", Rule::May(Action::WriteCustomers)),
    ("/api/tiers/undo_tier", Rule::May(Action::WriteCustomers)),
    ("/api/tiers/figures", Rule::May(Action::ReadCustomers)),
    ("/api/tiers/customers", Rule::May(Action::ReadCustomers)),
    // server functions: customers
    ("/api/customers/customers", Rule::May(Action::ReadCustomers)),
    ("/api/customers/customer", Rule::May(Action::ReadCustomers)),
    ("/api/customers/choices", Rule::May(Action::ReadCustomers)),
    ("/api/customers/find", Rule::May(Action::ReadCustomers)),
    ("/api/customers/save_customer", Rule::May(Action::WriteCustomers)),
    ("/api/customers/change_customers", Rule::May(Action::WriteCustomers)),
    ("/api/customers/undo_changes", Rule::May(Action::WriteCustomers)),
    ("/api/customers/contacts", Rule::May(Action::ReadCustomers)),
    ("/api/customers/contact_form", Rule::May(Action::WriteCustomers)),
    ("/api/customers/save_contact", Rule::May(Action::WriteCustomers)),
    // server functions: contracts
    ("/api/contracts/contracts", Rule::May(Action::ReadContracts)),
    ("/api/contracts/ageing", Rule::May(Action::ReadContracts)),
    ("/api/contracts/contract", Rule::May(Action::ReadContracts)),
    ("/api/contracts/owed", Rule::May(Action::ReadContracts)),
    ("/api/contracts/contract_form", Rule::May(Action::WriteContracts)),
    ("/api/contracts/save_contract", Rule::May(Action::WriteContracts)),
    ("/api/contracts/save_plan", Rule::May(Action::WriteContracts)),
    ("/api/contracts/set_status", Rule::May(Action::WriteContracts)),
    ("/api/contracts/record_payment", Rule::May(Action::RecordMoney)),
    ("/api/contracts/strike_payment", Rule::May(Action::RecordMoney)),
    ("/api/contracts/note_invoice", Rule::May(Action::RecordMoney)),
    ("/api/contracts/strike_invoice", Rule::May(Action::RecordMoney)),
    // server functions: customers that look alike
    ("/api/customers/duplicates", Rule::May(Action::WriteCustomers)),
    ("/api/customers/duplicate_count", Rule::May(Action::WriteCustomers)),
    ("/api/customers/set_aside", Rule::May(Action::WriteCustomers)),
    ("/api/customers/take_back_aside", Rule::May(Action::WriteCustomers)),
    ("/api/customers/similar", Rule::May(Action::WriteCustomers)),
    ("/api/customers/merging", Rule::May(Action::WriteCustomers)),
    ("/api/customers/merge", Rule::May(Action::WriteCustomers)),
    ("/api/customers/undo_merge", Rule::May(Action::WriteCustomers)),
    // server functions: public pools
    ("/api/pool/pool", Rule::May(Action::ClaimCustomers)),
    ("/api/pool/claim", Rule::May(Action::ClaimCustomers)),
    ("/api/pool/assign", Rule::May(Action::AssignCustomers)),
    ("/api/pool/give_back", Rule::May(Action::WriteCustomers)),
    ("/api/pool/hold", Rule::May(Action::AssignCustomers)),
    // server functions: data
    ("/api/data/imports", Rule::May(Action::Import)),
    ("/api/data/import", Rule::May(Action::Import)),
    ("/api/data/state", Rule::May(Action::Import)),
    ("/api/data/check", Rule::May(Action::Import)),
    ("/api/data/undoing", Rule::May(Action::Import)),
    ("/api/data/map", Rule::May(Action::Import)),
    ("/api/data/sheet", Rule::May(Action::Import)),
    ("/api/data/correct", Rule::May(Action::Import)),
    ("/api/data/choose", Rule::May(Action::Import)),
    ("/api/data/run", Rule::May(Action::Import)),
    ("/api/data/undo", Rule::May(Action::Import)),
    ("/api/data/discard", Rule::May(Action::Import)),
    // server functions: team
    ("/api/team/log_follow_up", Rule::May(Action::LogWork)),
    ("/api/team/tasks", Rule::SignedIn),
    ("/api/team/task_owners", Rule::May(Action::LogWork)),
    ("/api/team/add_task", Rule::May(Action::LogWork)),
    ("/api/team/tick_task", Rule::May(Action::DoTasks)),
    // server functions: search
    ("/api/search/find", Rule::SignedIn),
    // server functions: saved views of the lists
    ("/api/views/views", Rule::May(Action::KeepViews)),
    ("/api/views/save", Rule::May(Action::KeepViews)),
    ("/api/views/remove", Rule::May(Action::KeepViews)),
    ("/api/views/default", Rule::May(Action::KeepViews)),
    // server functions: the field
    ("/api/field/field", Rule::May(Action::CheckIn)),
    ("/api/field/visits", Rule::May(Action::ReadCheckIns)),
    ("/api/field/privacy", Rule::May(Action::ReadCheckIns)),
    ("/api/field/consent", Rule::May(Action::CheckIn)),
    ("/api/field/erase", Rule::May(Action::CheckIn)),
    ("/api/field/place", Rule::May(Action::ReadCheckIns)),
    ("/api/field/radius", Rule::May(Action::ReadCheckIns)),
    ("/api/field/snapshot", Rule::May(Action::CheckIn)),
    // streams, files, probes; as they are registered with the router
    ("/live", Rule::SignedIn),
    // which list, and whether its rows may be read, is asked there
    ("/export/{file}", Rule::SignedIn),
    ("/export/imports/{file}", Rule::May(Action::Import)),
    ("/upload/import", Rule::May(Action::Import)),
    // check-ins and follow-ups of a phone; which, is asked there
    ("/upload/field", Rule::SignedIn),
    ("/export/field/{file}", Rule::SignedIn),
    ("/export/funnel.csv", Rule::May(Action::ReadDeals)),
    ("/export/funnel.svg", Rule::May(Action::ReadDeals)),
    // which chart, and whether what it is of may be read, is asked there
    ("/chart/{name}", Rule::SignedIn),
    ("/texts/{file}", Rule::Public),
    // what a phone keeps, and shows without network
    ("/sw.js", Rule::Public),
    ("/offline", Rule::Public),
    ("/manifest.webmanifest", Rule::Public),
    ("/pkg/{*file}", Rule::Public),
    ("/healthz", Rule::Public),
    ("/readyz", Rule::Public),
];

/// The declared rule of an address; `None` if it has none.
#[must_use]
pub fn rule(path: &str) -> Option<Rule> {
    ROUTES.iter().find(|(known, _)| *known == path).map(|(_, rule)| *rule)
}
