//! What the board shows: its columns and their cards, as signals that moves and
//! live updates change.

use domain::customers::Tier;
use domain::ids::CustomerId;
use domain::money::Sums;
use domain::tiers::TierService;
use domain::tiers::board::{TierBoard, TierCard, TierFilter};
use leptos::prelude::*;
use std::sync::Arc;

/// The figures of a column's head.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    pub count: i64,
    pub revenue: Sums,
    pub late: i64,
}

/// One column.
#[derive(Clone, Copy)]
pub struct Col {
    pub tier: Tier,
    pub figures: RwSignal<Figures>,
    pub cards: RwSignal<Vec<Arc<TierCard>>>,
    pub next: RwSignal<Option<String>>,
    pub service: RwSignal<TierService>,
}

#[derive(Clone, Copy)]
pub struct BoardState {
    pub columns: StoredValue<Vec<Col>>,
    /// What the columns brought together.
    pub whole: RwSignal<Sums>,
    pub filter: StoredValue<TierFilter>,
}

/// The cards of two columns before a move.
pub type Before = Vec<(Col, Vec<Arc<TierCard>>, Figures)>;

impl BoardState {
    pub fn new(found: TierBoard, filter: TierFilter) -> Self {
        let whole = RwSignal::new(found.revenue());
        let col = |column: domain::tiers::board::TierColumn| Col {
            tier: column.tier,
            figures: RwSignal::new(Figures { count: column.count, revenue: column.revenue, late: column.late }),
            cards: RwSignal::new(column.cards.into_iter().map(Arc::new).collect()),
            next: RwSignal::new(column.next),
            service: RwSignal::new(column.service),
        };
        Self { columns: StoredValue::new(found.columns.into_iter().map(col).collect()), whole, filter: StoredValue::new(filter) }
    }

    pub fn all(self) -> Vec<Col> {
        self.columns.try_get_value().unwrap_or_default()
    }

    pub fn col(self, tier: Tier) -> Option<Col> {
        self.all().into_iter().find(|col| col.tier == tier)
    }

    /// The most cards that a column shows.
    pub fn shown(self) -> u32 {
        let most = self.all().iter().map(|col| col.cards.with_untracked(Vec::len)).max().unwrap_or(0);
        u32::try_from(most).unwrap_or(u32::MAX)
    }

    pub fn find(self, id: CustomerId) -> Option<Arc<TierCard>> {
        self.all().into_iter().find_map(|col| col.cards.with_untracked(|cards| cards.iter().find(|card| card.id == id).cloned()))
    }

    /// Takes over what the server says.
    pub fn take(self, fresh: TierBoard) {
        self.whole.set(fresh.revenue());
        for (col, column) in self.all().into_iter().zip(fresh.columns) {
            col.figures.set(Figures { count: column.count, revenue: column.revenue, late: column.late });
            // Cards that are as they were keep their place in the page.
            let old = col.cards.get_untracked();
            let kept = |card: TierCard| old.iter().find(|known| ***known == card).cloned().unwrap_or_else(|| Arc::new(card));
            col.cards.set(column.cards.into_iter().map(kept).collect());
            col.next.set(column.next);
            col.service.set(column.service);
        }
    }

    /// Shows a card in another tier, before the server has answered.
    pub fn paint(self, card: &Arc<TierCard>, to: Tier) -> Before {
        let touched: Vec<Col> = self.all().into_iter().filter(|col| col.tier == to || col.tier == card.tier).collect();
        let before = touched.iter().map(|col| (*col, col.cards.get_untracked(), col.figures.get_untracked())).collect();
        let late = i64::from(!card.breaches.is_empty());
        for col in touched {
            if col.tier == to {
                let moved = Arc::new(TierCard { tier: to, ..card.as_ref().clone() });
                col.cards.update(|cards| cards.insert(0, moved));
                col.figures.update(|figures| {
                    figures.count += 1;
                    figures.late += late;
                    figures.revenue.merge(&card.revenue);
                });
            } else {
                col.cards.update(|cards| cards.retain(|known| known.id != card.id));
                col.figures.update(|figures| {
                    figures.count -= 1;
                    figures.late -= late;
                    for line in &card.revenue.0 {
                        figures.revenue.add(line.currency, -line.count, -line.sum_minor, 0);
                    }
                });
            }
        }
        before
    }

    /// Puts back what [`Self::paint`] changed.
    pub fn roll_back(self, before: Before) {
        for (col, cards, figures) in before {
            col.cards.try_set(cards);
            col.figures.try_set(figures);
        }
    }
}
