//! Who went from which tier to which between two dates: ribbons, a sentence and a square
//! of numbers.

use super::say::{self, Of, said};
use domain::rounding::ratio_bp;
use domain::tiers::figures::{CustomerSet, MigrationFigure};
use domain::tiers::{Migration, Standing};
use i18n::keys::{common, tiers};
use maud::{Markup, html};
use ui::error::violation_sentence;
use ui::how::{How, ratio};
use ui::{fmt, t};

/// Pixels of all bars of a side together.
const BARS: f64 = 220.0;
/// A standing has at least this much room, so that its name is readable, and this much
/// below it.
const SLOT: f64 = 24.0;
const GAP: f64 = 12.0;

/// Its chart by the name in an address.
pub const CHART: &str = "flow";

pub fn card(of: &Of<'_>) -> Markup {
    html! {
        h2 { (t(tiers::MIGRATION)) }
        @match &of.report.migration {
            Err(why) => { p.err { (fmt::NO_VALUE) " " (violation_sentence(why)) } }
            Ok(figure) if figure.counts.both() + figure.counts.came() == 0 => { p.muted { (fmt::NO_VALUE) " " (t(tiers::NO_MIGRATION)) } }
            Ok(figure) => {
                (picture(of, figure))
                p.tf-says data-says="" { (sentence(figure)) }
                (table(of, figure))
                (how(of, figure))
            }
        }
    }
}

fn sentence(figure: &MigrationFigure) -> String {
    let counts = &figure.counts;
    said(
        tiers::MIGRATION_SAYS,
        &[
            ("from", fmt::date_iso(figure.from)),
            ("to", fmt::date_iso(figure.to)),
            ("up", say::number(counts.promoted())),
            ("down", say::number(counts.demoted())),
            ("stayed", say::number(counts.stayed())),
            ("came", say::number(counts.came())),
        ],
    )
}

/// A bar of one side: where its room begins, where it is drawn, how high.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    pub standing: Standing,
    pub n: u64,
    pub y: f64,
    pub height: f64,
}

/// The bars of one side from above, each as high as its part of `total`; and where they end.
pub fn stack(of: impl Fn(Standing) -> u64, total: u64) -> (Vec<Bar>, f64) {
    let mut y = 0.0;
    let mut bars = Vec::new();
    for standing in Standing::ALL {
        let n = of(standing);
        if n == 0 {
            continue;
        }
        let height = share(n, total);
        bars.push(Bar { standing, n, y, height });
        y += height.max(SLOT) + GAP;
    }
    (bars, y)
}

#[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
fn share(n: u64, total: u64) -> f64 {
    n as f64 * BARS / total.max(1) as f64
}

/// Ribbons between the bars: from, to, how many, and their outline in a box 100 wide.
pub fn ribbons(counts: &Migration, before: &[Bar], after: &[Bar], total: u64) -> Vec<(Standing, Standing, String)> {
    let mut found = Vec::new();
    let mut ends: Vec<f64> = after.iter().map(|bar| bar.y).collect();
    for from in before {
        let mut start = from.y;
        for (to, end) in after.iter().zip(&mut ends) {
            let n = counts.count(from.standing, to.standing);
            if n == 0 {
                continue;
            }
            let height = share(n, total);
            let (a, b, c, d) = (start, *end, *end + height, start + height);
            found.push((
                from.standing,
                to.standing,
                format!("M0 {a:.1}C50 {a:.1} 50 {b:.1} 100 {b:.1}V{c:.1}C50 {c:.1} 50 {d:.1} 0 {d:.1}Z"),
            ));
            start += height;
            *end += height;
        }
    }
    found
}

fn class(standing: Standing) -> &'static str {
    standing.code()
}

