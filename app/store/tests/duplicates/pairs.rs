//! Which customers look alike, to whom it is told, and what was set aside.

use crate::common::{Dice, Shop, assert_denied, assert_not_found, each, each_fresh, new_form, refusals};
use domain::customers::CustomerForm;
use domain::duplicates::page::{AsideForm, Typed};
use domain::duplicates::{Strength, Why};
use domain::ids::CustomerId;
use domain::policy::Actor;
use std::collections::{BTreeMap, BTreeSet};
use store::demo::Options;
use store::new_request;

type Told = BTreeMap<(CustomerId, CustomerId), BTreeSet<Why>>;

async fn told(shop: &Shop, by: &Actor) -> Told {
    let found = shop.store.duplicates(by).await.unwrap();
    assert_eq!(usize::try_from(found.total).unwrap(), found.pairs.len());
    assert_eq!(shop.store.duplicate_count(by).await.unwrap(), found.total);
    let strong = found.pairs.iter().filter(|pair| pair.strength == Strength::Strong).count();
    assert_eq!(usize::try_from(found.strong).unwrap(), strong);
    assert!(found.pairs.is_sorted_by_key(|pair| pair.strength), "strong ones first");
    found.pairs.into_iter().map(|pair| ((pair.a.id, pair.b.id), pair.why.into_iter().collect())).collect()
}

/// Names with the number of their core and of their sound; then values with the
/// number of what they mean. 0: nothing.
const NAMES: [(&str, u8, u8); 10] = [
    ("恒澜智造有限公司", 1, 1),
    ("恒澜智造（股份）有限公司", 1, 1),
    ("恒澜 智造股份有限公司", 1, 1),
    ("衡兰志造有限责任公司", 3, 1),
    ("Northfell Motion GmbH", 4, 0),
    ("northfell motion co., ltd.", 4, 0),
    ("Northfell Motions", 5, 0),
    ("锐川电子", 6, 3),
    ("睿川电子", 7, 3),
    ("锐川电子科技", 8, 4),
];
const TAXES: [(&str, u8); 5] = [("", 0), ("91-310000 ma", 1), ("９１３１００００MA", 1), ("91310000MB", 2), ("无", 0)];
const PHONES: [(&str, u8); 6] =
    [("", 0), ("021-6888 0000", 1), ("+86 21 68880000", 1), ("(021)6888 0000转12", 1), ("021-68880001", 2), ("110110", 0)];
