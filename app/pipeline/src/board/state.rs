//! What is on the board, as signals a column each, and the changes to it:
//! a move painted before the server has answered, its rollback, a colleague's
//! move. Nothing here touches the page.

use chrono::NaiveDate;
use domain::ids::{DealId, StageId, UserId};
use domain::money::Currency;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Board, Card, NextStep, Outcome, Stage, StageKind, Summary};
use domain::rates::Rates;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// A short note on a card about what somebody else did.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Moved here by a colleague, from the stage named.
    Arrived { by: String, from: Option<String> },
    /// Changed by a colleague.
    Changed { by: String },
}

/// One column.
#[derive(Clone, Copy)]
pub struct Col {
    pub stage: StoredValue<Stage>,
    pub summary: RwSignal<Summary>,
    /// The cards fetched so far, from the top.
    pub cards: RwSignal<Vec<Arc<Card>>>,
}

impl Col {
    #[must_use]
    pub fn stage_id(&self) -> StageId {
        self.stage.with_value(|s| s.id)
    }

    #[must_use]
    pub fn kind(&self) -> StageKind {
        self.stage.with_value(|s| s.kind)
    }

    /// Cards of the whole column, fetched or not.
    #[must_use]
    pub fn total(&self) -> usize {
        self.summary.with(|s| usize::try_from(s.sums.count()).unwrap_or(0))
    }

    fn all_fetched(&self) -> bool {
        self.cards.with_untracked(Vec::len) >= self.summary.with_untracked(|s| usize::try_from(s.sums.count()).unwrap_or(0))
    }
}

#[derive(Clone, Copy)]
pub struct BoardState {
    pub filter: StoredValue<DealFilter>,
    pub columns: StoredValue<Vec<Col>>,
    pub marks: RwSignal<HashMap<DealId, Mark>>,
    pub today: NaiveDate,
    /// First day of the period whose won deals are shown.
    pub won_since: NaiveDate,
    /// By which open deals are converted.
    rates: StoredValue<Rates>,
    pub me: Option<UserId>,
    pub may_write: bool,
}

/// Where a card was, for a rollback.
#[derive(Clone)]
pub struct Before {
    card: Arc<Card>,
    col: usize,
    index: usize,
    summaries: Vec<Summary>,
}

impl BoardState {
    #[must_use]
    pub fn new(board: Board, filter: DealFilter, today: NaiveDate, me: Option<UserId>, may_write: bool) -> Self {
        let (won_since, rates) = (board.won_since, StoredValue::new(board.rates));
        let columns = board
            .columns
            .into_iter()
            .map(|column| Col {
                stage: StoredValue::new(column.stage),
                summary: RwSignal::new(column.summary),
                cards: RwSignal::new(column.cards.into_iter().map(Arc::new).collect()),
            })
            .collect();
        Self {
            filter: StoredValue::new(filter),
            columns: StoredValue::new(columns),
            marks: RwSignal::new(HashMap::new()),
            today,
            won_since,
            rates,
            me,
            may_write,
        }
    }

    #[must_use]
    pub fn col(&self, index: usize) -> Option<Col> {
        self.columns.with_value(|c| c.get(index).copied())
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.with_value(Vec::len)
    }

    #[must_use]
    pub fn col_of_stage(&self, stage: StageId) -> Option<usize> {
        self.columns.with_value(|columns| columns.iter().position(|c| c.stage_id() == stage))
    }

    #[must_use]
    pub fn won_col(&self) -> Option<usize> {
        self.columns.with_value(|columns| columns.iter().position(|c| c.kind() == StageKind::Won))
    }

    /// Column and place of a card that has been fetched.
    #[must_use]
    pub fn find(&self, deal: DealId) -> Option<(usize, usize, Arc<Card>)> {
        self.columns.with_value(|columns| {
            columns.iter().enumerate().find_map(|(col, c)| {
                c.cards
                    .with_untracked(|cards| cards.iter().position(|card| card.id == deal).map(|index| (col, index, cards[index].clone())))
            })
        })
    }

    /// The cards between which a card would lie at `index` of a column, the
    /// card itself not counted.
    #[must_use]
    pub fn neighbours(&self, deal: DealId, col: usize, index: usize) -> (Option<DealId>, Option<DealId>) {
        let Some(col) = self.col(col) else { return (None, None) };
        col.cards.with_untracked(|cards| {
            let others: Vec<_> = cards.iter().filter(|c| c.id != deal).collect();
            let above = index.checked_sub(1).and_then(|i| others.get(i)).map(|c| c.id);
            (above, others.get(index).map(|c| c.id))
        })
    }

