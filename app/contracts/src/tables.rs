//! What the list, the ageing and a contract's page show alike.

use domain::contracts::view::{ContractRow, OwedLine};
use domain::money::{Currency, Money};
use i18n::keys::{common, contracts};
use leptos::prelude::*;
use ui::component::Avatar;
use ui::{fmt, t, texts, words};

/// An amount in a table.
pub fn money(minor: i64, currency: Currency) -> String {
    words::money_table(Money { minor, currency })
}

/// A day, or a dash.
pub fn day(on: Option<chrono::NaiveDate>) -> String {
    on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso)
}

/// Contracts as rows; on a phone as cards.
#[component]
pub fn Contracts(rows: Vec<ContractRow>) -> impl IntoView {
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(contracts::TABLE)>
            <table class="table cards-on-phone" data-contracts="">
                <thead><tr>
                    <th scope="col">{t(contracts::NUMBER)}</th><th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(common::STATUS)}</th>
                    <th scope="col" class="r">{t(common::AMOUNT)}</th><th scope="col" class="r">{t(contracts::RECEIVED)}</th>
                    <th scope="col" class="r">{t(contracts::OUTSTANDING)}</th><th scope="col" class="r">{t(contracts::OVERDUE)}</th>
                    <th scope="col">{t(contracts::NEXT_DUE)}</th><th scope="col">{t(common::OWNER)}</th>
                </tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(row: ContractRow) -> impl IntoView {
    let facts = ui::facts();
    let currency = row.amount.currency;
    let late = row.overdue_days(facts.today());
    let due = match late {
        Some(days) => texts().fmt(contracts::LATE_SINCE, &[("day", &day(row.next_due_on)), ("days", &fmt::days(facts.lang, days))]),
        None => day(row.next_due_on),
    };
    view! {
        <tr data-contract-id=row.id.to_string() data-status=row.status.code()>
            <td><a class="num" href=format!("/contracts/{}", row.id)>{row.number.clone()}</a><small class="muted ell">{row.title.clone()}</small></td>
            <td data-label=t(common::CUSTOMER)>{row.customer_name}</td>
            <td data-label=t(common::STATUS)><span class="badge">{t(words::contract_status(row.status))}</span></td>
            <td class="r num" data-label=t(common::AMOUNT)>{money(row.amount.minor, currency)}</td>
            <td class="r num" data-label=t(contracts::RECEIVED)>{money(row.received_minor, currency)}</td>
            <td class="r num" data-label=t(contracts::OUTSTANDING)>{money(row.outstanding_minor, currency)}</td>
            <td class="r num" data-label=t(contracts::OVERDUE) class:danger=late.is_some()>{money(row.overdue_minor, currency)}</td>
            <td class="num" data-label=t(contracts::NEXT_DUE)>{due}</td>
            <td data-label=t(common::OWNER)><span class="row row-1"><Avatar id=row.owner name=row.owner_name.clone() class="av-s"/><span>{row.owner_name.clone()}</span></span></td>
        </tr>
    }
}

/// What contracts come to, a line for each currency, which are never added.
#[component]
pub fn Sums(sums: Vec<OwedLine>) -> impl IntoView {
    // A column that is nothing but zeros says nothing.
    let backs = sums.iter().any(|line| line.to_pay_back_minor > 0);
    let back = |line: &OwedLine| money(line.to_pay_back_minor, line.currency);
    let line = |line: OwedLine| {
        let back = backs.then(|| view! { <td class="r num" data-label=t(contracts::TO_PAY_BACK) data-to-pay-back="">{back(&line)}</td> });
        view! {
            <tr data-currency=line.currency.code()>
                <th scope="row">{line.currency.code()}</th>
                <td class="r num" data-label=t(contracts::COUNT)>{fmt::integer(line.count)}</td>
                <td class="r num" data-label=t(common::AMOUNT)>{money(line.amount_minor, line.currency)}</td>
                <td class="r num" data-label=t(contracts::RECEIVED)>{money(line.received_minor, line.currency)}</td>
                <td class="r num" data-label=t(contracts::OUTSTANDING)>{money(line.outstanding_minor, line.currency)}</td>
                <td class="r num" data-label=t(contracts::OVERDUE)>{money(line.overdue_minor, line.currency)}</td>
                {back}
            </tr>
        }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(contracts::SUMS)>
            <table class="table cards-on-phone" data-sums="">
                <thead><tr>
                    <th scope="col">{t(common::CURRENCY)}</th><th scope="col" class="r">{t(contracts::COUNT)}</th><th scope="col" class="r">{t(common::AMOUNT)}</th>
                    <th scope="col" class="r">{t(contracts::RECEIVED)}</th><th scope="col" class="r">{t(contracts::OUTSTANDING)}</th><th scope="col" class="r">{t(contracts::OVERDUE)}</th>
                    {backs.then(|| view! { <th scope="col" class="r">{t(contracts::TO_PAY_BACK)}</th> })}
                </tr></thead>
                <tbody>{sums.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}
