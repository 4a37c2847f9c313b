use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn deal(n: u128, yuan: i64) -> OpenDeal {
    OpenDeal {
        id: id(n),
        title: format!("Deal {n}"),
        amount: Money { minor: yuan * 100, currency: Currency::Cny },
        probability_bp: 5_000,
        expected_close_on: None,
        stalled: false,
        quarter: None,
        contacts: 2,
    }
}

fn buyer(n: u128, tier: Tier, industry: &str, bought: &[u128], open: u64) -> Buyer {
    let product = |n: &u128| ProductId(id(*n));
    Buyer {
        id: id(n),
        tier,
        industry: industry.to_owned(),
        won: u64::try_from(bought.len()).expect("few"),
        open,
        bought: bought.iter().map(product).collect(),
        offered: BTreeSet::new(),
    }
}

fn name(text: &str) -> Name {
    Name { zh: text.to_owned(), en: text.to_owned() }
}

/// The figures of a finding are the lengths of its lists, and its rows are among those that
/// it is measured against.
fn sound(found: &Found) {
    assert_eq!((found.finding.rows as usize, found.finding.base as usize), (found.rows.len(), found.base.len()));
    assert!(found.rows.iter().all(|row| found.base.contains(row)));
    assert!(is_key(&found.finding.key), "{}", found.finding.key);
}

fn leak(step_bp: Option<i64>, base_bp: Option<i64>) -> Leak {
    Leak { stage: 1, entered: 40, step_bp, base_bp, shortfall_bp: None, missing_x10: 0, value_minor: None, enough: true }
}

#[test]
fn a_step_that_loses_more_than_it_used_to() {
    let period = Period::new(date("2026-01-01"), date("2026-05-21"));
    let of =
        |leak| drop_off((PipelineId(id(9)), name("Sales")), (name("Lead"), name("Chance")), &leak, period, vec![id(1)], vec![id(1), id(2)]);
    let found = of(leak(Some(4_000), Some(5_000))).expect("a leak");
    sound(&found);
    assert_eq!(found.finding.severity, Severity::Act);
    assert_eq!(of(leak(Some(4_001), Some(5_000))).expect("a leak").finding.severity, Severity::Watch);
    assert_eq!(of(leak(Some(5_000), Some(5_000))), None);
    assert_eq!((of(leak(None, Some(5_000))), of(leak(Some(1), None))), (None, None));
}

#[test]
fn stalled_deals_are_ageing() {
    let mut deals: Vec<_> = (1..=10).map(|n| deal(n, 10)).collect();
    assert_eq!((ageing(&deals), ageing(&[])), (None, None));
    deals[3].stalled = true;
    let found = ageing(&deals).expect("one is stalled");
    sound(&found);
    assert_eq!((found.rows.as_slice(), found.finding.severity), (&[id(4)][..], Severity::Watch));
    deals[4].stalled = true;
    deals[5].stalled = true;
    let found = ageing(&deals).expect("three are stalled");
    assert_eq!(found.finding.severity, Severity::Act);
    let What::Ageing { sums } = found.finding.what else { panic!("another kind") };
    assert_eq!((sums[0].count, sums[0].minor), (3, 3_000));
}

#[test]
fn a_close_that_has_passed_is_overdue_and_today_is_not() {
    let mut deals: Vec<_> = (1..=10).map(|n| deal(n, 10)).collect();
    let today = date("2026-05-20");
    deals[0].expected_close_on = Some(today);
    assert_eq!(overdue(&deals, today), None);
    deals[1].expected_close_on = Some(date("2026-05-19"));
    let found = overdue(&deals, today).expect("one is overdue");
    sound(&found);
    assert_eq!((found.finding.rows, found.finding.base, found.finding.severity), (1, 10, Severity::Watch));
    deals[2].expected_close_on = Some(date("2026-03-01"));
    let found = overdue(&deals, today).expect("two are overdue");
    let What::Overdue { oldest, .. } = found.finding.what else { panic!("another kind") };
    assert_eq!((oldest, found.finding.severity), (date("2026-03-01"), Severity::Act));
}

