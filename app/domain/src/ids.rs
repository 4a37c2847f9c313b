//! Identifiers as types, so that a deal's id cannot be passed for a customer's.
//! They are UUIDs (version 7 where the server makes them); making one is not
//! done here, because it needs a clock and chance.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Reads the usual hyphenated form; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
    )+};
}

ids! {
    UserId, UnitId, CustomerId, ContactId, ProductId, PipelineId, StageId, DealId,
    /// One per first touch; travels through all stages of the funnel.
    FunnelId,
    FollowUpId, TaskId, SignInId, ViewId, ImportId, PoolId, ContractId, PaymentId, InvoiceId,
    QuoteId, PriceBookId, RateId,
    VisitId, VisitFormId, NeedId,
    TicketId, TicketEntryId,
    SurveyId, InvitationId, AnswerId, PlanId, CheckInId, FileId, MentionId,
    /// Chosen by the caller of a command; a repeated one is answered, not repeated.
    RequestId,
}
