//! Views that the demo company shares, so that the menu of views is not empty.
//! Nobody's list opens with one: the demo begins with everything.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};
use crate::views::saved_view;
use chrono::{Days, NaiveTime};
use domain::views::{Audience, ListKind, tidy};

/// Whose, of which list, its name, what it asks for, who sees it.
const VIEWS: [(&str, ListKind, &str, &str, Audience); 8] = [
    ("admin@", ListKind::Deals, "下一步已逾期", "next=overdue&outcome=open&sort=close", Audience::Everybody),
    ("admin@", ListKind::Board, "VIP 客户在途", "tier=vip", Audience::Everybody),
    ("admin@", ListKind::Customers, "VIP 客户", "tier=vip&sort=name", Audience::Everybody),
    ("director@", ListKind::Deals, "50 万以上在途", "min=500000&outcome=open&sort=-amount", Audience::Unit),
    ("director@", ListKind::Board, "没有下一步", "next=none", Audience::Unit),
    ("director@", ListKind::Contacts, "最近更新", "sort=-updated", Audience::Unit),
    ("rep1@", ListKind::Deals, "大单优先", "outcome=open&sort=-amount", Audience::Me),
    ("rep1@", ListKind::Customers, "潜在客户", "tier=potential&sort=name", Audience::Me),
];
/// Views were saved so many days before the visitor comes.
const AGE: Days = Days::new(20);

pub(super) fn views(calendar: &Calendar, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Views);
    let at = utc((calendar.as_of - AGE).and_time(NaiveTime::MIN) + chrono::Duration::hours(10));
    for (mail, kind, name, query, audience) in VIEWS {
        let id = dice.id(at);
        let Some(owner) = company.people.iter().find(|person| person.email.starts_with(mail)) else { continue };
        company.views.push(saved_view::Model {
            id,
            owner_id: owner.id,
            unit_id: owner.unit_id,
            kind: kind.code().to_owned(),
            name: name.to_owned(),
            query: tidy(kind, query),
            audience: audience.code().to_owned(),
            removed_at: None,
            created_at: at,
            updated_at: at,
            version: 1,
        });
    }
}
