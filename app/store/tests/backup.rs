//! Backup and restore: what comes back is what went in, on either database and
//! from one to the other; what is wrong is refused and changes nothing.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Fresh, PASSWORD, Shop, day, each, each_fresh};
use domain::customers::CustomerForm;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use store::auth::Origin;
use store::backup::{backup, check, restore};
use store::{Store, StoreError, new_request};
use tokio::task::JoinSet;

/// A company with some of everything, and its backup.
async fn backed_up(shop: &Shop, folder: &Path) -> PathBuf {
    shop.move_to(&shop.ada, shop.deals[0], 2).await;
    shop.win(&shop.bob, shop.deals[1], 123_456_789_012, day(0)).await;
    let odd = CustomerForm {
        name: "“Quoted”, =1+1 第二行 \u{1F600}".into(),
        notes: "first\nsecond\t\"third\"".into(),
        longitude: "121.473701".into(),
        latitude: "31.230416".into(),
        ..CustomerForm::default()
    };
    shop.store.save_customer(&shop.cai, new_request(), odd).await.unwrap();
    let file = folder.join("weir.backup");
    backup(&shop.url, &file, |_, _| {}).await.unwrap();
    file
}

fn message(error: &StoreError) -> String {
    error.to_string()
}

/// The lines of a backup, changed, as a backup.
fn rewritten(file: &Path, name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let other = file.with_extension(name);
    let mut out = GzEncoder::new(std::fs::File::create(&other).unwrap(), Compression::fast());
    out.write_all(change(text).as_bytes()).unwrap();
    out.finish().unwrap();
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_copy_equals_its_original_on_either_database() {
    each(async |shop: Shop| {
        let folder = tempfile::tempdir().unwrap();
        let file = backed_up(&shop, folder.path()).await;
        let sql = shop.sql().await;
        let original =
            [sql.count("deal").await, sql.count("stage_transition").await, sql.count("audit").await, sql.count("customer").await];
        let cards = shop.column(shop.stages[0].id).await;
        each_fresh(async |other: Fresh| {
            let report = restore(&other.url, &file, false, |_, _| {}).await.unwrap();
            assert_eq!(report, check(&file).unwrap());
            let copy = Store::open(&other.url, Some(day(0))).await.unwrap();
            let copied = Shop { store: copy.clone(), url: other.url.clone(), ..shop.clone() };
            let sql = copied.sql().await;
            let counts =
                [sql.count("deal").await, sql.count("stage_transition").await, sql.count("audit").await, sql.count("customer").await];
            assert_eq!(counts, original);
            assert_eq!(copied.column(shop.stages[0].id).await, cards, "the board is the same, in the same order");
            let back = folder.path().join(format!("back-{}", copy.kind()));
            let again = backup(&other.url, &back, |_, _| {}).await.unwrap();
            assert_eq!(again.tables, report.tables, "the copy's own backup holds the same rows");
            std::fs::remove_file(back).unwrap();
            // It is alive: people sign in and work goes on.
            copied.move_to(&shop.ada, shop.deals[0], 3).await;
            assert!(copy.sign_in("ada@example.com", PASSWORD, Origin { ip: "127.0.0.1".into(), agent: "test".into() }).await.is_ok());
            copy.close().await.unwrap();
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_shows_one_moment_while_others_work() {
    each(async |shop: Shop| {
        let folder = tempfile::tempdir().unwrap();
        let mut working = JoinSet::new();
        for (by, deal) in [(shop.ada.clone(), shop.deals[0]), (shop.bob.clone(), shop.deals[1]), (shop.cai.clone(), shop.deals[2])] {
            let (store, admin, stages) = (shop.store.clone(), shop.admin.clone(), shop.stages.clone());
            working.spawn(async move {
                for round in 0..20 {
                    let version = store.card(&admin, deal).await.unwrap().version;
                    let to = stages[1 + round % 3].id;
                    let command = domain::pipeline::moves::MoveDeal {
                        request: new_request(),
                        deal,
                        version,
                        to,
                        above: None,
                        below: None,
                        closing: None,
                        reason: String::new(),
                    };
                    store.move_deal(&by, command).await.unwrap();
                }
            });
        }
        for n in 0..4 {
            let file = folder.path().join(format!("during-{n}"));
            let report = backup(&shop.url, &file, |_, _| {}).await.unwrap();
            let rows = |name: &str| report.tables.iter().find(|t| t.name == name).unwrap().rows;
            // Each write leaves one row in each of these, or none.
            assert_eq!(rows("audit"), rows("answered_request"), "a command is in the backup whole or not at all");
            each_fresh(async |other: Fresh| {
                restore(&other.url, &file, false, |_, _| {}).await.unwrap();
            })
            .await;
        }
        working.join_all().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_is_replaced_only_on_request() {
    each(async |shop: Shop| {
        let folder = tempfile::tempdir().unwrap();
        let file = backed_up(&shop, folder.path()).await;
        shop.customer(&shop.ada, "Later Ltd").await;
        let before = shop.sql().await.count("customer").await;
        let refused = restore(&shop.url, &file, false, |_, _| {}).await.unwrap_err();
        assert!(message(&refused).contains("there is data already"), "{refused}");
        assert_eq!(shop.sql().await.count("customer").await, before);
        restore(&shop.url, &file, true, |_, _| {}).await.unwrap();
        assert_eq!(shop.sql().await.count("customer").await, before - 1, "what came after the backup is gone");
        // The schema still looks at references.
        let orphan = "UPDATE deal SET owner_id = customer_id";
        let db = sea_orm::Database::connect(&shop.url).await.unwrap();
        assert!(sea_orm::ConnectionTrait::execute_unprepared(&db, orphan).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_or_strange_file_is_refused_and_changes_nothing() {
    each(async |shop: Shop| {
        let folder = tempfile::tempdir().unwrap();
        let file = backed_up(&shop, folder.path()).await;
        let whole = std::fs::read(&file).unwrap();
        let cut = folder.path().join("cut");
        std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
        let strange = folder.path().join("strange");
        std::fs::write(&strange, "name,amount\n").unwrap();
        let dropped = rewritten(&file, "dropped", |text| {
            text.lines().filter(|line| !line.contains("Gamma")).map(|line| format!("{line}\n")).collect()
        });
        let cases =
            [(cut, "damaged"), (strange, "not a backup"), (dropped, "not what its sum says"), (folder.path().join("nothing"), "nothing")];
        each_fresh(async |other: Fresh| {
            for (file, expected) in &cases {
                let refused = restore(&other.url, file, false, |_, _| {}).await.unwrap_err();
                assert!(message(&refused).contains(expected), "{refused}");
            }
            let newer = rewritten(&file, "newer", |text| text.replacen("\"schema\":[", "\"schema\":[\"m9999_later\",", 1));
            let refused = restore(&other.url, &newer, false, |_, _| {}).await.unwrap_err();
            assert!(message(&refused).contains("newer version"), "{refused}");
            let format = rewritten(&file, "format", |text| text.replacen("\"weir_backup\":1", "\"weir_backup\":2", 1));
            let refused = restore(&other.url, &format, false, |_, _| {}).await.unwrap_err();
            assert!(message(&refused).contains("format 2"), "{refused}");
            assert!(other.store.org().is_none());
            restore(&other.url, &file, false, |_, _| {}).await.unwrap();
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_is_overwritten_and_none_is_left_unfinished() {
    each(async |shop: Shop| {
        let folder = tempfile::tempdir().unwrap();
        let file = backed_up(&shop, folder.path()).await;
        let before = std::fs::read(&file).unwrap();
        let refused = backup(&shop.url, &file, |_, _| {}).await.unwrap_err();
        assert!(message(&refused).contains("there already"), "{refused}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
        assert!(backup(&shop.url, &folder.path().join("no/such/folder"), |_, _| {}).await.is_err());
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["weir.backup"]);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
            assert_eq!(mode & 0o077, 0, "only its owner reads it");
        }
    })
    .await;
}
