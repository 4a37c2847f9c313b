//! What somebody with a link sees: the questions of one step as a plain form, thanks, and
//! why nothing is asked. Text without scripts and without WASM, in the language of the
//! reader; the designer shows the same questions as a preview.
//!
//! Not here: which link leads to what (`store::satisfaction`), and addresses (`server`).

use crate::words::{dimension, question_kind};
use domain::survey::answer::{asked, field, may_end, so_far, steps};
use domain::survey::{Both, Question, QuestionKind};
use domain::violation::Violation;
use i18n::keys::{satisfaction, survey};
use i18n::{Key, Lang, Texts, fmt};
use maud::{Markup, html};
use ui::markup::icon;

/// What was typed so far, by field.
pub type Typed = [(String, String)];

fn typed_as(typed: &Typed, name: &str, value: &str) -> bool {
    typed.iter().any(|(field, text)| field == name && text == value)
}

/// How somebody says it: `Very dissatisfied` and so on, of what the ends of a scale mean.
const fn csat_word(n: i64) -> Key {
    match n {
        1 => survey::CSAT_1,
        2 => survey::CSAT_2,
        3 => survey::CSAT_3,
        4 => survey::CSAT_4,
        _ => survey::CSAT_5,
    }
}

/// The questions of one step, as far as they are asked.
#[must_use]
pub fn fields(texts: Texts, questions: &[Question], step: usize, typed: &Typed, refused: &[Violation], disabled: bool) -> Markup {
    let answers = so_far(questions, typed);
    let here = steps(questions).get(step).cloned().unwrap_or_default();
    let shown: Vec<&Question> = questions[here].iter().filter(|question| disabled || asked(question, &answers)).collect();
    html! { @for question in shown { (one(texts, question, typed, refused, disabled)) } }
}

fn one(texts: Texts, question: &Question, typed: &Typed, refused: &[Violation], disabled: bool) -> Markup {
    let chinese = texts.lang() == Lang::Zh;
    let words = |both: &Both| both.pick(chinese).to_owned();
    let id = &question.id;
    let error = format!("{id}-err");
    let found: Vec<String> = refused.iter().filter(|v| v.field == *id).map(|v| sentence(texts, v)).collect();
    let told = (!found.is_empty()).then_some(error.as_str());
    let radio = |name: &str, value: &str, label: Markup| {
        html! {
            label {
                input type="radio" name=(name) value=(value) checked[typed_as(typed, name, value)] disabled[disabled] aria-describedby=[told];
                (label)
            }
        }
    };
    let inside = match question.kind {
        QuestionKind::Csat => html! {
            div.sv-rate { @for n in 1..=5 { (radio(id, &n.to_string(), html! { b.num { (n) } span { (texts.get(csat_word(n))) } })) } }
        },
        QuestionKind::Nps => scale(texts, question, &radio, survey::NPS_LOW, survey::NPS_HIGH, "sv-nps"),
        QuestionKind::Ces => scale(texts, question, &radio, survey::CES_LOW, survey::CES_HIGH, "sv-ces"),
        QuestionKind::Dimensions => html! {
            @for (dimension_code, name) in question.dimensions.iter().map(|d| (d.code(), texts.get(dimension(*d)))) {
                @let part = field(id, dimension_code);
                div.sv-dm role="radiogroup" aria-label=(name) {
                    span.sv-dn { (name) }
                    span.sv-sc { @for n in 1..=5 {
                        (radio(&part, &n.to_string(), html! { span.sr { (texts.fmt(survey::STARS, &[("n", &n.to_string())])) } }))
                    } }
                    @if !question.required { span.sv-no { (radio(&part, "", html! { span aria-hidden="true" { "—" } span.sr { (texts.get(survey::NO_ANSWER)) } })) } }
                }
            }
        },
        QuestionKind::Choice | QuestionKind::Several => html! {
            div.sv-list {
                @for (n, option) in question.options.iter().enumerate() {
                    @let value = (n + 1).to_string();
                    @if question.kind == QuestionKind::Choice { (radio(id, &value, html! { span { (words(option)) } })) }
                    @else { label {
                        input type="checkbox" name=(id) value=(value) checked[typed_as(typed, id, &value)] disabled[disabled] aria-describedby=[told];
                        span { (words(option)) }
                    } }
                }
            }
        },
        QuestionKind::Matrix => html! {
            @for (n, row) in question.rows.iter().enumerate() {
                @let name = field(id, &(n + 1).to_string());
                div.sv-mx role="radiogroup" aria-label=(words(row)) {
                    span.sv-dn { (words(row)) }
                    div.sv-list { @for (n, option) in question.options.iter().enumerate() {
                        (radio(&name, &(n + 1).to_string(), html! { span { (words(option)) } }))
                    } }
                }
            }
        },
        QuestionKind::Text => {
            let text = typed.iter().find(|(name, _)| name == id).map(|(_, text)| text.as_str()).unwrap_or_default();
            html! { textarea name=(id) rows="3" maxlength="2000" aria-label=(words(&question.text)) disabled[disabled] aria-describedby=[told] { (text) } }
        }
    };
    let optional = texts.get(survey::OPTIONAL);
    let empty = question.text.is_empty().then(|| texts.get(question_kind(question.kind)));
    html! {
        fieldset.sv-q data-question=(id) data-kind=(question.kind.code()) data-invalid[told.is_some()] {
            legend { (words(&question.text)) (empty.unwrap_or_default()) @if !question.required { small { (optional) } } }
            @if !found.is_empty() { p.err id=(error) role="alert" { (icon("circle-alert", "")) (found.join(" ")) } }
            (inside)
        }
    }
}

