//! Saved views on real databases: who sees one, who may change it, one default
//! for each person and list, removal with a way back.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Shop, assert_denied, assert_not_found, each, refusals, stale};
use domain::ids::{RequestId, ViewId};
use domain::policy::Actor;
use domain::views::{DefaultView, ListKind, NAME_MAX, RemoveView, SavedView, VIEWS_MAX, ViewForm};
use store::{StoreError, new_request};

fn form(name: &str, audience: &str) -> ViewForm {
    ViewForm {
        kind: "deals".into(),
        name: name.into(),
        query: "tier=vip&sort=-amount&after=x".into(),
        audience: audience.into(),
        ..ViewForm::default()
    }
}

async fn save(shop: &Shop, by: &Actor, form: ViewForm) -> ViewId {
    shop.store.save_view(by, new_request(), form).await.unwrap().0
}

async fn seen(shop: &Shop, by: &Actor) -> Vec<SavedView> {
    shop.store.views(by, ListKind::Deals).await.unwrap()
}

async fn names(shop: &Shop, by: &Actor) -> Vec<String> {
    seen(shop, by).await.into_iter().map(|view| view.name).collect()
}

fn again(view: &SavedView, name: &str) -> ViewForm {
    ViewForm {
        id: view.id.to_string(),
        version: view.version,
        kind: "deals".into(),
        name: name.into(),
        query: view.query.clone(),
        audience: view.audience.code().into(),
        ..ViewForm::default()
    }
}

fn removal(view: &SavedView, removed: bool) -> RemoveView {
    RemoveView { request: new_request(), view: view.id, version: view.version, removed }
}

