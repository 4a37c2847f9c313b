use super::merge::{Field, MergeForm, Pick, Take, differing, merged, parted, proposed};
use super::*;
use crate::customers::CustomerForm;
use proptest::prelude::*;
use uuid::Uuid;

/// As letters for signs: enough to sound alike and be written otherwise.
fn spelt(core: &str) -> Option<String> {
    let folded: String = core.chars().map(|c| if c == '恒' { '衡' } else { c }).collect();
    (!core.is_ascii()).then_some(folded)
}

fn keys(name: &str, tax: &str, phone: &str, web: &str) -> Keys {
    Keys::new(name, tax, phone, web, spelt)
}

fn why(a: &Keys, b: &Keys) -> Vec<Why> {
    alike(a, b).into_iter().map(|shared| shared.why).collect()
}

fn id(n: u128) -> CustomerId {
    CustomerId(Uuid::from_u128(n))
}

#[test]
fn each_reason_is_found_and_says_no_more_than_it_is() {
    let named = |name: &str| keys(name, "", "", "");
    assert_eq!(why(&named("恒澜 有限公司"), &named(" 恒澜　有限公司")), [Why::Name], "not also the core of it");
    assert_eq!(why(&named("恒澜有限公司"), &named("恒澜股份有限公司")), [Why::Core]);
    assert_eq!(why(&named("Alpha Pumps Inc."), &named("ALPHA-PUMPS GmbH")), [Why::Core]);
    assert_eq!(why(&named("恒澜有限公司"), &named("衡澜有限公司")), [Why::Sound]);
    assert_eq!(why(&keys("A", "91-310000 ma", "", ""), &keys("B", "91310000MA", "", "")), [Why::Tax]);
    assert_eq!(why(&keys("A", "", "+86 21 6888 0000", ""), &keys("B", "", "021-68880000", "")), [Why::Phone]);
    assert_eq!(why(&keys("A", "", "", "www.example.com"), &keys("B", "", "", "https://example.com/de")), [Why::Web]);
    for (a, b) in [("恒澜", "澜恒"), ("Alpha", "Beta"), ("有限公司", "股份有限公司"), ("A", "B")] {
        assert!(alike(&named(a), &named(b)).is_empty(), "{a} {b}");
    }
    assert!(alike(&Keys::default(), &Keys::default()).is_empty(), "what is not known is not the same");
    assert!(alike(&keys("A", "无", "110", "-"), &keys("B", "无", "110", "-")).is_empty());
}

#[test]
fn two_weak_reasons_are_a_strong_one() {
    let of = |why: &[Why]| strength(why.iter().copied());
    assert_eq!((of(&[Why::Web]), of(&[Why::Core, Why::Web]), of(&[Why::Phone])), (Strength::Weak, Strength::Strong, Strength::Strong));
}

#[test]
fn what_everybody_has_tells_nothing_but_no_name_is_passed_over() {
    let same: Vec<Keys> = (0..30).map(|n| keys(&format!("No {n} of many"), "", "021-6888 0000", "")).collect();
    let known = |list: &[Keys]| list.iter().cloned().enumerate().map(|(n, keys)| (id(n as u128), keys)).collect::<Vec<_>>();
    assert!(pairs(known(&same).iter().map(|(id, keys)| (*id, keys))).is_empty());
    let same: Vec<Keys> = (0..30).map(|_| keys("One", "", "", "")).collect();
    assert_eq!(pairs(known(&same).iter().map(|(id, keys)| (*id, keys))).len(), 29, "each with the next");
}

fn some_keys() -> impl Strategy<Value = Keys> {
    let name = prop::sample::select(vec!["", "恒澜有限公司", "衡澜有限公司", "恒澜股份有限公司", "恒澜", "Beta", "beta ", "Beta Inc"]);
    let tax = prop::sample::select(vec!["", "9131000A", "9131000B"]);
    let phone = prop::sample::select(vec!["", "021-68880000", "021-68880001", "+86 21 6888 0001"]);
    let web = prop::sample::select(vec!["", "example.com", "www.example.com", "example.org"]);
    (name, tax, phone, web).prop_map(|(name, tax, phone, web)| keys(name, tax, phone, web))
}

fn some_form() -> impl Strategy<Value = CustomerForm> {
    let text = || prop::sample::select(vec!["", "one", "two"]).prop_map(str::to_owned);
    (text(), text(), text(), text(), text(), text()).prop_map(|(name, owner, phone, notes, longitude, tier)| CustomerForm {
        name,
        owner,
        phone,
        notes,
        latitude: longitude.clone(),
        longitude,
        tier,
        ..CustomerForm::default()
    })
}

fn some_takes() -> impl Strategy<Value = BTreeMap<Field, Take>> {
    let take = |field: Field| {
        let all = if field.joins() { vec![Take::Other, Take::Both] } else { vec![Take::Other] };
        prop::option::of(prop::sample::select(all)).prop_map(move |take| take.map(|take| (field, take)))
    };
    Field::ALL.iter().map(|field| take(*field)).collect::<Vec<_>>().prop_map(|takes| takes.into_iter().flatten().collect())
}

