//! Loaded into a database as made, and taken out again.

use super::{TINY, of_size};
use crate::common::{DAY, Fresh, Shop, actor, each, each_fresh, refusals};
use domain::pipeline::filter::DealFilter;
use sea_orm::{ConnectionTrait, Database, Statement};
use store::auth::Origin;
use store::demo::{Options, PASSWORD, generate};

async fn count(url: &str, table: &str) -> usize {
    let db = Database::connect(url).await.expect("the database that the store made");
    let statement = Statement::from_string(db.get_database_backend(), format!("SELECT count(*) FROM {table}"));
    let row = db.query_one_raw(statement).await.expect("a table of the schema").expect("a count is one row");
    let found: i64 = row.try_get_by_index(0).expect("a count is a number");
    db.close().await.expect("nothing is pending");
    usize::try_from(found).expect("counts are not negative")
}

#[tokio::test(flavor = "multi_thread")]
async fn loaded_once_reset_and_loaded_again() {
    each_fresh(async |Fresh { store, url }| {
        let options = Options { as_of: DAY, ..of_size(0.1) };
        let mut heard = Vec::new();
        let loaded = store.load_demo(&options, |table, done, total| heard.push((table.to_owned(), done, total))).await.unwrap();
        let company = generate(&options);
        for (table, rows, said) in [
            ("person", company.people.len(), loaded.people),
            ("product", company.products.len(), loaded.products),
            ("stage", company.stages.len(), loaded.stages),
            ("customer", company.customers.len(), loaded.customers),
            ("contact", company.contacts.len(), loaded.contacts),
            ("deal", company.deals.len(), loaded.deals),
            ("stage_transition", company.transitions.len(), loaded.transitions),
            ("follow_up", company.follow_ups.len(), loaded.follow_ups),
            ("task", company.tasks.len(), loaded.tasks),
            ("contract", company.contracts.len(), loaded.contracts),
            ("contract_payment", company.payments.len(), loaded.payments),
        ] {
            assert_eq!((count(&url, table).await, said), (rows, rows), "{table}");
            assert!(heard.contains(&(table.to_owned(), rows, rows)), "progress of {table}");
        }
        let visits = &company.visits;
        for (table, rows) in [
            ("workday", visits.workdays.len()),
            ("visit_form", visits.forms.len()),
            ("visit", visits.visits.len()),
            ("need", visits.needs.len()),
        ] {
            assert_eq!(count(&url, table).await, rows, "{table}");
        }
        assert_eq!(refusals(store.load_demo(&options, |_, _, _| ()).await), [": already_set_up"]);

        assert_eq!(store.demo_accounts().len(), 7);
        store.sign_in("rep1@example.com", PASSWORD, Origin::default()).await.unwrap();
        let director = store.demo_accounts().into_iter().find(|a| a.unit_name == company.organisation.name).unwrap();
        let board = store.board(&actor(&store, director.id), &DealFilter::default()).await.unwrap();
        assert_eq!(board.columns.len(), 5);
        assert!(board.columns.iter().all(|column| !column.cards.is_empty()));
        let stages = store.stages().await.unwrap();
        assert!(stages.stages.iter().filter(|s| s.pipeline == board.pipeline).any(|s| s.pace_milli.is_some()), "pace from history");

        store.reset_demo().await.unwrap();
        assert!(store.org().is_none() && store.demo_accounts().is_empty());
        for table in [
            "deal",
            "customer",
            "person",
            "org_unit",
            "stage_transition",
            "contract",
            "contract_invoice",
            "visit",
            "need",
            "workday",
            "sign_in",
        ] {
            assert_eq!(count(&url, table).await, 0, "{table}");
        }
        assert_eq!(store.load_demo(&options, |_, _, _| ()).await.unwrap(), loaded);
    })
    .await;
}

/// Real data is neither replaced nor deleted; and the demo's first pipeline is
/// the one that every new organisation gets.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_organisation_is_left_alone() {
    each(async |shop: Shop| {
        assert_eq!(refusals(shop.store.load_demo(&of_size(0.1), |_, _, _| ()).await), [": already_set_up"]);
        assert_eq!(refusals(shop.store.reset_demo().await), [": not_a_demo"]);
        assert_eq!(count(&shop.url, "deal").await, 4);
        let real = shop.store.stages().await.unwrap();
        let demo: Vec<_> = TINY.stages.iter().filter(|s| s.pipeline_id == TINY.pipelines[0].id).collect();
        assert_eq!((&real.pipelines[0].name_zh, &real.pipelines[0].name_en), (&TINY.pipelines[0].name_zh, &TINY.pipelines[0].name_en));
        assert_eq!(real.stages.len(), demo.len());
        for (real, demo) in real.stages.iter().zip(demo) {
            assert_eq!((&real.name_zh, &real.name_en, real.kind.code()), (&demo.name_zh, &demo.name_en, demo.kind.as_str()));
            assert_eq!(
                (real.probability_bp, real.forecast.code(), real.sla_days),
                (demo.probability_bp, demo.forecast.as_str(), demo.sla_days)
            );
            assert_eq!((&real.exit_zh, &real.exit_en), (&demo.exit_zh, &demo.exit_en));
        }
    })
    .await;
}
