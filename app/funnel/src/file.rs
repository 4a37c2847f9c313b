//! The level view as a file of its own: a title, what it is of, and its style inside, in
//! the light theme, since what is printed or put on a slide is seen on white.

use crate::asked::Asked;
use crate::counting;
use crate::level::{Drawn, inside, page_scene, width};
use crate::message;
use crate::say;
use crate::scene::px;
use domain::funnel::report::{FunnelReport, Part};
use i18n::keys::{common, funnel};
use maud::{Markup, html};
use ui::{fmt, t, texts};

/// Around everything.
const EDGE: f64 = 24.0;
const LINE: f64 = 20.0;
/// Above the picture: the title and a line of what is compared.
const HEAD: f64 = 70.0;
/// Between the picture and what is said beneath it.
const GAP: f64 = 18.0;

/// The tokens of the light theme by their names on the page, and nothing but generic fonts.
const STYLE: &str = "text{font-family:system-ui,sans-serif;fill:#384245;font-size:13px}\
.f-ground{fill:#ffffff}.f-title{fill:#161c1d;font-size:18px;font-weight:600}.f-meta{font-size:12px}\
.lv-total{fill:#161c1d;font-size:18px;font-weight:600}.lv-label{fill:#161c1d;font-size:12.5px}\
.is-before text{font-weight:400}.is-before .lv-total{fill:#384245;font-size:14px;font-weight:400}\
.lv-hit{fill:none}.lv-line{stroke:#161c1d;stroke-width:1.75;fill:none}.lv-frame{fill:none;stroke:#87949a;stroke-dasharray:3 3}\
.lv-pill rect{fill:#ffffff;stroke:#c2cccd}.lv-pill text{fill:#161c1d;font-size:14px;font-weight:600}\
.lv-pill.is-worst rect{fill:#fbf1dd;stroke:#855600;stroke-width:1.5}.lv-pill.is-worst text{fill:#855600}\
.s1{stop-color:#a9cdd0}.s2{stop-color:#74b0b6}.s3{stop-color:#3b8f98}.s4{stop-color:#14707a}.s5{stop-color:#0a4a52}\
.lv-ribbon{opacity:.45}.lv-wedge{fill:#dfe5e5;opacity:.55}.is-before .lv-ribbon{fill:#c9d3d4;opacity:.42}.is-before .lv-wedge{opacity:.38}\
.lv-part.d1{fill:#a9cdd0}.lv-part.d2{fill:#74b0b6}.lv-part.d3{fill:#3b8f98}.lv-part.d4{fill:#14707a}.lv-part.d5{fill:#0a4a52}\
.lv-part.p-lost{fill:#dfe5e5}.lv-part.p-still{fill:url(#lv-hatch)}.is-before .lv-part{opacity:.85}.is-before .lv-part.p-adv{fill:#c9d3d4}\
.lv-gap{fill:#ffffff}.lv-stripe{fill:#3b8f98}";

/// The file. `narrowed`: what the deals are narrowed by, in words.
#[must_use]
pub fn svg(report: &FunnelReport, asked: &Asked, narrowed: &[String]) -> String {
    let drawn = Drawn { report, asked, links: false };
    let scene = page_scene(&drawn);
    let foot = foot(&drawn, narrowed);
    // As wide as its longest line, so that none is cut.
    let longest = foot.iter().map(|line| width(line, 12.0)).fold(scene.width, f64::max);
    let wide = longest + 2.0 * EDGE;
    let below = EDGE + HEAD + scene.height + GAP;
    let height = below + LINE * i16::try_from(foot.len()).map_or(0.0, f64::from) + EDGE;
    let picture = format!("translate({} {})", px(EDGE), px(EDGE + HEAD));
    let (title, periods) = (title(&drawn), periods(&drawn));
    let file: Markup = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (px(wide)) " " (px(height)) } width=(px(wide)) height=(px(height)) role="img" aria-labelledby="f-title f-desc" lang=(ui::facts().lang.html_lang()) {
            title id="f-title" { (title) }
            desc id="f-desc" { (periods) " " (drawn.in_words()) " " (foot.join(" ")) }
            style { (STYLE) }
            rect.f-ground width=(px(wide)) height=(px(height)) {}
            text.f-title x=(px(EDGE)) y=(px(EDGE + 16.0)) { (title) }
            text.f-meta x=(px(EDGE)) y=(px(EDGE + 38.0)) { (periods) }
            g transform=(picture) { (inside(&drawn, &scene)) }
            @for (index, line) in (0_i16..).zip(&foot) {
                text.f-meta x=(px(EDGE)) y=(px(below + LINE * (f64::from(index) + 0.7))) { (line) }
            }
        }
    };
    // A file of XML has no control characters, whatever a stage is called.
    let text: String = file.into_string().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n")
}

fn title(drawn: &Drawn<'_>) -> String {
    let query = &drawn.asked.query;
    let mut says = vec![t(funnel::TITLE), t(say::view(query.view).0)];
    if drawn.whole() == Part::Entered {
        says.push(t(say::mode(query.mode).0));
    }
    says.push(t(say::measure(query.measure)));
    says.join(" · ")
}

fn periods(drawn: &Drawn<'_>) -> String {
    let now = say::period(drawn.report.now.period);
    let as_of = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(drawn.report.as_of))]);
    let periods = match &drawn.report.before {
        Some(before) => texts().fmt(funnel::LINE_SAYS, &[("now", &now), ("before", &say::side(before))]),
        None => now,
    };
    format!("{periods} · {as_of}")
}

/// The message, how it was counted, and what of.
fn foot(drawn: &Drawn<'_>, narrowed: &[String]) -> Vec<String> {
    let message = (drawn.whole() == Part::Entered).then(|| {
        let (head, rest) = message::sentence(drawn.report);
        if head.is_empty() { rest } else { format!("{head} {rest}") }
    });
    let of = if narrowed.is_empty() { t(funnel::OF_ALL).to_owned() } else { narrowed.join(" · ") };
    message.into_iter().chain([counting::line(drawn), of]).collect()
}
