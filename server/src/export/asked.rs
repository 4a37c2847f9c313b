//! Which list an address names, narrowed and sorted as its page would be, and what its
//! sheet is called.

use domain::contracts::ContractSort;
use domain::contracts::view::{ContractFilter, SORT as CONTRACT_SORT};
use domain::customers::{ContactSort, CustomerFilter, CustomerSort};
use domain::field::page::VisitQuery;
use domain::ids::SurveyId;
use domain::page::Sort;
use domain::pipeline::DealSort;
use domain::pipeline::filter::DealFilter;
use domain::pool::page::PoolFilter;
use domain::quotes::view::QuoteFilter;
use domain::survey::view::{PlanFilter, ResultsQuery};
use domain::tickets::TicketSort;
use domain::tickets::view::{SORT as TICKET_SORT, TicketFilter};
use domain::visits::needs::NeedFilter;
use domain::visits::view::VisitFilter;
use domain::work::TaskView;
use i18n::{Key, keys};
use std::collections::HashMap;
use store::export::Listed;

/// The list that an address names. `None`: there is none of that name.
pub fn listed(list: &str, query: &HashMap<String, String>) -> Option<Listed> {
    let get = |name: &str| query.get(name).cloned();
    let sort = get("sort").unwrap_or_default();
    let survey = || get("survey").and_then(|id| SurveyId::parse(&id));
    Some(match list {
        "customers" => {
            let usual = Sort { column: CustomerSort::Updated, descending: true };
            Listed::Customers(CustomerFilter::from_query(get), Sort::parse(&sort, CustomerSort::parse).unwrap_or(usual))
        }
        "contacts" => {
            let usual = Sort { column: ContactSort::Name, descending: false };
            Listed::Contacts(get("q").unwrap_or_default(), Sort::parse(&sort, ContactSort::parse).unwrap_or(usual))
        }
        "deals" => {
            let usual = Sort { column: DealSort::Updated, descending: true };
            Listed::Deals(DealFilter::from_query(get), Sort::parse(&sort, DealSort::parse).unwrap_or(usual))
        }
        "contracts" => Listed::Contracts(ContractFilter::from_query(get), Sort::parse(&sort, ContractSort::parse).unwrap_or(CONTRACT_SORT)),
        "receivables" => Listed::Receivables(ContractFilter::from_query(get)),
        "quotes" => Listed::Quotes(QuoteFilter::from_query(get)),
        "approvals" => Listed::Approvals,
        "tickets" => Listed::Tickets(TicketFilter::from_query(get), Sort::parse(&sort, TicketSort::parse).unwrap_or(TICKET_SORT)),
        "visits" => Listed::Visits(VisitFilter::from_query(get)),
        "needs" => Listed::Needs(NeedFilter::from_query(get)),
        "surveys" => Listed::Surveys,
        "answers" => Listed::Answers(survey()?, ResultsQuery::from_query(get)),
        "satisfaction" => Listed::Trend(survey()?, ResultsQuery::from_query(get)),
        "plans" => Listed::Plans(PlanFilter::from_query(get)),
        "pool" => Listed::Pool(PoolFilter::from_query(get)),
        "field-visits" => Listed::Field(VisitQuery::from_query(get)),
        "tasks" => Listed::Tasks(Some(get("view").and_then(|code| TaskView::parse(&code)).unwrap_or(TaskView::Open))),
        _ => return None,
    })
}

pub const fn sheet(listed: &Listed) -> Key {
    match listed {
        Listed::Customers(..) => keys::nav::CUSTOMERS,
        Listed::Contacts(..) => keys::nav::CONTACTS,
        Listed::Deals(..) | Listed::History => keys::nav::DEALS,
        Listed::FollowUps => keys::data::FOLLOW_UPS,
        Listed::Tasks(_) => keys::nav::TASKS,
        Listed::Products => keys::data::PRODUCTS,
        Listed::Contracts(..) => keys::contracts::TITLE,
        Listed::Receivables(_) => keys::contracts::AGEING,
        Listed::Quotes(_) => keys::quotes::TITLE,
        Listed::Approvals => keys::quotes::APPROVALS,
        Listed::Tickets(..) => keys::tickets::TITLE,
        Listed::Visits(_) => keys::visits::TITLE,
        Listed::Needs(_) => keys::visits::NEEDS,
        Listed::Surveys => keys::satisfaction::TITLE,
        Listed::Answers(..) => keys::satisfaction::ANSWERS,
        Listed::Trend(..) => keys::satisfaction::TREND,
        Listed::Plans(_) => keys::satisfaction::PLANS,
        Listed::Pool(_) => keys::pool::TITLE,
        Listed::Field(_) => keys::field::VISITS,
    }
}
