//! Files and mentions: some of each kind and standing, and all of it holds together.

use super::{FULL, SEVERAL};
use domain::files::{FileKind, kept};
use domain::mentions::{Nameable, named};
use std::collections::{HashMap, HashSet};

#[test]
fn files_of_several_kinds_hang_on_what_is_there() {
    let kinds: HashSet<_> = FULL.files.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, [FileKind::Pdf, FileKind::Png, FileKind::Text].map(FileKind::code).into_iter().collect());
    for company in SEVERAL.iter().map(|sample| &sample.company) {
        let deals: HashMap<_, _> = company.deals.iter().map(|row| (row.id, row.owner_id)).collect();
        let customers: HashMap<_, _> = company.customers.iter().map(|row| (row.id, row.owner_id)).collect();
        assert!(company.files.iter().any(|row| row.removed_at.is_some()) && company.files.iter().any(|row| row.customer_id.is_some()));
        for row in &company.files {
            let owner = row.deal_id.map(|id| deals[&id]).or(row.customer_id.and_then(|id| customers[&id]));
            assert_eq!((owner, row.deal_id.is_some()), (Some(row.by_id), row.customer_id.is_none()));
            assert!(row.removed_at.is_none_or(|at| at > row.at));
            // As they would be kept if somebody sent them again.
            assert_eq!(kept(&row.name, row.content.clone()).unwrap().bytes, row.content);
        }
    }
}

#[test]
fn who_is_mentioned_is_named_in_what_was_said() {
    for company in SEVERAL.iter().map(|sample| &sample.company) {
        let said: HashMap<_, _> = company.follow_ups.iter().map(|row| (row.id, row)).collect();
        let people: Vec<_> = company
            .people
            .iter()
            .filter(|row| row.active)
            .map(|row| Nameable { id: row.id.into(), name: row.name.clone(), email: row.email.clone() })
            .collect();
        assert!(company.mentions.iter().any(|row| row.seen_at.is_none()) && company.mentions.iter().any(|row| row.seen_at.is_some()));
        for row in &company.mentions {
            assert_eq!(named(&said[&row.follow_up_id].content, &people).people, [row.person_id.into()]);
            assert!(row.at == said[&row.follow_up_id].at && row.seen_at.is_none_or(|at| at >= row.at));
        }
        let all = company.follow_ups.iter().filter(|row| row.content.contains('@')).count();
        assert_eq!(all, company.mentions.len(), "nobody is named and not told");
    }
}

#[test]
fn helpers_are_of_other_teams_and_never_the_owner() {
    for company in SEVERAL.iter().map(|sample| &sample.company) {
        let customers: HashMap<_, _> = company.customers.iter().map(|row| (row.id, row)).collect();
        let units: HashMap<_, _> = company.people.iter().map(|row| (row.id, row.unit_id)).collect();
        assert!(!company.helpers.is_empty());
        for row in &company.helpers {
            let customer = customers[&row.customer_id];
            assert_eq!(customer.owner_id, Some(row.by_id));
            assert_ne!(units[&row.person_id], customer.unit_id);
        }
    }
}
