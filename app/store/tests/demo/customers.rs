//! Customers: how many, of which tier, whose, where.

use super::{FULL, SEVERAL, Sample, assert_near, assert_share, local, spread};
use domain::customers::Tier;
use domain::pipeline::Outcome;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::demo::Company;
use uuid::Uuid;

pub fn buyers(company: &Company) -> usize {
    company.customers.iter().filter(|c| c.tier != Tier::Potential.code()).count()
}

/// Each of 18 books is rounded to whole customers: half of one up or down.
#[test]
fn there_are_as_many_customers_as_designed() {
    for Sample { company, .. } in SEVERAL.iter() {
        let of = |tier: Tier| company.customers.iter().filter(|c| c.tier == tier.code()).count();
        assert!(buyers(company).abs_diff(620) <= 9, "{} buyers", buyers(company));
        assert!(of(Tier::Potential).abs_diff(1_400) <= 9, "{} potential", of(Tier::Potential));
        assert_eq!(of(Tier::Vip), 60);
        let pool: Vec<_> = company.customers.iter().filter(|c| c.owner_id.is_none()).collect();
        assert_eq!(pool.len(), 40);
        assert!(pool.iter().all(|c| c.tier == Tier::Potential.code()));
    }
}

/// Nobody works on what lies in the pool.
#[test]
fn the_pool_is_idle() {
    for Sample { company, .. } in SEVERAL.iter() {
        let pool: HashSet<Uuid> = company.customers.iter().filter(|c| c.owner_id.is_none()).map(|c| c.id).collect();
        assert!(company.deals.iter().filter(|d| pool.contains(&d.customer_id)).all(|d| d.outcome != Outcome::Open.code()));
    }
}

/// Half of the pool is what the leaver left; all else of theirs, and their open
/// deals, went to colleagues of the region.
#[test]
fn what_a_leaver_had_is_handed_over() {
    for Sample { company, .. } in SEVERAL.iter() {
        let region: HashMap<Uuid, Option<Uuid>> = company.units.iter().map(|u| (u.id, u.parent_id)).collect();
        let left: Vec<_> = company.people.iter().filter(|p| !p.active).collect();
        assert_eq!(left.len(), 1);
        let leaver = left[0];
        assert!(company.customers.iter().all(|c| c.owner_id != Some(leaver.id)));
        let pool = company.customers.iter().filter(|c| c.owner_id.is_none());
        let of_region = pool.filter(|c| region[&c.unit_id] == region[&leaver.unit_id]).count();
        assert!(of_region >= 20, "{of_region}");
        let worked_on: HashSet<Uuid> = company.transitions.iter().filter(|t| t.by_id == Some(leaver.id)).map(|t| t.deal_id).collect();
        let deals: Vec<_> = company.deals.iter().filter(|d| worked_on.contains(&d.id)).collect();
        assert!(deals.len() > 100);
        let theirs: HashSet<Uuid> = deals.iter().map(|d| d.customer_id).collect();
        let owners: HashSet<Uuid> = company.customers.iter().filter(|c| theirs.contains(&c.id)).filter_map(|c| c.owner_id).collect();
        assert!(owners.len() >= 2);
        for person in company.people.iter().filter(|p| owners.contains(&p.id)) {
            assert_eq!(region[&person.unit_id], region[&leaver.unit_id], "{}", person.email);
        }
        let day = local(leaver.updated_at).date();
        assert!(deals.iter().filter(|d| d.owner_id == leaver.id).all(|d| d.closed_on.is_some_and(|on| on < day)));
    }
}

/// Around the centre of their city, 6 km in each direction.
#[test]
fn customers_are_where_their_city_is() {
    const KM_PER_DEGREE: f64 = 111.32;
    let mut cities: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    let mut regions: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for customer in &FULL.customers {
        let city = customer.address.split('市').next().unwrap();
        regions.entry(city).or_default().insert(&customer.region);
        let Some(place) = customer.latitude.zip(customer.longitude) else { continue };
        cities.entry(city).or_default().push(place);
    }
    assert_eq!(cities.len(), 18);
    assert!(regions.values().all(|of| of.len() == 1), "a city lies in one region");
    // The spread of some 1,900 values has a standard error of 1.6 %.
    let (mut north, mut east) = (Vec::new(), Vec::new());
    for places in cities.values() {
        let middle = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).sum::<f64>() / places.len() as f64;
        let (latitude, longitude) = (middle(|p| p.0), middle(|p| p.1));
        north.extend(places.iter().map(|p| (p.0 - latitude) * KM_PER_DEGREE));
        east.extend(places.iter().map(|p| (p.1 - longitude) * KM_PER_DEGREE * latitude.to_radians().cos()));
    }
    assert_near("north to south", spread(north.iter().copied()), 6.0, 0.05);
    assert_near("east to west", spread(east.iter().copied()), 6.0, 0.05);
    let placed = FULL.customers.iter().filter(|c| c.latitude.is_some()).count();
    assert_share("with a position", placed, FULL.customers.len(), 0.94, 0.0);
}
