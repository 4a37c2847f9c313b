//! Addresses of the page, and of the lists behind its numbers.

use domain::home::{HomeQuery, Listed, Span, Whose};
use domain::ids::UserId;
use domain::pipeline::NextStep;
use domain::pipeline::filter::DealFilter;
use ui::links::address;

pub const PATH: &str = "/home";

/// The page that a query asks for.
pub fn of(query: &HomeQuery) -> String {
    address(PATH, &query.to_query())
}

pub fn listing(query: &HomeQuery, list: Listed) -> String {
    of(&HomeQuery { list: Some(list), ..query.clone() })
}

pub fn spanning(query: &HomeQuery, span: Span) -> String {
    of(&HomeQuery { span: Some(span), ..query.clone() })
}

/// One's own or everybody's; no longer one person's.
pub fn whose(query: &HomeQuery, whose: Option<Whose>) -> String {
    of(&HomeQuery { whose, person: None, ..query.clone() })
}

/// Rows of one person.
pub fn person(query: &HomeQuery, person: UserId, list: Option<Listed>) -> String {
    of(&HomeQuery { person: Some(person), list, ..query.clone() })
}

/// The list of deals with next steps of this state.
pub fn deals(owner: Option<UserId>, next: NextStep) -> String {
    address("/deals/list", &DealFilter { owner, next: Some(next), ..DealFilter::default() }.to_query())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_keeps_the_others() {
        let query = HomeQuery { whose: Some(Whose::Mine), span: Some(Span::Year), ..HomeQuery::default() };
        assert_eq!(listing(&query, Listed::Stalled), "/home?whose=mine&span=year&list=stalled");
        let id = UserId::parse("018f0000-0000-7000-8000-000000000001").expect("an id");
        let one = HomeQuery { person: Some(id), ..query };
        assert_eq!(spanning(&one, Span::Month), format!("/home?person={id}&span=month"));
        assert_eq!(whose(&one, None), "/home?span=year");
        assert_eq!(listing(&HomeQuery::default(), Listed::WonBefore), "/home?list=won_before");
        assert_eq!(deals(Some(id), NextStep::Overdue), format!("/deals/list?owner={id}&next=overdue"));
    }
}