fn scale(texts: Texts, question: &Question, radio: &dyn Fn(&str, &str, Markup) -> Markup, low: Key, high: Key, class: &str) -> Markup {
    let (first, last) = question.kind.scale().unwrap_or_default();
    html! {
        div class={ "sv-scale " (class) } {
            @for n in first..=last { (radio(&question.id, &n.to_string(), html! { b.num { (n) } })) }
        }
        p.sv-ends aria-hidden="true" { span { (texts.get(low)) } span { (texts.get(high)) } }
    }
}

/// A refusal to somebody outside; in polite words.
fn sentence(texts: Texts, violation: &Violation) -> String {
    let max = violation.params.iter().find(|(name, _)| name == "max").map(|(_, value)| value.as_str()).unwrap_or_default();
    match violation.code.as_str() {
        "answer_required" => texts.get(survey::ANSWER_REQUIRED).to_owned(),
        "answer_every_row" => texts.get(survey::ANSWER_EVERY_ROW).to_owned(),
        "too_long" => texts.fmt(survey::TOO_LONG, &[("max", max)]),
        _ => texts.get(survey::CHOOSE_ONE).to_owned(),
    }
}

/// Why there is nothing to answer, or that it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Thanks,
    Answered,
    Expired,
    Unknown,
    Throttled,
    /// Ours to mend.
    Failed,
}

/// The frame: who asks, in which language, and what.
pub struct Frame<'a> {
    pub texts: Texts,
    pub stylesheet: &'a str,
    /// Empty if it is not told.
    pub organisation: &'a str,
    /// The link's own address, without a query.
    pub address: &'a str,
}