    /// Paints a move at once. `changed` is the card as it will probably be; a
    /// card that leaves the board (lost) has no place.
    pub fn paint(&self, changed: Card, place: Option<(usize, usize)>) -> Option<Before> {
        let (col, index, card) = self.find(changed.id)?;
        let summaries = self.columns.with_value(|columns| columns.iter().map(|c| c.summary.get_untracked()).collect());
        self.take(col, index);
        if let Some((to, at)) = place {
            self.put(to, at, changed);
        }
        self.marks.update(|marks| {
            marks.remove(&card.id);
        });
        Some(Before { card, col, index, summaries })
    }

    /// Puts back what [`Self::paint`] changed.
    pub fn roll_back(&self, before: Before) {
        if let Some((col, index, _)) = self.find(before.card.id) {
            self.with_cards(col, |cards| {
                cards.remove(index);
            });
        }
        self.with_cards(before.col, |cards| cards.insert(before.index.min(cards.len()), before.card.clone()));
        self.columns.with_value(|columns| {
            for (column, summary) in columns.iter().zip(before.summaries) {
                column.summary.set(summary);
            }
        });
    }

    /// Puts the card in as the server knows it; totals follow.
    pub fn settle(&self, card: Option<Card>, deal: DealId) {
        let old = self.find(deal);
        let Some(card) = card.filter(|card| self.shows(card)) else {
            if let Some((col, index, _)) = old {
                self.take(col, index);
            }
            return;
        };
        let Some(to) = self.col_of_stage(card.stage) else { return };
        if let Some((col, index, known)) = &old {
            if *known.as_ref() == card {
                return;
            }
            let same_place = *col == to && known.rank == card.rank && known.closed_on == card.closed_on;
            if same_place {
                self.with_cards(to, |cards| cards[*index] = Arc::new(card.clone()));
                self.count(to, known, -1);
                self.count(to, &card, 1);
                return;
            }
            self.take(*col, *index);
        }
        let Some(column) = self.col(to) else { return };
        let at = column.cards.with_untracked(|cards| place_of(cards, &card, column.kind()));
        let beyond = at == column.cards.with_untracked(Vec::len) && !column.all_fetched();
        if beyond {
            // It lies below what has been fetched: only the totals know of it.
            self.count(to, &card, 1);
        } else {
            self.put(to, at, card);
        }
    }

    /// What was painted, as the server has it: with its rank, and where that
    /// puts it. Totals stay.
    pub fn confirm(&self, card: Card) {
        let Some((at, index, _)) = self.find(card.id) else { return };
        let Some(kind) = self.col(at).map(|col| col.kind()) else { return };
        self.with_cards(at, |cards| {
            cards.remove(index);
            let place = place_of(cards, &card, kind);
            cards.insert(place, Arc::new(card));
        });
    }

    pub fn set_summaries(&self, found: Vec<(StageId, Summary)>) {
        for (stage, summary) in found {
            if let Some(col) = self.col_of_stage(stage).and_then(|i| self.col(i)) {
                if col.summary.with_untracked(|known| *known != summary) {
                    col.summary.set(summary);
                }
            }
        }
    }

    pub fn append(&self, col: usize, more: Vec<Card>) {
        self.with_cards(col, |cards| {
            for card in more {
                if !cards.iter().any(|known| known.id == card.id) {
                    cards.push(Arc::new(card));
                }
            }
        });
    }

    fn shows(&self, card: &Card) -> bool {
        match card.outcome {
            Outcome::Open => true,
            Outcome::Won => self.won_col().is_some() && card.closed_on.is_some_and(|on| on >= self.won_since),
            Outcome::Lost | Outcome::Invalid => false,
        }
    }

    fn take(&self, col: usize, index: usize) {
        let Some(column) = self.col(col) else { return };
        let mut taken = None;
        column.cards.update(|cards| taken = (index < cards.len()).then(|| cards.remove(index)));
        if let Some(card) = taken {
            self.count(col, &card, -1);
        }
    }

    fn put(&self, col: usize, index: usize, card: Card) {
        self.count(col, &card, 1);
        self.with_cards(col, |cards| cards.insert(index.min(cards.len()), Arc::new(card)));
    }