#[test]
fn large_deals_with_one_contact_are_single_threaded() {
    let mut deals: Vec<_> = (1..=6).map(|n| deal(n, i64::try_from(n).expect("small") * 10)).collect();
    assert_eq!(single_threaded(&deals), None);
    // The median of 10 to 60 is 35: three are larger.
    deals.iter_mut().for_each(|deal| deal.contacts = 1);
    deals[5].contacts = 2;
    let found = single_threaded(&deals).expect("two hang on one contact");
    sound(&found);
    assert_eq!((found.rows, found.base), (vec![id(4), id(5)], vec![id(4), id(5), id(6)]));
    assert_eq!(found.finding.severity, Severity::Act);
    // Of four deals no amount is large, and currencies are not compared.
    assert_eq!(single_threaded(&deals[..4]), None);
    deals[0].amount = Money { minor: 1_000_000, currency: Currency::Usd };
    let found = single_threaded(&deals).expect("of yuan");
    assert!(!found.base.contains(&id(1)));
}

#[test]
fn nobody_known_is_single_threaded_too() {
    let mut deals: Vec<_> = (1..=5).map(|n| deal(n, i64::try_from(n).expect("small"))).collect();
    deals[4].contacts = 0;
    assert_eq!(single_threaded(&deals).expect("one").rows, [id(5)]);
    // All alike: none is above the median.
    deals.iter_mut().for_each(|deal| deal.amount.minor = 7);
    assert_eq!(single_threaded(&deals), None);
}

#[test]
fn one_deal_with_much_of_the_quarter() {
    let mut deals = vec![deal(1, 31), deal(2, 30), deal(3, 39), deal(4, 900)];
    deals[..3].iter_mut().for_each(|deal| deal.quarter = Some(Quarter::This));
    let found = concentration(&deals);
    found.iter().for_each(sound);
    // Thirty of a hundred is not above thirty per cent.
    assert_eq!(found.iter().map(|one| one.rows[0]).collect::<Vec<_>>(), [id(1), id(3)]);
    let What::Concentration { weighted, forecast, share_bp, .. } = &found[1].finding.what else { panic!("another kind") };
    assert_eq!((weighted.minor, forecast.minor, *share_bp), (1_950, 5_000, 3_900));
    assert_eq!((found[0].finding.base, found[0].finding.severity), (3, Severity::Watch));
    deals[0].probability_bp = 10_000;
    deals[1].probability_bp = 1_000;
    assert_eq!(concentration(&deals)[0].finding.severity, Severity::Act);
    // Two are too few to tell, and quarters are not added.
    deals[1].quarter = Some(Quarter::Next);
    assert_eq!(concentration(&deals), []);
}

#[test]
fn a_quarter_without_value_has_no_shares() {
    let mut deals = vec![deal(1, 0), deal(2, 0), deal(3, 0)];
    deals.iter_mut().for_each(|deal| deal.quarter = Some(Quarter::Next));
    assert_eq!(concentration(&deals), []);
}

#[test]
fn customers_who_bought_and_have_nothing_open() {
    let buyers = [
        buyer(1, Tier::Ordinary, "A", &[1], 0),
        buyer(2, Tier::Ordinary, "A", &[1], 2),
        buyer(3, Tier::Potential, "A", &[1], 0),
        buyer(4, Tier::Vip, "A", &[], 0),
    ];
    let found = no_open_deal(&buyers).expect("one");
    sound(&found);
    assert_eq!((found.rows, found.base), (vec![id(1)], vec![id(1), id(2)]));
    assert_eq!(found.finding.severity, Severity::Note);
    let found = no_open_deal(&[buyer(4, Tier::Vip, "A", &[1], 0)]).expect("one");
    assert_eq!((found.finding.severity, found.finding.what), (Severity::Watch, What::NoOpenDeal { vip: 1 }));
    assert_eq!(no_open_deal(&buyers[1..]), None);
}

