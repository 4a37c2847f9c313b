//! Customers that look alike, merged and parted, on real databases.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod merge;
mod pairs;
mod undo;

use crate::common::{Shop, new_form};
use domain::customers::{ContactForm, CustomerForm};
use domain::duplicates::merge::MergeForm;
use domain::duplicates::page::{Merged, UndoMergeForm};
use domain::ids::{ContactId, CustomerId};
use domain::policy::Actor;
use domain::work::{FollowUpForm, TaskForm};
use store::{Result, new_request};

/// A merge of two as they are now: `kept` stays.
async fn form(shop: &Shop, kept: CustomerId, gone: CustomerId, fields: &[(&str, &str)]) -> MergeForm {
    let version = async |id| shop.store.customer(&shop.admin, id).await.unwrap().row.version;
    MergeForm {
        a: kept.to_string(),
        b: gone.to_string(),
        a_version: version(kept).await,
        b_version: version(gone).await,
        keep: "a".into(),
        fields: fields.iter().map(|(field, pick)| ((*field).to_owned(), (*pick).to_owned())).collect(),
        ..MergeForm::default()
    }
}

async fn merge(shop: &Shop, by: &Actor, kept: CustomerId, gone: CustomerId) -> Result<Merged> {
    let form = form(shop, kept, gone, &[]).await;
    shop.store.merge_customers(by, new_request(), form).await
}

async fn undo(shop: &Shop, by: &Actor, merged: &Merged) -> Result<Merged> {
    let form = UndoMergeForm { id: merged.id.to_string(), ..UndoMergeForm::default() };
    shop.store.undo_merge(by, new_request(), form).await
}

async fn contact(shop: &Shop, by: &Actor, of: CustomerId, name: &str, primary: bool) -> ContactId {
    let form = ContactForm { customer: of.to_string(), name: name.into(), primary, ..ContactForm::default() };
    shop.store.save_contact(by, new_request(), form).await.unwrap()
}

fn note(of: CustomerId, content: &str) -> FollowUpForm {
    FollowUpForm { customer: of.to_string(), content: content.into(), ..FollowUpForm::default() }
}

/// A second Alpha Pumps of Ada's, with all that can belong to a customer.
async fn twin(shop: &Shop) -> CustomerId {
    let form = CustomerForm {
        short_name: "Alpha".into(),
        phone: "021-6888 0000".into(),
        notes: "second".into(),
        tier: "vip".into(),
        longitude: "121.4737".into(),
        latitude: "31.2304".into(),
        ..new_form("Alpha-Pumps Ltd.")
    };
    let id = shop.store.save_customer(&shop.ada, new_request(), form).await.unwrap();
    let first = contact(shop, &shop.ada, id, "Tia First", true).await;
    contact(shop, &shop.ada, id, "Tom Second", false).await;
    let deal = shop.deal(&shop.ada, id, "Twin order", "7").await;
    let log = async |form: FollowUpForm| shop.store.log_follow_up(&shop.ada, new_request(), form).await.unwrap();
    log(FollowUpForm { deal: deal.to_string(), ..note(id, "about the deal") }).await;
    log(FollowUpForm { contact: first.to_string(), ..note(id, "about nothing") }).await;
    let task = TaskForm { title: "Call the twin".into(), customer: id.to_string(), ..TaskForm::default() };
    shop.store.add_task(&shop.ada, new_request(), task).await.unwrap();
    let task = TaskForm { title: "Send the offer".into(), deal: deal.to_string(), ..TaskForm::default() };
    shop.store.add_task(&shop.ada, new_request(), task).await.unwrap();
    id
}