async fn open_with(shop: &Shop, by: &Actor, kind: ListKind, view: Option<ViewId>) -> store::Result<()> {
    let view = view.map(|id| id.to_string()).unwrap_or_default();
    shop.store.default_view(by, DefaultView { request: new_request(), kind, view }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_is_seen_by_whom_it_is_for() {
    each(async |shop: Shop| {
        save(&shop, &shop.ada, form("Ada's", "")).await;
        save(&shop, &shop.lead, form("Team A's", "unit")).await;
        save(&shop, &shop.director, form("North's", "unit")).await;
        save(&shop, &shop.admin, form("All's", "all")).await;
        assert_eq!(names(&shop, &shop.ada).await, ["Ada's", "All's", "North's", "Team A's"], "one's own first");
        assert_eq!(names(&shop, &shop.bob).await, ["All's", "North's", "Team A's"]);
        assert_eq!(names(&shop, &shop.cai).await, ["All's", "North's"], "of team B");
        assert_eq!(names(&shop, &shop.dan).await, ["All's"], "of the South");
        assert_eq!(names(&shop, &shop.director).await, ["North's", "All's"], "what is below is not for those above");
        assert_eq!(names(&shop, &shop.admin).await, ["All's"], "what is private stays so");
        let ours = seen(&shop, &shop.bob).await;
        let of_lead = ours.iter().find(|view| view.name == "Team A's").unwrap();
        assert_eq!((of_lead.owner_name.as_str(), of_lead.may_change, of_lead.query.as_str()), ("Lea Lead", false, "tier=vip&sort=-amount"));
        assert!(shop.store.views(&shop.ada, ListKind::Board).await.unwrap().is_empty(), "of another list");
        assert_denied(shop.store.views(&shop.hr, ListKind::Deals).await);
        assert_denied(shop.store.save_view(&shop.hr, new_request(), form("Hal's", "")).await);
        assert_eq!(shop.sql().await.rows("SELECT id FROM audit WHERE entity = 'saved_view'", &[]).await.len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_of_ones_own_is_hidden_from_others() {
    each(async |shop: Shop| {
        let id = save(&shop, &shop.ada, form("Ada's", "")).await;
        let view = seen(&shop, &shop.ada).await.remove(0);
        for other in [&shop.bob, &shop.dan, &shop.lead, &shop.admin] {
            assert_not_found(shop.store.save_view(other, new_request(), again(&view, "Mine")).await);
            assert_not_found(shop.store.remove_view(other, removal(&view, true)).await);
            assert_not_found(open_with(&shop, other, ListKind::Deals, Some(id)).await);
        }
        assert_not_found(open_with(&shop, &shop.ada, ListKind::Customers, Some(id)).await);
        assert_not_found(shop.store.save_view(&shop.ada, new_request(), ViewForm { kind: "board".into(), ..again(&view, "A") }).await);
        assert_eq!(names(&shop, &shop.ada).await, ["Ada's"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_its_owner_changes_a_shared_view_or_an_administrator() {
    each(async |shop: Shop| {
        save(&shop, &shop.lead, form("Team A's", "unit")).await;
        let view = seen(&shop, &shop.ada).await.remove(0);
        assert_denied(shop.store.save_view(&shop.ada, new_request(), again(&view, "B").private()).await);
        assert_denied(shop.store.remove_view(&shop.ada, removal(&view, true)).await);
        save(&shop, &shop.lead, again(&view, "A2")).await;
        assert_eq!(names(&shop, &shop.bob).await, ["A2"]);
        assert_eq!(stale(shop.store.save_view(&shop.lead, new_request(), again(&view, "A3")).await), ("Lea Lead".into(), 2));
        assert_eq!(stale(shop.store.remove_view(&shop.lead, removal(&view, true)).await), ("Lea Lead".into(), 2));
        // For everybody, so every administrator sees it.
        save(&shop, &shop.admin, form("All's", "all")).await;
        let view = seen(&shop, &shop.dan).await.remove(0);
        assert_denied(shop.store.remove_view(&shop.lead, removal(&view, true)).await);
        let other = shop.second_admin().await;
        let version = shop.store.remove_view(&other, removal(&view, true)).await.unwrap();
        assert!(seen(&shop, &shop.dan).await.is_empty());
        let back = RemoveView { version, ..removal(&view, false) };
        assert_not_found(shop.store.remove_view(&shop.lead, back).await);
        shop.store.remove_view(&other, back).await.unwrap();
        assert_eq!(names(&shop, &shop.dan).await, ["All's"], "who removed it brings it back");
    })
    .await;
}

impl Shop {
    async fn second_admin(&self) -> Actor {
        let form = crate::common::person_form("Eve Extra", domain::policy::Role::Administrator, self.admin.unit);
        let id = self.store.save_person(&self.admin, new_request(), form).await.unwrap();
        crate::common::actor(&self.store, id)
    }
}

trait Private {
    fn private(self) -> Self;
}

impl Private for ViewForm {
    fn private(self) -> Self {
        Self { audience: String::new(), ..self }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_wrong_is_refused() {
    each(async |shop: Shop| {
        let refused = async |by: &Actor, form: ViewForm| refusals(shop.store.save_view(by, new_request(), form).await);
        assert_eq!(refused(&shop.ada, form(" ", "")).await, ["name: required"]);
        assert_eq!(refused(&shop.ada, form(&"名".repeat(NAME_MAX + 1), "")).await, ["name: too_long"]);
        assert_eq!(refused(&shop.ada, form("A", "unit")).await, ["audience: forbidden"]);
        assert_eq!(refused(&shop.director, form("A", "all")).await, ["audience: forbidden"]);
        assert_eq!(refused(&shop.ada, ViewForm { kind: "tasks".into(), ..form("A", "") }).await, ["kind: unknown_value"]);
        for n in 0..VIEWS_MAX {
            save(&shop, &shop.ada, form(&format!("V{n}"), "")).await;
        }
        assert_eq!(refused(&shop.ada, form("One more", "")).await, [": too_many_views"]);
        save(&shop, &shop.ada, ViewForm { kind: "board".into(), ..form("Of another list", "") }).await;
        assert_eq!(seen(&shop, &shop.ada).await.len(), VIEWS_MAX);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_has_one_default_for_each_person() {
    each(async |shop: Shop| {
        let defaults = async |by: &Actor| seen(&shop, by).await.into_iter().filter(|v| v.default).map(|v| v.name).collect::<Vec<_>>();
        let shared = save(&shop, &shop.lead, form("Team A's", "unit")).await;
        save(&shop, &shop.ada, ViewForm { default: "true".into(), ..form("Ada's", "") }).await;
        assert_eq!(defaults(&shop.ada).await, ["Ada's"]);
        open_with(&shop, &shop.ada, ListKind::Deals, Some(shared)).await.unwrap();
        open_with(&shop, &shop.bob, ListKind::Deals, Some(shared)).await.unwrap();
        assert_eq!((defaults(&shop.ada).await, defaults(&shop.lead).await), (vec!["Team A's".to_owned()], vec![]));
        assert_eq!(shop.sql().await.count("saved_view_default").await, 2);
        open_with(&shop, &shop.ada, ListKind::Deals, None).await.unwrap();
        assert!(defaults(&shop.ada).await.is_empty());
        assert_eq!(defaults(&shop.bob).await, ["Team A's"]);
        // A view that is no longer for Bob opens nothing.
        let view = seen(&shop, &shop.lead).await.remove(0);
        save(&shop, &shop.lead, again(&view, "Lea's").private()).await;
        assert!(seen(&shop, &shop.bob).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn months_and_calendar_have_views_of_their_own() {
    each(async |shop: Shop| {
        let of = |kind: ListKind, name: &str, audience: &str, default: bool| ViewForm {
            kind: kind.code().into(),
            query: "tier=vip&by=close&month=2026-07&outcome=won&sort=amount".into(),
            default: default.to_string(),
            ..form(name, audience)
        };
        save(&shop, &shop.lead, of(ListKind::Months, "Team's months", "unit", false)).await;
        save(&shop, &shop.ada, of(ListKind::Months, "Months", "", true)).await;
        save(&shop, &shop.ada, of(ListKind::Calendar, "Calendar", "", true)).await;
        let told = async |by: &Actor, kind| {
            let views = shop.store.views(by, kind).await.unwrap();
            views.into_iter().map(|view| (view.name.clone(), view.address(kind), view.default)).collect::<Vec<_>>()
        };
        let at = |found: &[(String, String, bool)]| {
            let plain = |(name, address, default): &(String, String, bool)| {
                let (path, query) = address.split_once('?').unwrap();
                (name.clone(), format!("{path}?{}", query.split_once('&').unwrap().1), *default)
            };
            found.iter().map(plain).collect::<Vec<_>>()
        };
        let line = |name: &str, address: &str, default: bool| (name.to_owned(), address.to_owned(), default);
        assert_eq!(
            at(&told(&shop.ada, ListKind::Months).await),
            [line("Months", "/deals/months?tier=vip", true), line("Team's months", "/deals/months?tier=vip", false)]
        );
        assert_eq!(at(&told(&shop.ada, ListKind::Calendar).await), [line("Calendar", "/deals/calendar?tier=vip&by=close", true)]);
        assert_eq!(at(&told(&shop.bob, ListKind::Months).await), [line("Team's months", "/deals/months?tier=vip", false)]);
        assert!(told(&shop.bob, ListKind::Calendar).await.is_empty());
        assert!(seen(&shop, &shop.ada).await.is_empty(), "not in the list of deals");
        assert_denied(shop.store.views(&shop.hr, ListKind::Calendar).await);
        assert_denied(shop.store.save_view(&shop.hr, new_request(), of(ListKind::Months, "Hal's", "", false)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_view_comes_back_as_it_was() {
    each(async |shop: Shop| {
        save(&shop, &shop.ada, ViewForm { default: "true".into(), ..form("Ada's", "") }).await;
        let view = seen(&shop, &shop.ada).await.remove(0);
        let removed = removal(&view, true);
        let version = shop.store.remove_view(&shop.ada, removed).await.unwrap();
        assert_eq!(shop.store.remove_view(&shop.ada, removed).await.unwrap(), version, "a repeated request is answered, not repeated");
        assert!(seen(&shop, &shop.ada).await.is_empty());
        assert_not_found(shop.store.save_view(&shop.ada, new_request(), again(&view, "B")).await);
        assert_not_found(open_with(&shop, &shop.ada, ListKind::Deals, Some(view.id)).await);
        let back = RemoveView { version, ..removal(&view, false) };
        assert_not_found(shop.store.remove_view(&shop.admin, back).await);
        shop.store.remove_view(&shop.ada, back).await.unwrap();
        assert_eq!(seen(&shop, &shop.ada).await, [SavedView { version: version + 1, ..view }], "and its list opens with it again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_sent_twice_keeps_one_view() {
    each(async |shop: Shop| {
        let request = new_request();
        let keep = async |by: &Actor, request: RequestId| shop.store.save_view(by, request, form("A", "")).await;
        let first = keep(&shop.ada, request).await.unwrap();
        assert_eq!(keep(&shop.ada, request).await.unwrap(), first);
        assert!(matches!(keep(&shop.bob, request).await, Err(StoreError::RequestReused)));
        assert_eq!(names(&shop, &shop.ada).await, ["A"]);
    })
    .await;
}
