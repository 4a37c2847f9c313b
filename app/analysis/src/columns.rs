//! A picture of months: columns of stacked parts, one or two side by side. Widths are shares
//! of the place that there is, so that letters keep their size on a phone; the scale stands
//! beside it. Parts lead to their deals for the pointer only: the table beneath has links
//! for everybody.

use crate::asked::Asked;
use crate::how::Rows;
use maud::{Markup, html};

const HEIGHT: i64 = 180;
const TOP: i64 = 12;
/// With two lines of words beneath.
const WHOLE: i64 = TOP + HEIGHT + 38;
/// Lines of the scale at most, without that at zero.
const LINES: i64 = 4;
/// Words beneath at most; of more columns every second or third has one.
const WORDS: usize = 12;

/// A part of a bar.
pub struct Block {
    /// What colours it.
    pub class: &'static str,
    pub value: i64,
    pub rows: Rows,
    pub title: String,
}

pub struct Column {
    pub name: String,
    /// Where another year begins.
    pub year: Option<String>,
    /// Each from below.
    pub bars: Vec<Vec<Block>>,
}

/// The step of a scale up to `most`: 1, 2 or 5 with zeros, so that few lines are enough.
pub fn step(most: i64) -> i64 {
    let mut ten = 1_i64;
    loop {
        for of in [1, 2, 5] {
            let step = ten.saturating_mul(of);
            if step.saturating_mul(LINES) >= most {
                return step;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

fn sum(bar: &[Block]) -> i64 {
    bar.iter().fold(0, |sum, block| sum.saturating_add(block.value.max(0)))
}

/// Hundredths of a pixel as text, or of a percent.
fn hundredths(n: i128) -> String {
    format!("{}.{:02}", n / 100, n % 100)
}

/// The scale of these columns: its end and its step. `None`: there is nothing to draw.
pub fn scale(columns: &[Column]) -> Option<(i64, i64)> {
    let most = columns.iter().flat_map(|column| column.bars.iter().map(|bar| sum(bar))).max().filter(|most| *most > 0)?;
    let step = step(most);
    Some((step.saturating_mul((most - 1) / step + 1), step))
}

/// `chart`: the address by which this is drawn again, to be pointed at; `says` is the
/// picture in words; `tick` a number of the scale.
pub fn picture(asked: &Asked, chart: &str, columns: &[Column], says: &str, tick: impl Fn(i64) -> String) -> Markup {
    let Some((top, step)) = scale(columns) else { return html! {} };
    let height = |n: i64| i128::from(n.max(0)) * i128::from(HEIGHT) * 100 / i128::from(top);
    let lines: Vec<i64> = (0..=top / step).map(|n| n * step).collect();
    let y = |n: i64| hundredths(i128::from(TOP + HEIGHT) * 100 - height(n));
    let n = i128::try_from(columns.len()).unwrap_or(1).max(1);
    let every = columns.len().div_ceil(WORDS).max(1);
    ui::chart::place(
        chart,
        &html! {
            div.an-chart {
                svg.an-scale width="64" height=(WHOLE) aria-hidden="true" { @for line in &lines {
                    text x="58" y=(y(*line)) dy="4" text-anchor="end" { (tick(*line)) }
                } }
                svg.an-columns width="100%" height=(WHOLE) role="group" aria-label=(says) {
                    @for line in &lines { line x1="0" x2="100%" y1=(y(*line)) y2=(y(*line)) {} }
                    @for (index, column) in columns.iter().enumerate() {
                        @let slot = 10_000 / n;
                        @let left = 10_000 * i128::try_from(index).unwrap_or(0) / n;
                        @let count = i128::try_from(column.bars.len()).unwrap_or(1).max(1);
                        @let wide = slot * 64 / 100 / count;
                        g {
                            @for (place, bar) in column.bars.iter().enumerate() {
                                @let x = left + slot * 18 / 100 + wide * i128::try_from(place).unwrap_or(0);
                                (stack(asked, bar, &hundredths(x), &hundredths(wide * 94 / 100), &height))
                            }
                            @if index % every == 0 {
                                text x={ (hundredths(left + slot / 2)) "%" } y=(TOP + HEIGHT + 16) text-anchor="middle" { (column.name) }
                            }
                            @if let Some(year) = &column.year {
                                text.an-year x={ (hundredths(left + slot / 2)) "%" } y=(TOP + HEIGHT + 33) text-anchor="middle" { (year) }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn stack(asked: &Asked, bar: &[Block], x: &str, wide: &str, height: &impl Fn(i64) -> i128) -> Markup {
    let mut below = 0_i64;
    let mut parts = Vec::new();
    for block in bar.iter().filter(|block| block.value > 0) {
        let from = height(below);
        below = below.saturating_add(block.value);
        let to = height(below);
        parts.push((block, i128::from(TOP + HEIGHT) * 100 - to, to - from));
    }
    html! { @for (block, y, tall) in parts {
        a href=(asked.opened(block.rows.figure)) tabindex="-1" aria-hidden="true" {
            rect class=(block.class) x={ (x) "%" } width={ (wide) "%" } y=(hundredths(y)) height=(hundredths(tall)) { title { (block.title) } }
        }
    } }
}

/// What the colours mean.
pub fn key(entries: &[(&str, String)]) -> Markup {
    html! { ul.an-keys { @for (class, word) in entries { li { svg width="10" height="10" aria-hidden="true" { rect class=(class) width="10" height="10" rx="2" {} } (word) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::{Figure, Tab};
    use domain::analysis::{AnalysisQuery, Set};

    #[test]
    fn scales_have_few_round_lines() {
        for (most, expected) in
            [(1, 1), (4, 1), (5, 2), (9, 5), (20, 5), (21, 10), (1_234_567, 500_000), (i64::MAX, 5_000_000_000_000_000_000)]
        {
            assert_eq!(step(most), expected, "{most}");
        }
    }

    #[test]
    fn heights_are_shares_of_the_scale_and_nothing_draws_nothing() {
        let asked = Asked { tab: Tab::Months, query: AnalysisQuery::default(), figure: None, what_if: [0; 4] };
        let block = |value| Block { class: "k-now", value, rows: Rows { figure: Figure::of(Set::Won), n: 1 }, title: "<T>".to_owned() };
        let column = |parts: &[i64]| Column { name: "6".to_owned(), year: None, bars: vec![parts.iter().map(|n| block(*n)).collect()] };
        let drawn = picture(&asked, "/chart/months", &[column(&[10, 30]), column(&[0])], "says", |n| n.to_string()).into_string();
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert!(drawn.contains(r#"y="147.00" height="45.00""#) && drawn.contains(r#"y="12.00" height="135.00""#), "{drawn}");
        assert!(drawn.contains("&lt;T&gt;") && drawn.contains(r#"aria-label="says""#));
        assert_eq!(picture(&asked, "/chart/months", &[column(&[0])], "says", |n| n.to_string()).into_string(), "");
    }
}
