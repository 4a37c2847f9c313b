//! Check-ins: every verdict and every reason for doubt is there to be seen, and all of it holds
//! together.

use super::{AS_OF, FULL, SEVERAL};
use domain::check_in::Verdict;
use domain::field::settings::FieldRules;
use domain::field::signals::Signal;
use domain::field::{Kind, Planned, Stay};
use std::collections::{HashMap, HashSet};

#[test]
fn every_verdict_and_every_mark_occurs() {
    let ins: Vec<_> = FULL.check_ins.iter().filter(|row| row.kind == Kind::In.code()).collect();
    for verdict in Verdict::ALL {
        assert!(ins.iter().any(|row| row.verdict == verdict.code()), "{verdict}");
    }
    // The house asks for no picture, so none is missing.
    for signal in Signal::ALL.iter().filter(|signal| **signal != Signal::PhotoMissing) {
        assert!(ins.iter().any(|row| row.signals.split(',').any(|code| code == signal.code())), "{signal}");
    }
    for planned in [Planned::Step, Planned::None] {
        assert!(ins.iter().any(|row| row.planned == planned.code()), "{planned}");
    }
    let usual = ins.iter().filter(|row| row.signals.is_empty() && row.verdict == Verdict::Ok.code()).count();
    assert!(usual * 3 > ins.len(), "most visits are ordinary: {usual} of {}", ins.len());
    assert!(!FULL.photos.is_empty() && !FULL.looks.is_empty());
}

#[test]
fn check_ins_hold_together() {
    for company in SEVERAL.iter().map(|sample| &sample.company) {
        let customers: HashSet<_> = company.customers.iter().map(|row| row.id).collect();
        let ins: HashMap<_, _> = company.check_ins.iter().filter(|row| row.kind == Kind::In.code()).map(|row| (row.id, row)).collect();
        let said: HashMap<_, _> = company.follow_ups.iter().map(|row| (row.id, row)).collect();
        let mut ended = HashSet::new();
        for row in &company.check_ins {
            assert!(customers.contains(&row.customer_id) && row.on_day < AS_OF && row.received_at >= row.at);
            assert_eq!(row.rounded, row.latitude.is_some() && row.on_day < FieldRules::HOUSE.exact_since(AS_OF));
            assert_eq!(row.no_fix.is_none(), row.latitude.is_some());
            if let Some(of) = row.of_id {
                let of = ins[&of];
                assert!(ended.insert(of.id), "left once");
                assert_eq!((of.person_id, of.customer_id, of.on_day), (row.person_id, row.customer_id, row.on_day));
                let stay = Stay::of((of.at, of.on_day), Some((row.at, row.on_day)), (row.at, row.on_day));
                assert!(matches!(stay, Stay::Ended { .. }), "{stay:?}");
            } else {
                let said = said[&row.follow_up_id.unwrap()];
                assert_eq!((said.by_id, said.customer_id, said.at), (row.person_id, row.customer_id, row.at));
            }
        }
        assert!(company.photos.iter().all(|photo| ins.contains_key(&photo.check_in_id)));
        assert!(company.looks.iter().all(|look| look.viewer_id != look.subject_id && look.of_day <= look.on_day));
    }
}
