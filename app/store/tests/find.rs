//! Search of everything: what is found by what, by whom, and that it stays true.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common::{Shop, day, each};
use domain::customers::{ContactForm, CustomerForm};
use domain::ids::CustomerId;
use domain::policy::Actor;
use domain::search::{FoundKind, LONG, SHORT};
use store::new_request;

async fn titles(shop: &Shop, who: &Actor, text: &str) -> Vec<String> {
    shop.store.find(who, text, SHORT).await.unwrap().found.into_iter().map(|found| found.title).collect()
}

async fn contact(shop: &Shop, by: &Actor, of: CustomerId, name: &str, phone: &str) {
    let form = ContactForm { customer: of.to_string(), name: name.into(), phone: phone.into(), ..ContactForm::default() };
    shop.store.save_contact(by, new_request(), form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_name_pinyin_initials_and_telephone() {
    each(async |shop: Shop| {
        let form = CustomerForm {
            name: "华东智造集团".into(),
            short_name: "华东".into(),
            phone: "021-6888 0000".into(),
            ..CustomerForm::default()
        };
        let of = shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
        contact(&shop, &shop.ada, of, "张海澜", "138 1234 5678").await;
        shop.deal(&shop.ada, of, "产线改造 MES", "9").await;
        for text in ["华东", "hd", "huadong", "HDZZ", "huad", "智造", "ＨＤ", "6888", "021-6888"] {
            assert_eq!(titles(&shop, &shop.ada, text).await, ["华东智造集团"], "{text}");
        }
        for text in ["张", "zhl", "zhanghai", "12345", "138 1234"] {
            assert_eq!(titles(&shop, &shop.ada, text).await, ["张海澜"], "{text}");
        }
        for text in ["产线", "cxgz", "mes", "mes 产线"] {
            assert_eq!(titles(&shop, &shop.ada, text).await, ["产线改造 MES"], "{text}");
        }
        for text in ["", "  ", "%", "688", "zzzz", "uadong"] {
            assert!(titles(&shop, &shop.ada, text).await.is_empty(), "{text}");
        }
        let found = shop.store.find(&shop.ada, "zhl", SHORT).await.unwrap().found.remove(0);
        assert_eq!((found.kind, found.customer, found.detail.as_str()), (FoundKind::Contact, of, "华东智造集团 · 138 1234 5678"));
        assert_eq!((found.href(), found.marks), (format!("/customers/{of}"), vec![(0, 3)]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_best_come_first() {
    each(async |shop: Shop| {
        for name in ["新海澜", "海澜之家", "海澜", "河流", "hl Tools"] {
            shop.customer(&shop.ada, name).await;
        }
        assert_eq!(titles(&shop, &shop.ada, "海澜").await, ["海澜", "海澜之家", "新海澜"]);
        let by_initials = titles(&shop, &shop.ada, "hl").await;
        assert_eq!(by_initials[0], "hl Tools", "what begins with the very letters: {by_initials:?}");
        assert_eq!(by_initials.last().unwrap(), "新海澜", "{by_initials:?}");
        assert_eq!(by_initials.len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_finds_what_they_may_not_see() {
    each(async |shop: Shop| {
        contact(&shop, &shop.ada, shop.customers[0], "Paula Secret", "0555 0199").await;
        for text in ["alpha", "paula", "05550199"] {
            assert!(!titles(&shop, &shop.ada, text).await.is_empty(), "{text}");
            for who in [&shop.bob, &shop.cai, &shop.dan, &shop.hr] {
                let answer = shop.store.find(who, text, SHORT).await.unwrap();
                assert!(answer.found.is_empty(), "{} finds {text}: {answer:?}", who.name);
                assert_eq!(answer.totals, [0, 0, 0], "{} counts {text}", who.name);
            }
            for who in [&shop.lead, &shop.director, &shop.admin, &shop.service, &shop.finance] {
                assert!(!titles(&shop, who, text).await.is_empty(), "{} does not find {text}", who.name);
            }
        }
        // Given to a colleague, it goes along at once.
        let form = shop.store.customer_form(&shop.lead, shop.customers[0]).await.unwrap();
        let form = CustomerForm { owner: shop.bob.id.to_string(), ..form };
        shop.store.save_customer(&shop.lead, new_request(), form).await.unwrap();
        assert_eq!(titles(&shop, &shop.bob, "paula").await, ["Paula Secret"]);
        assert!(titles(&shop, &shop.ada, "paula").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn renamed_is_found_under_the_new_name_only() {
    each(async |shop: Shop| {
        // Its deal keeps the title that was written.
        assert_eq!(titles(&shop, &shop.ada, "alpha pumps").await, ["Alpha Pumps", "Alpha Pumps order"]);
        let form = shop.store.customer_form(&shop.ada, shop.customers[0]).await.unwrap();
        shop.store.save_customer(&shop.ada, new_request(), CustomerForm { name: "Omega 恒澜".into(), ..form }).await.unwrap();
        assert_eq!(titles(&shop, &shop.ada, "alpha pumps").await, ["Alpha Pumps order"]);
        assert_eq!(titles(&shop, &shop.ada, "omega").await, ["Omega 恒澜"]);
        assert_eq!(titles(&shop, &shop.ada, "henglan").await, ["Omega 恒澜"]);
        // Another process, and after a restart.
        let later = shop.later(1).await;
        let found = later.find(&shop.ada, "omega", SHORT).await.unwrap().found;
        assert_eq!(found.into_iter().map(|found| found.title).collect::<Vec<_>>(), ["Omega 恒澜"], "on {}", day(1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_of_each_kind_and_all_of_them_counted() {
    each(async |shop: Shop| {
        for i in 0..60 {
            shop.deal(&shop.ada, shop.customers[0], &format!("Rollout {i:02}"), "1").await;
        }
        let won = shop.deal(&shop.ada, shop.customers[0], "Rollout", "1").await;
        shop.win(&shop.ada, won, 100, crate::common::DAY).await;
        let short = shop.store.find(&shop.ada, "rollout", SHORT).await.unwrap();
        assert_eq!((short.found.len(), short.totals, short.total(FoundKind::Deal)), (SHORT, [0, 0, 61], 61));
        assert_eq!(short.found[0].title, "Rollout", "the very name first, closed or not");
        let long = shop.store.find(&shop.ada, "rollout", usize::MAX).await.unwrap();
        assert_eq!(long.found.len(), LONG);
        assert!(shop.store.find(&shop.ada, &"长".repeat(5_000), SHORT).await.unwrap().found.is_empty());
    })
    .await;
}
