//! Lines and sums of a quote, on its page and on paper the same.

use domain::money::{Currency, Money};
use domain::quotes::form::quantity;
use domain::quotes::sums::QuoteSums;
use domain::quotes::view::{QuoteDetail, QuoteLine};
use i18n::keys::quotes;
use leptos::prelude::*;
use ui::offers::share;
use ui::{facts, t, texts, words};

/// An amount in a table.
pub fn money(minor: i64, currency: Currency) -> String {
    words::money_table(Money { minor, currency })
}

/// The name of the product as it was, and what is said beside it.
fn what(line: &QuoteLine) -> impl IntoView + use<> {
    let name = words::pick(facts().lang, &line.name_zh, &line.name_en);
    let (main, beside) = if name.is_empty() { (line.text.clone(), String::new()) } else { (name, line.text.clone()) };
    view! { <span>{main}</span>{(!beside.is_empty()).then(|| view! { <small class="muted">{beside}</small> })} }
}

#[component]
pub fn Lines(detail: QuoteDetail, #[prop(default = false)] paper: bool) -> impl IntoView {
    let currency = detail.row.total.currency;
    // A column that says nothing is left out.
    let lists = !paper && detail.lines.iter().any(|line| line.priced.list_minor != line.priced.price_minor);
    let discounts = detail.lines.iter().any(|line| line.priced.discount_bp != 0);
    let row = |(i, line): (usize, &QuoteLine)| {
        let priced = line.priced;
        let list = lists.then(|| view! { <td class="r num" data-label=t(quotes::LIST_PRICE)>{money(priced.list_minor, currency)}</td> });
        let discount = discounts.then(|| {
            let text = if priced.discount_bp == 0 { String::new() } else { share(Some(i64::from(priced.discount_bp))) };
            view! { <td class="r num" data-label=t(quotes::LINE_DISCOUNT)>{text}</td> }
        });
        view! {
            <tr>
                <td class="wrap"><span class="muted num">{i + 1}" "</span>{what(line)}</td>
                <td class="r num" data-label=t(quotes::QUANTITY)>{quantity(priced.quantity_milli)}</td>
                {list}
                <td class="r num" data-label=t(quotes::PRICE)>{money(priced.price_minor, currency)}</td>
                {discount}
                <td class="r num" data-label=t(quotes::VAT)>{share(Some(i64::from(priced.vat_bp)))}</td>
                <td class="r num" data-label=t(quotes::LINE_TOTAL)>{money(priced.sums().total_minor, currency)}</td>
            </tr>
        }
    };
    let rows = detail.lines.iter().enumerate().map(row).collect_view();
    // A page of paper is narrower than a desk, and is no phone.
    let class = if paper { "table qt-lines" } else { "table cards-on-phone qt-lines" };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(quotes::LINES)>
            <table class=class data-lines="">
                <thead><tr>
                    <th scope="col">{t(quotes::PRODUCT)}</th><th scope="col" class="r">{t(quotes::QUANTITY)}</th>
                    {lists.then(|| view! { <th scope="col" class="r">{t(quotes::LIST_PRICE)}</th> })}
                    <th scope="col" class="r">{t(quotes::PRICE)}</th>
                    {discounts.then(|| view! { <th scope="col" class="r">{t(quotes::LINE_DISCOUNT)}</th> })}
                    <th scope="col" class="r">{t(quotes::VAT)}</th><th scope="col" class="r">{t(quotes::LINE_TOTAL)}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What the lines come to: discount, net, tax of each rate, total.
pub fn sums(sums: &QuoteSums, currency: Currency) -> impl IntoView + use<> {
    let given = sums.discount_minor();
    let discount = (given > 0).then(|| {
        let text = texts().fmt(quotes::GIVEN_SHARE, &[("amount", &money(given, currency)), ("share", &share(sums.discount_bp()))]);
        view! {
            <dt>{t(quotes::LIST_SUM)}</dt><dd class="num" data-sum="list">{money(sums.list_minor, currency)}</dd>
            <dt>{t(quotes::GIVEN)}</dt><dd class="num" data-sum="discount">{text}</dd>
        }
    });
    let rates = sums.vat.iter().map(|rate| {
        let label = texts().fmt(quotes::TAX_AT, &[("rate", &share(Some(i64::from(rate.vat_bp))))]);
        view! { <dt>{label}</dt><dd class="num" data-vat=rate.vat_bp.to_string()>{money(rate.tax_minor, currency)}</dd> }
    });
    view! {
        <dl class="kv qt-sums" data-quote-sums="">
            {discount}
            <dt>{t(quotes::NET)}</dt><dd class="num" data-sum="net">{money(sums.net_minor, currency)}</dd>
            {rates.collect_view()}
            <dt class="qt-total">{t(quotes::TOTAL)}</dt><dd class="num qt-total" data-sum="total">{money(sums.total_minor, currency)}</dd>
        </dl>
    }
}