proptest! {
    #[test]
    fn looking_alike_is_mutual(a in some_keys(), b in some_keys()) {
        prop_assert_eq!(alike(&a, &b), alike(&b, &a));
    }

    #[test]
    fn pairs_are_those_that_look_alike_whatever_their_order(list in prop::collection::vec(some_keys(), 0..12), turn in 0_usize..12) {
        let known: Vec<(CustomerId, Keys)> = list.into_iter().enumerate().map(|(n, keys)| (id(n as u128), keys)).collect();
        let mut turned = known.clone();
        turned.reverse();
        if !turned.is_empty() {
            let turn = turn % turned.len();
            turned.rotate_left(turn);
        }
        let found = pairs(known.iter().map(|(id, keys)| (*id, keys)));
        prop_assert_eq!(&found, &pairs(turned.iter().map(|(id, keys)| (*id, keys))));
        let mut expected = Vec::new();
        for (n, (a, one)) in known.iter().enumerate() {
            for (b, other) in &known[n + 1..] {
                let shared = alike(one, other);
                if !shared.is_empty() {
                    expected.push(Pair { a: *a, b: *b, shared });
                }
            }
        }
        let mut by_id = found.clone();
        by_id.sort_by_key(|pair| (pair.a, pair.b));
        prop_assert_eq!(by_id, expected);
        let strengths: Vec<Strength> = found.iter().map(Pair::strength).collect();
        prop_assert!(strengths.is_sorted(), "strong ones first");
    }

    /// Whatever else is true of them meanwhile: a pair set aside is told again only
    /// for what it did not share then.
    #[test]
    fn a_pair_set_aside_comes_back_only_for_something_new(a in some_keys(), b in some_keys(), later in some_keys()) {
        let shared = alike(&a, &b);
        prop_assume!(!shared.is_empty());
        let seen: BTreeSet<String> = shared.iter().map(Shared::mark).collect();
        let pair = |shared: Vec<Shared>| Pair { a: id(1), b: id(2), shared };
        prop_assert!(pair(shared.clone()).is_told(None));
        prop_assert!(!pair(shared.clone()).is_told(Some(&seen)));
        let now = alike(&later, &b);
        if !now.is_empty() {
            let new = now.iter().any(|shared_now| !shared.contains(shared_now));
            prop_assert_eq!(pair(now).is_told(Some(&seen)), new);
        }
    }

    #[test]
    fn what_is_merged_is_parted_as_it_was(kept in some_form(), gone in some_form(), takes in some_takes()) {
        let after = merged(&kept, &gone, &takes);
        prop_assert_eq!(parted(&kept, &after, &after), kept.clone());
        for field in Field::ALL {
            let value = field.of(&after);
            match takes.get(field) {
                None => prop_assert_eq!(value, field.of(&kept)),
                Some(Take::Other) => prop_assert_eq!(value, field.of(&gone)),
                Some(Take::Both) => prop_assert!(value.contains(field.of(&kept).trim()) && value.contains(field.of(&gone).trim())),
            }
        }
        // What somebody changed since stays.
        let since = CustomerForm { phone: "since".into(), ..after.clone() };
        prop_assert_eq!(parted(&kept, &after, &since), CustomerForm { phone: "since".into(), ..kept });
    }

    #[test]
    fn nothing_known_is_proposed_to_be_lost(a in some_form(), b in some_form(), keep_a in any::<bool>()) {
        let picks = Field::ALL.iter().map(|field| (field.code().to_owned(), proposed(*field, &a, &b, keep_a).code().to_owned())).collect();
        let keep = if keep_a { "a" } else { "b" };
        let form = MergeForm { a: id(1).to_string(), b: id(2).to_string(), keep: keep.into(), fields: picks, ..MergeForm::default() };
        let draft = form.check().unwrap();
        let (kept, gone) = if keep_a { (&a, &b) } else { (&b, &a) };
        let after = merged(kept, gone, &draft.takes);
        for field in differing(&a, &b) {
            prop_assert!(!field.of(&after).is_empty(), "{}", field);
        }
    }
}

#[test]
fn a_merge_says_which_stays_and_takes_only_what_there_is() {
    let form = |keep: &str, fields: &[(&str, &str)]| MergeForm {
        a: id(1).to_string(),
        b: id(2).to_string(),
        a_version: 3,
        b_version: 7,
        keep: keep.into(),
        fields: fields.iter().map(|(field, pick)| ((*field).to_owned(), (*pick).to_owned())).collect(),
        ..MergeForm::default()
    };
    let draft = form("b", &[("phone", "a"), ("name", "b"), ("notes", "both")]).check().unwrap();
    assert_eq!((draft.kept, draft.kept_version, draft.gone, draft.gone_version), (id(2), 7, id(1), 3));
    assert_eq!(draft.takes, BTreeMap::from([(Field::Phone, Take::Other), (Field::Notes, Take::Both)]));
    let told = |form: MergeForm| form.check().unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(told(form("", &[])), ["keep: required"]);
    assert_eq!(told(form("both", &[])), ["keep: unknown_value"]);
    assert_eq!(told(form("a", &[("phone", "both"), ("x", "a")])), ["phone: unknown_value", "x: unknown_value"]);
    assert_eq!(told(MergeForm { b: id(1).to_string(), ..form("a", &[]) }), [": same_customer"]);
    assert_eq!(told(MergeForm { b: "x".into(), ..form("a", &[]) }), ["b: unknown_value"]);
    assert_eq!(
        proposed(Field::Phone, &CustomerForm::default(), &CustomerForm { phone: "1".into(), ..CustomerForm::default() }, true),
        Pick::B
    );
}
