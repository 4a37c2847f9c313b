//! A lead in one write: customer, contact and deal, all or none.

use super::{contacts, form};
use crate::Store;
use crate::error::Result;
use crate::pipeline::deals;
use domain::customers::ContactDraft;
use domain::ids::{DealId, RequestId};
use domain::money::Money;
use domain::pipeline::Source;
use domain::pipeline::form::DealDraft;
use domain::policy::{Action, Actor, grant_any};
use domain::quick::QuickForm;

impl Store {
    /// Adds a customer of one's own with a contact, and a deal of no amount yet in the first
    /// stage of the first pipeline.
    pub async fn quick_lead(&self, by: &Actor, request: RequestId, typed: QuickForm) -> Result<DealId> {
        let (customers, writes) = (grant_any(by, Action::WriteCustomers)?, grant_any(by, Action::WriteDeals)?);
        let draft = typed.check(self.clock.today())?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            let customer = form::insert(&work, customers, draft.customer, &org).await?;
            let contact = match draft.contact {
                Some(contact) => Some(contacts::save(&work, None, 0, ContactDraft { customer, ..contact }).await?),
                None => None,
            };
            let deal = DealDraft {
                title: draft.need,
                customer,
                contact,
                owner: None,
                product: None,
                source: Source::Other,
                amount: Money { minor: 0, currency: org.currency },
                expected_close_on: None,
                probability_bp: None,
                pipeline: None,
                stage: None,
                first_contact_on: None,
                competitor: String::new(),
                note: String::new(),
                next_step: draft.next_step,
                next_on: Some(draft.next_on),
            };
            deals::insert(&work, writes, deal, &org).await
        })
        .await
    }
}
