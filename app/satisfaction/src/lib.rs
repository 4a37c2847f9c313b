//! The satisfaction slice: surveys and their designer, who is asked, results, answers
//! written down by hand, and plans after low scores.
//!
//! [`api`] are the server functions; [`list`], [`survey`], [`edit`], [`results`], [`hand`],
//! [`plans`] and [`plan`] the pages; [`public`] what somebody with a link sees. Rules are in
//! `domain::survey`, queries in `store::satisfaction`.
//!
//! Not here: what a customer's page says (`ui::said`).

pub mod api;
pub mod edit;
mod frame;
pub mod hand;
pub mod list;
pub mod plan;
pub mod plans;
pub mod public;
pub mod results;
pub mod survey;
mod trend;
mod words;

pub use edit::{EditSurveyPage, NewSurveyPage};
pub use hand::NoteAnswerPage;
pub use list::SurveysPage;
pub use plan::SurveyPlanPage;
pub use plans::SurveyPlansPage;
pub use results::SurveyResultsPage;
pub use survey::SurveyPage;
pub use words::status;
