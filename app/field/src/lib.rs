//! The slice of the field: checking in at a customer ([`check_in`]), who is near ([`nearby`]), the visits of a day
//! ([`visits`]), and what is kept of where one was ([`privacy`]).
//!
//! The page of checking in is a form of the server's that works without scripts. On a phone
//! `frontend/web/field.js` brings it to life: position, picture, queue, and the same forms without
//! network. It is JavaScript, since it must run where no WASM is loaded. Rules are in
//! `domain::field`, queries in `store::check_ins`; what a phone sends goes to `/upload/field`.

pub mod api;
pub mod check_in;
mod device;
pub mod nearby;
pub mod privacy;
mod shown;
pub mod visits;

pub use check_in::FieldPage;
pub use device::{QueuePlace, device_texts};
pub use nearby::NearbyPage;
pub use privacy::PrivacyPage;
pub use shown::{planned, signal, verdict};
pub use visits::VisitsPage;
