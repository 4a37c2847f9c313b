//! Files on customers and deals: who may see, add and take away; what a merge and a backup do.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Fresh, Shop, day, each, each_fresh};
use domain::duplicates::merge::MergeForm;
use domain::duplicates::page::UndoMergeForm;
use domain::files::{FileForm, FileKind, FilesOf};
use domain::ids::FileId;
use domain::policy::Actor;
use store::backup::{backup, restore};
use store::{Result, Store, StoreError, new_request};

const TEXT: &[u8] = "一份清单\n".as_bytes();

async fn add(store: &Store, by: &Actor, of: FilesOf, name: &str) -> Result<FileId> {
    store.add_file(by, new_request(), of, name, TEXT.to_vec()).await
}

fn form(file: FileId, back: bool) -> FileForm {
    FileForm { file: file.to_string(), back, ..FileForm::default() }
}

async fn names(store: &Store, by: &Actor, of: FilesOf) -> Vec<String> {
    store.files(by, of).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

fn code(error: &StoreError) -> String {
    match error {
        StoreError::Refused(found) => found[0].code.clone(),
        other => other.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_seen_by_who_sees_what_it_hangs_on() {
    each(async |shop: Shop| {
        let (customer, deal) = (FilesOf::Customer(shop.customers[0]), FilesOf::Deal(shop.deals[0]));
        let on_customer = add(&shop.store, &shop.ada, customer, "../door.TXT").await.unwrap();
        let on_deal = add(&shop.store, &shop.ada, deal, "list.csv").await.unwrap();
        assert_eq!(names(&shop.store, &shop.ada, deal).await, ["list.csv"]);
        assert_eq!(names(&shop.store, &shop.lead, customer).await, ["list.csv", "door.TXT"], "a customer's with those of its deals");
        let given = shop.store.file(&shop.director, on_deal).await.unwrap();
        assert_eq!((given.name.as_str(), given.kind, given.bytes.as_slice()), ("list.csv", FileKind::Text, TEXT));
        // Others' look as if they were not there.
        for id in [on_customer, on_deal] {
            for stranger in [&shop.bob, &shop.dan] {
                assert!(matches!(shop.store.file(stranger, id).await, Err(StoreError::NotFound)));
                assert!(matches!(shop.store.remove_file(stranger, new_request(), form(id, false)).await, Err(StoreError::NotFound)));
            }
        }
        for of in [customer, deal] {
            assert!(matches!(shop.store.files(&shop.bob, of).await, Err(StoreError::NotFound)));
            assert!(matches!(add(&shop.store, &shop.bob, of, "a.txt").await, Err(StoreError::NotFound)));
        }
        // Finance sees them, and adds and takes away none; HR sees none.
        assert_eq!(names(&shop.store, &shop.finance, customer).await.len(), 2);
        assert!(matches!(add(&shop.store, &shop.finance, customer, "a.txt").await, Err(StoreError::Denied(_))));
        assert!(matches!(shop.store.remove_file(&shop.finance, new_request(), form(on_deal, false)).await, Err(StoreError::Denied(_))));
        assert!(shop.store.files(&shop.hr, customer).await.is_err());
        let audited = shop.sql().await.rows("SELECT change FROM audit WHERE entity = 'attachment'", &[]).await;
        assert_eq!(audited.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_away_is_put_back_and_nothing_is_added_twice() {
    each(async |shop: Shop| {
        let of = FilesOf::Customer(shop.customers[0]);
        let request = new_request();
        let id = shop.store.add_file(&shop.ada, request, of, "a.txt", TEXT.to_vec()).await.unwrap();
        assert_eq!(shop.store.add_file(&shop.ada, request, of, "a.txt", TEXT.to_vec()).await.unwrap(), id);
        let theirs = add(&shop.store, &shop.service, of, "b.txt").await.unwrap();
        let refused = shop.store.add_file(&shop.ada, new_request(), of, "a.pdf", TEXT.to_vec()).await.unwrap_err();
        assert_eq!(code(&refused), "attach_type");
        // Service takes away its own; who may change the customer, any.
        assert!(matches!(shop.store.remove_file(&shop.service, new_request(), form(id, false)).await, Err(StoreError::Denied(_))));
        let seen = shop.store.files(&shop.service, of).await.unwrap();
        assert_eq!(
            seen.rows.iter().map(|row| (row.name.as_str(), row.may_remove)).collect::<Vec<_>>(),
            [("b.txt", true), ("a.txt", false)]
        );
        for file in [id, theirs] {
            shop.store.remove_file(&shop.ada, new_request(), form(file, false)).await.unwrap();
            assert!(matches!(shop.store.file(&shop.ada, file).await, Err(StoreError::NotFound)), "not given out");
        }
        let seen = shop.store.files(&shop.ada, of).await.unwrap();
        assert_eq!((seen.rows.len(), seen.removed.len()), (0, 2));
        assert_eq!(seen.removed[0].removed.as_ref().unwrap().0, "Ada Adler");
        for _ in 0..2 {
            shop.store.remove_file(&shop.ada, new_request(), form(id, true)).await.unwrap();
        }
        assert_eq!(names(&shop.store, &shop.ada, of).await, ["a.txt"]);
        assert_eq!(shop.store.file(&shop.ada, id).await.unwrap().bytes, TEXT);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_with_a_merge_and_come_back_and_are_in_a_backup() {
    each(async |shop: Shop| {
        let twin = shop.customer(&shop.ada, "Alpha Pumps Two").await;
        let deal = shop.deal(&shop.ada, twin, "Second order", "10").await;
        let gone = add(&shop.store, &shop.ada, FilesOf::Customer(twin), "gone.txt").await.unwrap();
        add(&shop.store, &shop.ada, FilesOf::Deal(deal), "order.txt").await.unwrap();
        add(&shop.store, &shop.ada, FilesOf::Customer(shop.customers[0]), "kept.txt").await.unwrap();
        let kept = FilesOf::Customer(shop.customers[0]);
        let version = async |id| shop.store.customer(&shop.ada, id).await.unwrap().row.version;
        let merge = MergeForm {
            a: shop.customers[0].to_string(),
            b: twin.to_string(),
            a_version: version(shop.customers[0]).await,
            b_version: version(twin).await,
            keep: "a".into(),
            request: new_request().to_string(),
            ..MergeForm::default()
        };
        let merged = shop.store.merge_customers(&shop.ada, new_request(), merge).await.unwrap();
        let mut all = names(&shop.store, &shop.ada, kept).await;
        all.sort();
        assert_eq!(all, ["gone.txt", "kept.txt", "order.txt"]);
        assert!(matches!(add(&shop.store, &shop.ada, FilesOf::Customer(twin), "late.txt").await, Err(StoreError::NotFound)));
        // Into another database and back.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("weir.backup");
        backup(&shop.url, &file, |_, _| {}).await.unwrap();
        each_fresh(async |other: Fresh| {
            restore(&other.url, &file, false, |_, _| {}).await.unwrap();
            let copy = Store::open(&other.url, Some(day(0))).await.unwrap();
            assert_eq!(copy.file(&shop.ada, gone).await.unwrap().bytes, TEXT);
            copy.close().await.unwrap();
        })
        .await;
        shop.store
            .undo_merge(&shop.ada, new_request(), UndoMergeForm { id: merged.id.to_string(), ..UndoMergeForm::default() })
            .await
            .unwrap();
        assert_eq!(names(&shop.store, &shop.ada, kept).await, ["kept.txt"]);
        let mut back = names(&shop.store, &shop.ada, FilesOf::Customer(twin)).await;
        back.sort();
        assert_eq!(back, ["gone.txt", "order.txt"]);
    })
    .await;
}
