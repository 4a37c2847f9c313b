//! Chance that repeats: one seed, a stream of numbers for each part of the
//! company, so that a change in one part leaves the others as they were.

use chrono::{DateTime, Utc};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson, StandardNormal};
use uuid::{Builder, Uuid};

/// Parts of the company with numbers of their own. Never renumber: the demo
/// of a given seed would become another one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Company = 1,
    Paths = 2,
    KeyPaths = 3,
    Amounts = 4,
    Customers = 5,
    Deals = 6,
    FollowUps = 7,
    Tasks = 8,
    Extra = 9,
    Care = 10,
    Catalogue = 11,
    Views = 20,
    Tiers = 30,
    Pools = 40,
    Leads = 41,
    Contracts = 50,
    Quotes = 51,
    Visits = 60,
    Satisfaction = 61,
    Tickets = 70,
    TicketSurveys = 71,
    Field = 90,
    Notes = 91,
    Rates = 92,
    Rounds = 110,
    ScoreCalls = 111,
}

pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, stream: Stream) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream as u64);
        Self(rng)
    }

    /// From 0 inclusive to 1 exclusive.
    pub(super) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// From `low` to `high`, both inclusive.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// An index below `count`, which must not be 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }

    /// One of `items`, of which there must be some.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub(super) fn word(&mut self, items: &[&'static str]) -> &'static str {
        items[self.below(items.len())]
    }

    /// One of `items`, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(T, u32)]) -> T {
        let total: u32 = items.iter().map(|(_, weight)| weight).sum();
        let mut left = self.0.random_range(0..total);
        for (item, weight) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        items[items.len() - 1].0
    }

    /// An index into `weights`, each as often as its weight says.
    pub(super) fn index(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }

    pub(super) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    pub(super) fn poisson(&mut self, mean: f64) -> usize {
        // An infinite or negative mean is refused by the distribution: nobody then.
        let drawn: f64 = Poisson::new(mean).map_or(0.0, |poisson| poisson.sample(&mut self.0));
        drawn as usize
    }

    /// A version-7 id whose time is `at`, so that ids sort like creation.
    pub(super) fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let mut bytes = [0_u8; 10];
        self.0.fill_bytes(&mut bytes);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// Says yes for an exact share of the questions, evenly spread: rare events
/// happen in small companies too, which independent draws do not promise.
pub(super) struct Quota {
    share: f64,
    carry: f64,
}

impl Quota {
    /// The first yes comes after half the usual distance.
    pub(super) fn new(share: f64) -> Self {
        Self { share, carry: 0.5 }
    }

    pub(super) fn take(&mut self) -> bool {
        self.carry += self.share;
        let yes = self.carry >= 1.0;
        if yes {
            self.carry -= 1.0;
        }
        yes
    }
}