const SITES: [(&str, u8); 5] = [("", 0), ("www.example.com", 1), ("https://Example.com/de", 1), ("shop.example.com", 2), ("-", 0)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pairs_are_those_that_mean_the_same() {
    each(async |shop: Shop| {
        for (seed, first) in ["甲", "乙", "丙", "丁"].into_iter().enumerate() {
            let mut dice = Dice(seed as u64);
            let mut made = Vec::new();
            for (name, core, sound) in NAMES {
                let (tax, phone, site) = (TAXES[dice.roll(5)], PHONES[dice.roll(6)], SITES[dice.roll(5)]);
                let form = CustomerForm {
                    tax_number: tax.0.into(),
                    phone: phone.0.into(),
                    website: site.0.into(),
                    ..new_form(&format!("{first}{name}"))
                };
                let id = shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
                made.push((id, [tax.1, phone.1, site.1, core, sound]));
            }
            let mut expected = Told::new();
            for (n, (a, one)) in made.iter().enumerate() {
                for (b, other) in &made[n + 1..] {
                    let same = |place: usize| one[place] != 0 && one[place] == other[place];
                    let sounds = same(4) && !same(3);
                    let why = [(Why::Tax, same(0)), (Why::Phone, same(1)), (Why::Web, same(2)), (Why::Core, same(3)), (Why::Sound, sounds)];
                    let why: BTreeSet<Why> = why.into_iter().filter(|(_, is)| *is).map(|(why, _)| why).collect();
                    if !why.is_empty() {
                        expected.insert((*a.min(b), *a.max(b)), why);
                    }
                }
            }
            assert_eq!(told(&shop, &shop.ada).await, expected, "{seed}");
            // Nothing of this round is alike in the next.
            for (id, _) in made {
                let form = shop.store.customer_form(&shop.ada, id).await.unwrap();
                let form = CustomerForm { id: form.id, version: form.version, ..new_form(&id.to_string()) };
                shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
            }
            assert!(told(&shop, &shop.ada).await.is_empty());
        }
    })
    .await;
}

/// An import may make the second of a name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_name_twice_is_one_reason() {
    each(async |shop: Shop| {
        let twin = shop.customer(&shop.ada, "Another").await;
        shop.sql().await.run("UPDATE customer SET name = 'ALPHA  pumps' WHERE name = 'Another'").await;
        let found = told(&shop, &shop.ada).await;
        assert_eq!(found, Told::from([((shop.customers[0].min(twin), shop.customers[0].max(twin)), BTreeSet::from([Why::Name]))]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sees_which_pairs() {
    each(async |shop: Shop| {
        let site = |name: &str| CustomerForm { website: "example.com".into(), ..new_form(name) };
        for (by, name) in [(&shop.ada, "One"), (&shop.ada, "Two"), (&shop.bob, "Three"), (&shop.cai, "Four"), (&shop.dan, "Five")] {
            shop.store.save_customer(by, new_request(), site(name)).await.unwrap();
        }
        for (by, pairs) in [(&shop.ada, 1), (&shop.bob, 0), (&shop.lead, 3), (&shop.director, 6), (&shop.admin, 10)] {
            assert_eq!(told(&shop, by).await.len(), pairs, "{}", by.name);
        }
        for by in [&shop.service, &shop.finance, &shop.hr] {
            assert_denied(shop.store.duplicates(by).await);
            assert_denied(shop.store.duplicate_count(by).await);
            assert_denied(shop.store.similar(by, Typed::default()).await);
        }
    })
    .await;
}

fn pair(a: CustomerId, b: CustomerId) -> AsideForm {
    AsideForm { a: a.to_string(), b: b.to_string(), ..AsideForm::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_set_aside_comes_back_for_something_new_or_by_hand() {
    each(async |shop: Shop| {
        let named = |name: &str| CustomerForm { phone: "021-68880000".into(), ..new_form(name) };
        let save = async |form: CustomerForm| shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
        let (a, b) = (save(named("One")).await, save(named("Two")).await);
        assert_eq!(told(&shop, &shop.ada).await.len(), 1);
        // In whatever order they are named.
        shop.store.set_aside(&shop.ada, new_request(), pair(b, a)).await.unwrap();
        assert!(told(&shop, &shop.ada).await.is_empty());
        assert!(told(&shop, &shop.lead).await.is_empty(), "for everybody");
        let aside = shop.store.duplicates(&shop.lead).await.unwrap().aside;
        assert_eq!((aside.len(), aside[0].a.1.as_str(), aside[0].by.as_str()), (1, "One", "Ada Adler"));
        assert!(shop.store.duplicates(&shop.bob).await.unwrap().aside.is_empty(), "of others' customers nothing");

        // The same in other words is nothing new; a further reason is.
        let change = async |id, change: &dyn Fn(CustomerForm) -> CustomerForm| {
            save(change(shop.store.customer_form(&shop.ada, id).await.unwrap())).await
        };
        change(a, &|form| CustomerForm { phone: "+86 21 6888 0000".into(), ..form }).await;
        assert!(told(&shop, &shop.ada).await.is_empty());
        for id in [a, b] {
            change(id, &|form| CustomerForm { website: "example.com".into(), ..form }).await;
        }
        assert_eq!(told(&shop, &shop.ada).await.values().next().unwrap(), &BTreeSet::from([Why::Phone, Why::Web]));
        shop.store.set_aside(&shop.ada, new_request(), pair(a, b)).await.unwrap();
        assert!(told(&shop, &shop.ada).await.is_empty());
        shop.store.take_back_aside(&shop.ada, new_request(), pair(a, b)).await.unwrap();
        assert_eq!(told(&shop, &shop.ada).await.len(), 1);

        let no = async |by: &Actor, form: AsideForm| shop.store.set_aside(by, new_request(), form).await;
        assert_eq!(refusals(shop.store.take_back_aside(&shop.ada, new_request(), pair(a, b)).await), [": nothing_to_undo"]);
        assert_eq!(refusals(no(&shop.ada, pair(a, shop.customers[0])).await), [": not_alike"]);
        assert_eq!(refusals(no(&shop.ada, pair(a, a)).await), [": same_customer"]);
        assert_not_found(no(&shop.bob, pair(a, b)).await);
        assert_not_found(no(&shop.ada, pair(a, shop.customers[1])).await);
        assert_not_found(no(&shop.ada, AsideForm::default()).await);
        assert_denied(no(&shop.finance, pair(a, b)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_is_compared_and_others_customers_are_not_named() {
    each(async |shop: Shop| {
        let known = CustomerForm { phone: "021-68880000".into(), tax_number: "91310000MA".into(), ..new_form("恒澜智造有限公司") };
        let id = shop.store.save_customer(&shop.ada, new_request(), known).await.unwrap();
        let typed = |name: &str, phone: &str, tax: &str| Typed {
            name: name.into(),
            phone: phone.into(),
            tax_number: tax.into(),
            ..Typed::default()
        };
        let hints = async |by: &Actor, typed: Typed| {
            let found = shop.store.similar(by, typed).await.unwrap();
            found.into_iter().map(|one| (one.why, one.id, one.name, one.owner)).collect::<Vec<_>>()
        };
        let named = (Some(id), "恒澜智造有限公司".to_owned(), "Ada Adler".to_owned());
        let told = |why: Why| (why, named.0, named.1.clone(), named.2.clone());
        assert_eq!(hints(&shop.ada, typed("恒澜智造", "", "")).await, [told(Why::Core)]);
        assert_eq!(hints(&shop.lead, typed("衡兰志造", "+86 21 6888 0000", "")).await, [told(Why::Phone), told(Why::Sound)]);
        assert!(hints(&shop.ada, typed("恒", "021", "9")).await.is_empty());
        assert!(hints(&shop.ada, Typed { id: Some(id), ..typed("恒澜智造有限公司", "021-68880000", "") }).await.is_empty(), "itself");
        // Somebody else's: that there is one; and a name that the form would tell anyway.
        let hidden = |why: Why, name: &str| (why, None, name.to_owned(), String::new());
        assert_eq!(
            hints(&shop.dan, typed("恒澜智造", "021 68880000", "91310000ma")).await,
            [hidden(Why::Tax, ""), hidden(Why::Phone, ""), hidden(Why::Core, "")]
        );
        assert_eq!(hints(&shop.dan, typed("恒澜智造有限公司", "", "")).await, [hidden(Why::Name, "恒澜智造有限公司")]);
        for n in 0..5 {
            let form = CustomerForm { phone: "021-68880000".into(), ..new_form(&format!("No {n}")) };
            shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
        }
        assert_eq!(hints(&shop.ada, typed("", "021-68880000", "")).await.len(), 3);
        assert_eq!(hints(&shop.dan, typed("", "021-68880000", "")).await, [hidden(Why::Phone, "")], "however many there are");
    })
    .await;
}

/// The demo has customers twice, for each reason but the one that the form refuses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_has_some_to_decide_about() {
    each_fresh(async |fresh| {
        fresh.store.load_demo(&Options { scale: 0.1, ..Options::default() }, |_, _, _| {}).await.unwrap();
        let org = fresh.store.org().unwrap();
        let admin = org.people.values().find(|member| member.actor.role == domain::policy::Role::Administrator).unwrap();
        let found = fresh.store.duplicates(&admin.actor).await.unwrap();
        let why: BTreeSet<Why> = found.pairs.iter().flat_map(|pair| pair.why.iter().copied()).collect();
        assert_eq!(why, BTreeSet::from([Why::Tax, Why::Phone, Why::Core, Why::Web, Why::Sound]));
        assert!((4..30).contains(&found.total) && found.strong >= 2, "{} pairs", found.total);
    })
    .await;
}