    fn with_cards(&self, col: usize, change: impl FnOnce(&mut Vec<Arc<Card>>)) {
        if let Some(col) = self.col(col) {
            col.cards.update(change);
        }
    }

    fn count(&self, col: usize, card: &Card, by: i64) {
        let today = self.today;
        if let Some(col) = self.col(col) {
            let is_won = col.kind() == StageKind::Won;
            self.rates.with_value(|rates| col.summary.update(|summary| add(summary, card, by, today, is_won, rates)));
        }
    }
}

/// A won card is converted as if it were won today, until the server's total comes: only that
/// knows the rate that the deal keeps.
fn add(summary: &mut Summary, card: &Card, by: i64, today: NaiveDate, is_won: bool, rates: &Rates) {
    let currency: Currency = card.amount.currency;
    summary.sums.add(currency, by, by * card.amount.minor, by * card.amount.minor * i64::from(card.probability_bp));
    if let Some(converted) = &mut summary.converted {
        converted.add(card.amount, by, rates.value(card.amount));
    }
    if !is_won {
        let state = card.next_state(today);
        if let Some(slot) = NextStep::ALL.iter().position(|s| *s == state) {
            summary.next[slot] += by;
        }
    }
}

/// Where a card belongs among the fetched ones: by rank, in the won column by
/// the day it closed, the latest first.
fn place_of(cards: &[Arc<Card>], card: &Card, kind: StageKind) -> usize {
    let behind = |other: &Arc<Card>| match kind {
        StageKind::Won => (other.closed_on, other.id) < (card.closed_on, card.id),
        _ => (&other.rank, other.id) > (&card.rank, card.id),
    };
    cards.iter().position(behind).unwrap_or(cards.len())
}

/// Heights of cards in pixels, as the style sheet says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    pub card: f64,
    pub tall: f64,
    pub gap: f64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { card: 88.0, tall: 118.0, gap: 8.0 }
    }
}

/// Which cards of a column are worth drawing, and the room of the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub start: usize,
    pub end: usize,
    pub above: f64,
    pub below: f64,
}

/// Pixels drawn beyond the visible part, so that scrolling shows no gaps.
const OVERSCAN: f64 = 400.0;

/// The window of a column that is scrolled by `scroll` and `height` high.
/// `tall` says which of the fetched cards carry a strip; `total` counts the
/// ones not yet fetched too.
#[must_use]
pub fn window(tall: impl ExactSizeIterator<Item = bool>, total: usize, scroll: f64, height: f64, m: Metrics) -> Window {
    let fetched = tall.len();
    let (from, to) = (scroll - OVERSCAN, scroll + height + OVERSCAN);
    let mut found = Window { start: 0, end: 0, above: 0.0, below: 0.0 };
    let mut y = 0.0;
    for (i, tall) in tall.enumerate() {
        let step = if tall { m.tall } else { m.card } + m.gap;
        if y + step < from {
            found.start = i + 1;
            found.above = y + step;
        }
        if y <= to {
            found.end = i + 1;
        } else {
            found.below += step;
        }
        y += step;
    }
    found.start = found.start.min(found.end);
    #[expect(clippy::cast_precision_loss, reason = "pixels")]
    let missing = total.saturating_sub(fetched) as f64;
    found.below += missing * (m.card + m.gap);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const M: Metrics = Metrics { card: 90.0, tall: 120.0, gap: 10.0 };

    #[test]
    fn only_what_is_near_the_view_is_drawn() {
        let w = window(std::iter::repeat_n(false, 5_000), 5_000, 10_000.0, 800.0, M);
        assert!(w.end - w.start < 20, "{w:?}");
        assert!((w.above - 100.0 * w.start as f64).abs() < 0.1);
        let drawn = 100.0 * (w.end - w.start) as f64;
        assert!((w.above + drawn + w.below - 500_000.0).abs() < 0.1, "the whole keeps its height");
    }

    #[test]
    fn cards_not_fetched_keep_their_room() {
        let w = window(std::iter::repeat_n(true, 2), 4, 0.0, 800.0, M);
        assert_eq!((w.start, w.end), (0, 2));
        assert!((w.below - 200.0).abs() < 0.1);
    }

    #[test]
    fn an_empty_column_has_an_empty_window() {
        assert_eq!(window(std::iter::empty(), 0, 0.0, 800.0, M), Window { start: 0, end: 0, above: 0.0, below: 0.0 });
    }
}
