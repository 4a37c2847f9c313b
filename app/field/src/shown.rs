//! Words and small parts that the pages of the field share.

use domain::check_in::Verdict;
use domain::field::page::Visit;
use domain::field::signals::Signal;
use domain::field::{NoFix, Planned, Stay};
use i18n::Key;
use i18n::keys::field;
use ui::{fmt, t, texts};

#[must_use]
pub const fn verdict(verdict: Verdict) -> Key {
    match verdict {
        Verdict::Ok => field::VERDICT_OK,
        Verdict::Doubt => field::VERDICT_DOUBT,
        Verdict::OutOfRange => field::VERDICT_OUT,
        Verdict::LowAccuracy => field::VERDICT_VAGUE,
        Verdict::NoFix => field::VERDICT_NONE,
    }
}

/// The class of a verdict's badge: none is an accusation.
pub const fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "badge badge-ok",
        Verdict::Doubt | Verdict::LowAccuracy => "badge badge-warn",
        Verdict::OutOfRange => "badge badge-danger",
        Verdict::NoFix => "badge",
    }
}

#[must_use]
pub const fn signal(signal: Signal) -> Key {
    match signal {
        Signal::Speed => field::SIGNAL_SPEED,
        Signal::SamePlace => field::SIGNAL_SAME_PLACE,
        Signal::FlatAccuracy => field::SIGNAL_FLAT,
        Signal::OldFix => field::SIGNAL_OLD_FIX,
        Signal::Clock => field::SIGNAL_CLOCK,
        Signal::PhotoReused => field::SIGNAL_PHOTO_REUSED,
        Signal::PhotoPicked => field::SIGNAL_PHOTO_PICKED,
        Signal::PhotoMissing => field::SIGNAL_PHOTO_MISSING,
        Signal::Late => field::SIGNAL_LATE,
        Signal::NewDevice => field::SIGNAL_NEW_DEVICE,
        Signal::NoConsent => field::SIGNAL_NO_CONSENT,
    }
}

#[must_use]
pub const fn planned(planned: Planned) -> Key {
    match planned {
        Planned::Task => field::PLANNED_TASK,
        Planned::Step => field::PLANNED_STEP,
        Planned::None => field::UNPLANNED,
    }
}

pub const fn no_fix(why: NoFix) -> Key {
    match why {
        NoFix::Denied => field::NO_FIX_DENIED,
        NoFix::Unavailable => field::NO_FIX_UNAVAILABLE,
        NoFix::Timeout => field::NO_FIX_TIMEOUT,
        NoFix::Chosen => field::NO_FIX_CHOSEN,
        NoFix::NoConsent => field::SIGNAL_NO_CONSENT,
    }
}

pub fn stay(stay: Stay) -> String {
    let lang = ui::facts().lang;
    match stay {
        Stay::Open { minutes } => texts().fmt(field::STAY_OPEN, &[("time", &fmt::minutes(lang, minutes))]),
        Stay::Ended { minutes } if stay.valid() == Some(false) => texts().fmt(field::STAY_SHORT, &[("time", &fmt::minutes(lang, minutes))]),
        Stay::Ended { minutes } => fmt::minutes(lang, minutes),
        Stay::Closed => t(field::STAY_CLOSED).to_owned(),
    }
}

/// Metres below a kilometre, else kilometres.
pub fn length(dm: i64) -> String {
    let metres = (dm + 5).div_euclid(10);
    if metres < 1_000 {
        return texts().fmt(field::METRES, &[("n", &metres.to_string())]);
    }
    let tenths = (dm + 500).div_euclid(1_000);
    texts().fmt(field::KILOMETRES, &[("n", &format!("{}.{}", tenths / 10, tenths % 10))])
}

/// Distance and accuracy of a visit, or why there is none.
pub fn measured(visit: &Visit) -> String {
    match (visit.fix, visit.distance_dm) {
        _ if visit.no_fix.is_some() => visit.no_fix.map_or_else(String::new, |why| t(no_fix(why)).to_owned()),
        (Some(fix), Some(distance)) => {
            texts().fmt(field::MEASURED, &[("distance", &length(distance)), ("accuracy", &length(fix.accuracy_dm))])
        }
        (Some(fix), None) => texts().fmt(field::MEASURED_NO_PLACE, &[("accuracy", &length(fix.accuracy_dm))]),
        (None, _) => t(field::ERASED).to_owned(),
    }
}
