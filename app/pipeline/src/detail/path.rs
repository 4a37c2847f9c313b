//! The stages of a deal as a path: how far it is, how long it stayed, and a
//! button for each to move it there.

use super::state::DealState;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::StageId;
use domain::pipeline::{Event, Happening, Outcome, TransitionKind};
use i18n::keys::{board, deal};
use leptos::prelude::*;
use std::collections::HashMap;
use ui::{fmt, t, texts, words};

#[component]
pub fn StagePath(state: DealState) -> impl IntoView {
    let facts = ui::facts();
    let (lang, today, facts) = (facts.lang, facts.today(), StoredValue::new(facts));
    let days = Memo::new(move |_| {
        let local = |at: DateTime<Utc>| facts.with_value(|facts| ui::error::local(facts, at).date_naive());
        state.detail.with(|d| {
            let mut days = stays(&d.timeline, local);
            if d.card.outcome == Outcome::Open {
                *days.entry(d.card.stage).or_default() += d.card.days_in_stage(today);
            }
            days
        })
    });
    let (stages, may_write) = state.detail.with_untracked(|d| (d.stages.clone(), d.may_write));
    let at = Memo::new(move |_| state.detail.with(|d| (d.card.stage, d.stages.iter().position(|s| s.id == d.card.stage))));
    let out = move || state.detail.with(|d| matches!(d.card.outcome, Outcome::Lost | Outcome::Invalid));
    let steps = stages
        .into_iter()
        .enumerate()
        .map(|(i, stage)| {
            let (id, name) = (stage.id, words::stage_name(&stage));
            let done = move || at.get().1.is_some_and(|at| i < at);
            let now = move || at.get().0 == id;
            let stay = move || days.with(|days| days.get(&id).filter(|n| **n > 0 || now()).map(|n| fmt::days(lang, *n)));
            let label = name.clone();
            if may_write {
                let title = texts().fmt(deal::MOVE_STAGE, &[("stage", &name)]);
                view! {
                    <button type="button" title=title data-to=id.to_string() class:is-done=done class:is-now=now
                        aria-current=move || now().then_some("step") on:click=move |_| state.move_to(&stage)>
                        {label}<small>{stay}</small>
                    </button>
                }
                .into_any()
            } else {
                view! { <span class:is-done=done class:is-now=now aria-current=move || now().then_some("step")>{label}<small>{stay}</small></span> }.into_any()
            }
        })
        .collect_view();
    view! { <div class="path" class:is-lost=out role="group" aria-label=t(board::STAGES)>{steps}</div> }
}

/// Whole days of the completed stays, by stage. What was undone did not
/// happen; between a close and a reopening nothing counts.
fn stays(timeline: &[Event], local: impl Fn(DateTime<Utc>) -> NaiveDate) -> HashMap<StageId, i64> {
    let mut found: HashMap<StageId, i64> = HashMap::new();
    let mut here: Option<(StageId, NaiveDate)> = None;
    for event in timeline.iter().rev() {
        let Happening::Stage { kind, to, undone: false, .. } = &event.what else { continue };
        if *kind == TransitionKind::Undo {
            continue;
        }
        let on = local(event.at);
        if let Some((stage, since)) = here.take() {
            *found.entry(stage).or_default() += (on - since).num_days().max(0);
        }
        here = match kind {
            TransitionKind::Enter | TransitionKind::Move | TransitionKind::Reopen => to.map(|stage| (stage, on)),
            _ => None,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn stage(n: u128) -> StageId {
        StageId(Uuid::from_u128(n))
    }

    fn event(day: i64, kind: TransitionKind, from: Option<u128>, to: Option<u128>, undone: bool) -> Event {
        let at = DateTime::from_timestamp(1_780_000_000 + day * 86_400, 0).unwrap();
        let what = Happening::Stage { kind, from: from.map(stage), to: to.map(stage), note: String::new(), undone };
        Event { at, by: String::new(), deal: None, what }
    }

    fn days(mut events: Vec<Event>) -> HashMap<StageId, i64> {
        events.reverse();
        stays(&events, |at| at.date_naive())
    }

    #[test]
    fn stays_add_up_when_a_deal_comes_back() {
        use TransitionKind::{Enter, Move};
        let found = days(vec![
            event(0, Enter, None, Some(1), false),
            event(3, Move, Some(1), Some(2), false),
            event(7, Move, Some(2), Some(1), false),
            event(9, Move, Some(1), Some(2), false),
        ]);
        assert_eq!((found[&stage(1)], found[&stage(2)]), (5, 4));
    }

    #[test]
    fn an_undone_move_did_not_happen() {
        use TransitionKind::{Enter, Move, Undo};
        let found = days(vec![
            event(0, Enter, None, Some(1), false),
            event(2, Move, Some(1), Some(2), true),
            event(2, Undo, Some(2), Some(1), false),
            event(6, Move, Some(1), Some(3), false),
        ]);
        assert_eq!((found.get(&stage(1)), found.get(&stage(2))), (Some(&6), None));
    }

    #[test]
    fn time_between_close_and_reopening_is_nobodys() {
        use TransitionKind::{Enter, Lost, Move, Reopen};
        let found = days(vec![
            event(0, Enter, None, Some(1), false),
            event(2, Lost, Some(1), Some(1), false),
            event(30, Reopen, Some(1), Some(1), false),
            event(31, Move, Some(1), Some(2), false),
        ]);
        assert_eq!(found[&stage(1)], 3);
    }
}