#[test]
fn what_others_of_the_industry_buy() {
    let mut buyers: Vec<_> = (1..=5).map(|n| buyer(n, Tier::Ordinary, "A", if n <= 2 { &[7, 8] } else { &[8] }, 0)).collect();
    let gaps = product_gaps(&buyers, |_| Some(name("P")));
    assert_eq!(gaps.len(), 1);
    sound(&gaps[0]);
    // Two of five are forty per cent: the other three lack it.
    assert_eq!((gaps[0].rows.as_slice(), gaps[0].finding.base), (&[id(3), id(4), id(5)][..], 5));
    assert!(matches!(&gaps[0].finding.what, What::ProductGap { buyers: 2, industry, .. } if industry == "A"));
    buyers[4].offered.insert(ProductId(id(7)));
    assert_eq!(product_gaps(&buyers, |_| Some(name("P")))[0].rows, [id(3), id(4)]);
    assert_eq!(product_gaps(&buyers, |_| None), []);
    // Four are no measure, nor are customers of no industry.
    assert_eq!(product_gaps(&buyers[..4], |_| Some(name("P"))), []);
    buyers.iter_mut().for_each(|one| one.industry.clear());
    assert_eq!(product_gaps(&buyers, |_| Some(name("P"))), []);
}

#[test]
fn what_matters_most_is_first() {
    let of = |key: &str, severity, rows: usize, what| found(key.to_owned(), severity, vec![id(1); rows], vec![id(1); rows], what);
    let late = || What::Overdue { oldest: date("2026-01-01"), sums: Vec::new() };
    let mut all = vec![
        of("no_open_deal", Severity::Note, 9, What::NoOpenDeal { vip: 0 }),
        of("overdue.b", Severity::Watch, 1, late()),
        of("overdue.a", Severity::Watch, 1, late()),
        of("overdue.c", Severity::Watch, 2, late()),
        of("ageing", Severity::Watch, 1, What::Ageing { sums: Vec::new() }),
        of("single_threaded", Severity::Act, 1, What::SingleThreaded { sums: Vec::new() }),
    ];
    rank(&mut all);
    let keys: Vec<_> = all.iter().map(|one| one.finding.key.as_str()).collect();
    assert_eq!(keys, ["single_threaded", "ageing", "overdue.c", "overdue.a", "overdue.b", "no_open_deal"]);
}

#[test]
fn addresses_come_back_and_selections_differ() {
    let (team, owner) = (Some(UnitId(id(3))), Some(UserId(id(4))));
    for query in [
        FindingsQuery::default(),
        FindingsQuery { team, owner, open: Some("ageing".into()), whole: true, later: Some("overdue".into()) },
        FindingsQuery { owner, open: Some("product_gap.x.医疗".into()), ..FindingsQuery::default() },
    ] {
        let pairs = query.to_query();
        let read = FindingsQuery::from_query(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()));
        assert_eq!(read, query);
    }
    assert_eq!(FindingsQuery::default().suffix(), "");
    let (of_team, of_owner) = (FindingsQuery { team, ..FindingsQuery::default() }, FindingsQuery { owner, ..FindingsQuery::default() });
    assert_ne!(of_team.suffix(), of_owner.suffix());
}

#[test]
fn putting_off_needs_a_note_and_a_finding() {
    let form = |finding: &str, note: &str| SnoozeForm { finding: finding.into(), note: note.into(), ..SnoozeForm::default() };
    let codes = |form: SnoozeForm| form.check().err().into_iter().flatten().map(|one| one.to_string()).collect::<Vec<_>>();
    let draft = form("ageing", " talked about it on Monday ").check().expect("all is well");
    assert_eq!((draft.finding.as_str(), draft.note.as_str()), ("ageing", "talked about it on Monday"));
    assert_eq!(codes(form("ageing", " ")), ["note: required"]);
    assert_eq!(codes(form("ageing", &"x".repeat(NOTE_MAX + 1))), ["note: too_long"]);
    assert_eq!(codes(form("gossip.1", "x")), ["finding: unknown_value"]);
    assert_eq!(codes(form(&"ageing.".repeat(KEY_MAX), "x")), ["finding: unknown_value"]);
    assert_eq!(back_on(date("2026-05-20")), date("2026-06-19"));
}