impl Frame<'_> {
    fn whole(&self, title: &str, switch: &Markup, inside: &Markup) -> Markup {
        let texts = self.texts;
        html! {
            (maud::DOCTYPE)
            html lang=(texts.lang().html_lang()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="robots" content="noindex, nofollow";
                    meta name="theme-color" content="#fbfcfc" media="(prefers-color-scheme: light)";
                    meta name="theme-color" content="#131819" media="(prefers-color-scheme: dark)";
                    title { (title) }
                    link rel="icon" href="/favicon.svg" type="image/svg+xml";
                    link rel="stylesheet" href=(self.stylesheet);
                }
                body.sv {
                    header.sv-h {
                        svg.mark width="28" height="28" viewBox="0 0 16 16" fill="none" aria-hidden="true" {
                            path d="M1.5 3.75h13" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" {}
                            path d="M1.5 7.5h3.6L8 12.75 10.9 7.5h3.6" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {}
                        }
                        span.sv-org {
                            @if !self.organisation.is_empty() { (self.organisation) " · " }
                            (texts.get(survey::NAME))
                        }
                        (switch)
                    }
                    main.sv-m { (inside) }
                }
            }
        }
    }

    fn other(&self) -> Lang {
        if self.texts.lang() == Lang::Zh { Lang::En } else { Lang::Zh }
    }

    /// A page with one sentence.
    #[must_use]
    pub fn said(&self, said: Said) -> Markup {
        let (title, text) = match said {
            Said::Thanks => (survey::THANKS, survey::THANKS_HINT),
            Said::Answered => (survey::ANSWERED, survey::ANSWERED_HINT),
            Said::Expired => (survey::EXPIRED, survey::EXPIRED_HINT),
            Said::Unknown => (survey::UNKNOWN, survey::UNKNOWN_HINT),
            Said::Throttled => (survey::THROTTLED, survey::THROTTLED_HINT),
            Said::Failed => (survey::FAILED, survey::FAILED_HINT),
        };
        let (texts, other) = (self.texts, self.other());
        let href = format!("{}?lang={}", self.address, other.code());
        let switch = html! { a.sv-lang href=(href) lang=(other.html_lang()) { (other.own_name()) } };
        let inside = html! {
            div.sv-said data-said=(format!("{said:?}").to_lowercase()) role="status" { h1 { (texts.get(title)) } p { (texts.get(text)) } }
        };
        self.whole(texts.get(title), &switch, &inside)
    }

    /// The form of one step. What was typed in the others goes along.
    #[must_use]
    pub fn asked(&self, of: &domain::survey::view::PublicSurvey, step: usize, typed: &Typed, refused: &[Violation]) -> Markup {
        let texts = self.texts;
        let other = self.other();
        let title = of.title.pick(texts.lang() == Lang::Zh);
        let all = steps(&of.questions);
        let here = all.get(step).cloned().unwrap_or_default();
        let mine = |name: &str| of.questions[here.clone()].iter().any(|q| name == q.id || name.starts_with(&format!("{}-", q.id)));
        let known = |name: &str| of.questions.iter().any(|q| name == q.id || name.starts_with(&format!("{}-", q.id)));
        let last = step + 1 >= all.len();
        let until = of.expires_on.map(|on| texts.fmt(survey::UNTIL, &[("day", &fmt::date_iso(on))]));
        let form = "answers";
        let switch = html! { button.sv-lang type="submit" form=(form) name="go" value=(other.code()) lang=(other.html_lang()) { (other.own_name()) } };
        let inside = html! {
            p.sv-hello { (texts.fmt(survey::HELLO, &[("name", &of.customer_name)])) }
            h1 { (title) }
            @if all.len() > 1 { p.sv-step { (texts.fmt(survey::STEP, &[("n", &(step + 1).to_string()), ("of", &all.len().to_string())])) } }
            @if !refused.is_empty() { p.form-error role="alert" { (texts.get(survey::LOOK_AGAIN)) } }
            form id=(form) method="post" action=(format!("{}?lang={}", self.address, texts.lang().code())) novalidate {
                // The first button is what Enter presses.
                button.sr type="submit" tabindex="-1" aria-hidden="true" name="go" value="on" { (texts.get(survey::SEND)) }
                input type="hidden" name="step" value=(step);
                @for (name, value) in typed.iter().filter(|(name, _)| known(name) && !mine(name)) { input type="hidden" name=(name) value=(value); }
                (fields(texts, &of.questions, step, typed, refused, false))
                // Wherever this may be the end.
                @if of.may_be_anonymous && may_end(&of.questions, step) {
                    label.sv-anon {
                        input type="checkbox" name="anonymous" value="1" checked[typed_as(typed, "anonymous", "1")];
                        span { (texts.get(survey::ANONYMOUS)) small { (texts.get(survey::ANONYMOUS_HINT)) } }
                    }
                } @else if typed_as(typed, "anonymous", "1") { input type="hidden" name="anonymous" value="1"; }
                div.sv-f {
                    button.btn.btn-primary.btn-l type="submit" name="go" value="on" { (texts.get(if last { survey::SEND } else { survey::NEXT })) }
                    @if step > 0 { button.btn.btn-l type="submit" name="go" value="back" { (texts.get(survey::BACK)) } }
                    p { (texts.get(survey::USE)) " " (until.unwrap_or_default()) }
                }
            }
        };
        self.whole(title, &switch, &inside)
    }
}

/// The questions as somebody will see them, in the language of the page; nothing can be
/// answered.
#[must_use]
pub fn preview(texts: Texts, questions: &[Question]) -> Markup {
    html! {
        @for step in 0..steps(questions).len() {
            @if step > 0 { p.sv-step { (texts.get(satisfaction::PREVIEW_STEP)) } }
            (fields(texts, questions, step, &[], &[], true))
        }
    }
}