// Across, places are shares of the width, so that signs keep their size on every screen.
fn picture(of: &Of<'_>, figure: &MigrationFigure) -> Markup {
    let counts = &figure.counts;
    let total: u64 = Standing::ALL.iter().map(|standing| counts.before(*standing)).sum();
    let ((before, left), (after, right)) = (stack(|one| counts.before(one), total), stack(|one| counts.after(one), total));
    let height = left.max(right);
    let tall = format!("{height:.0}");
    let label = |bar: &Bar, x: &'static str, dx: &'static str, anchor: &'static str| {
        let text = format!("{} {}", say::standing(bar.standing), say::number(bar.n));
        html! { text.tf-flow-label x=(x) dx=(dx) y=(format!("{:.1}", bar.y + bar.height.max(SLOT) / 2.0 + 5.0)) text-anchor=(anchor) { (text) } }
    };
    let rect = |bar: &Bar, x: &'static str, dx: &'static str| {
        html! { rect class={ "tf-bar t-" (class(bar.standing)) } x=(x) transform={ "translate(" (dx) ",0)" } y=(format!("{:.1}", bar.y)) width="8" height=(format!("{:.1}", bar.height.max(1.0))) {} }
    };
    html! {
        p.row.between.fs12.muted { span { (fmt::date_iso(figure.from)) } span { (fmt::date_iso(figure.to)) } }
        (ui::chart::place(&of.asked.chart(CHART), &html! { svg.tf-flow width="100%" height=(tall) role="group" aria-label=(t(tiers::MIGRATION_PICTURE)) {
            svg x="0" width="100%" height=(tall) viewBox={ "0 0 100 " (tall) } preserveAspectRatio="none" {
                @for (from, to, outline) in ribbons(counts, &before, &after, total) {
                    // For the pointer only: the table has the links.
                    a href=(of.asked.opened(CustomerSet::Moved(from, to))) tabindex="-1" aria-hidden="true" {
                        path class={ "tf-ribbon t-" (class(from)) @if from == to { " is-same" } } d=(outline) {}
                    }
                }
            }
            @for bar in &before { (rect(bar, "0", "0")) (label(bar, "0", "14", "start")) }
            @for bar in &after { (rect(bar, "100%", "-8")) (label(bar, "100%", "-14", "end")) }
        } }))
    }
}

fn table(of: &Of<'_>, figure: &MigrationFigure) -> Markup {
    let counts = &figure.counts;
    let after = || Standing::ALL.into_iter().filter(|standing| standing.tier().is_some());
    let all: u64 = after().map(|standing| counts.after(standing)).sum();
    html! {
        div.table-wrap { table.table.tf-table {
            caption.sr { (t(tiers::MIGRATION_TABLE)) }
            thead { tr {
                th scope="col" { (t(tiers::FROM_TO)) }
                @for to in after() { th.r scope="col" { span title=(say::standing(to)) { (say::standing_short(to)) } } }
                th.r scope="col" { (t(common::TOTAL)) }
            } }
            tbody { @for from in Standing::ALL {
                tr data-row=(from.code()) {
                    th scope="row" { (say::standing_short(from)) }
                    @for to in after() { td.r.num.strong[from == to] { (of.count(CustomerSet::Moved(from, to), counts.count(from, to))) } }
                    td.r.num { (of.count(CustomerSet::Before(from), counts.before(from))) }
                }
            } }
            tfoot { tr data-row="total" {
                th scope="row" { (t(common::TOTAL)) }
                @for to in after() { td.r.num { (of.count(CustomerSet::After(to), counts.after(to))) } }
                td.r.num { (say::number(all)) }
            } }
        } }
        p.tf-moves {
            (of.rows(CustomerSet::Promoted, counts.promoted())) " " (of.rows(CustomerSet::Demoted, counts.demoted())) " " (of.rows(CustomerSet::Stayed, counts.stayed()))
        }
    }
}

fn how(of: &Of<'_>, figure: &MigrationFigure) -> Markup {
    let (up, both) = (figure.counts.promoted(), figure.counts.both());
    let value = ratio_bp(up, both);
    let how = How {
        name: t(tiers::MIGRATION),
        definition: t(tiers::ABOUT_MIGRATION),
        formula: ratio(&say::number(up), &say::number(both), &say::rate(value)),
        numerator: Some(of.rows(CustomerSet::Promoted, up)),
        denominator: Some(of.rows(CustomerSet::Both, both)),
        period: ui::how::days(figure.from, figure.to),
        filter: of.filter,
        as_of: of.report.as_of,
    };
    how.markup()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{Absent, In};
    use domain::customers::Tier::{Ordinary, Vip};

    #[test]
    fn bars_are_true_and_have_room_for_a_name() {
        let mut counts = Migration::default();
        for _ in 0..9 {
            counts.add(In(Ordinary), In(Ordinary));
        }
        counts.add(Absent, In(Vip));
        let ((before, left), (after, right)) = (stack(|one| counts.before(one), 10), stack(|one| counts.after(one), 10));
        let heights = |bars: &[Bar]| bars.iter().map(|bar| (bar.standing, bar.n, bar.height.round() as i64)).collect::<Vec<_>>();
        assert_eq!(heights(&before), [(In(Ordinary), 9, 198), (Absent, 1, 22)]);
        assert_eq!(heights(&after), [(In(Vip), 1, 22), (In(Ordinary), 9, 198)]);
        assert!(after[1].y >= SLOT + GAP && (left - right).abs() < 1.0, "{left} {right}");
        let found = ribbons(&counts, &before, &after, 10);
        assert_eq!(found.iter().map(|(from, to, _)| (*from, *to)).collect::<Vec<_>>(), [(In(Ordinary), In(Ordinary)), (Absent, In(Vip))]);
        assert_eq!(stack(|_| 0, 0), (vec![], 0.0));
    }
}
