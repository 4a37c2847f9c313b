//! What real histories have and plain ones lack: detours, second tries, errors.
//!
//! These shares are not drawn but counted out, so chance plays no part. The
//! slack is for deals that the end of the history cuts off before it happens.

use super::{AS_OF, SEVERAL, Sample, Story, start};
use chrono::Days;
use domain::pipeline::{Outcome, TransitionKind};

/// Share of those stories that fit, of those to which it could have happened.
fn share(sample: &Sample, could: impl Fn(&Story) -> bool, did: impl Fn(&Story) -> bool) -> f64 {
    let could: Vec<_> = sample.stories.iter().filter(|s| s.created >= start() && could(s)).collect();
    could.iter().filter(|s| did(s)).count() as f64 / could.len() as f64
}

fn had(story: &Story, kind: TransitionKind) -> bool {
    story.entries.iter().any(|e| e.kind == kind)
}

/// Whether this happened at least so many days ago.
fn had_before(story: &Story, kind: TransitionKind, days: u64) -> bool {
    story.entries.iter().any(|e| e.kind == kind && e.on < AS_OF - Days::new(days))
}

#[track_caller]
fn assert_points(what: &str, actual: f64, designed: f64, slack: f64) {
    assert!((actual - designed).abs() <= slack, "{what}: {actual:.4}, expected {designed} ± {slack}");
}

#[test]
fn one_in_eight_skips_a_stage() {
    for sample in SEVERAL.iter() {
        let skipped = share(sample, |s| s.furthest >= 3, |s| s.moves().any(|(from, to)| to - from > 1));
        assert_points("skipped", skipped, 0.12, 0.008);
    }
}

#[test]
fn one_in_seventeen_goes_back_once() {
    for sample in SEVERAL.iter() {
        let back = |s: &Story| s.moves().filter(|(from, to)| to < from).count();
        assert_points("back", share(sample, |s| s.furthest >= 2, |s| back(s) > 0), 0.06, 0.004);
        assert!(sample.stories.iter().all(|s| back(s) <= 1));
    }
}

/// Those who lost up to 45 days ago may have their second try ahead of them.
#[test]
fn one_in_fifty_is_tried_again() {
    for sample in SEVERAL.iter() {
        let again = share(
            sample,
            |s| had_before(s, TransitionKind::Lost, 60),
            |s| s.entries.iter().any(|e| e.kind == TransitionKind::Reopen && e.from == e.to),
        );
        assert_points("reopened", again, 0.02, 0.002);
    }
}

/// One of some six hundred is a sixth of a point.
#[test]
fn one_win_in_a_hundred_is_reversed() {
    for sample in SEVERAL.iter() {
        let reversed = |s: &Story| s.entries.iter().any(|e| e.kind == TransitionKind::Reopen && e.from > e.to);
        assert_points("reversed", share(sample, |s| had_before(s, TransitionKind::Won, 30), reversed), 0.01, 0.003);
        // It does not end as a win, and counts as none.
        assert!(sample.stories.iter().filter(|s| reversed(s)).all(|s| s.outcome != Outcome::Won));
    }
}

#[test]
fn three_in_a_hundred_are_none() {
    for sample in SEVERAL.iter() {
        assert_points("invalid", share(sample, |_| true, |s| had(s, TransitionKind::Invalid)), 0.03, 0.001);
        // Seen early, as prospect or lead.
        assert!(sample.stories.iter().filter(|s| had(s, TransitionKind::Invalid)).all(|s| s.furthest <= 2));
    }
}
