//! Tiers of customers: who is in which, why, and what that promises.
//!
//! A customer without a won order is potential; a VIP is one by hand, by class A of
//! revenue, or by the best RFM class; everybody else is ordinary (`rules.md` §2.10).
//! A review has a memory, so that nobody changes tier with every quarter.
//!
//! [`scores`] compares customers, [`review`] proposes a tier and says why, [`service`]
//! is what a tier promises and what falls short of it, [`after`] what a win and a low score ask
//! for, [`settings`] what the company has
//! set of that, [`names`] what it calls them, [`migration`] counts who went where between two dates, [`pareto`] is the
//! curve of few that bring most, [`figures`] puts charts together and names the customers
//! behind each number, [`board`] what people see and do: cards, moves with a reason, the
//! history of a tier.
//!
//! Not here: [`crate::customers::Tier`] itself.

pub mod after;
pub mod board;
pub mod figures;
pub mod migration;
pub mod names;
pub mod pareto;
pub mod quarterly;
pub mod review;
pub mod scores;
pub mod service;
pub mod settings;

pub use after::{After, Event, Occasion};
pub use migration::{Migration, Standing};
pub use names::{TierName, TierNames};
pub use pareto::{Pareto, ParetoPoint, pareto};
pub use review::{Facts, Manual, Proposal, Reason, ReviewRule, ReviewState, TierReview, review, tier_review};
pub use scores::{
    ABC_A_BP, ABC_B_BP, AbcClass, RFM_DAYS, Rfm, RfmClass, RfmScores, RfmValues, abc_classes, abc_line_minor, rfm, rfm_scores,
};
pub use service::{Asks, Breach, NextVisit, Promise, Served, TierService, VisitRule, breaches};
pub use settings::{TierServices, TierSettings};
