//! Customer economics, finance and currency.

use chrono::NaiveDate;
use domain::currency::{DatedRate, convert_minor, rate_on};
use domain::economics::{annual_churn_bp, cac_minor, churn, ltv, ltv_cac_x100, payback_months_x100, revenue_retention};
use domain::finance::{ageing_bucket, collection_rate_bp, dso_x10, gross_margin_bp, market_share_bp, vat_split};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Call, answer, read};

pub fn call(function: &str, args: Value) -> Result<Call, serde_json::Error> {
    match function {
        "cac_minor" => {
            let a: CacArgs = read(args)?;
            answer(cac_minor(a.cost_minor, a.new_customers))
        }
        "churn" => answer(churn(read(args)?)),
        "revenue_retention" => answer(revenue_retention(read(args)?)),
        "annual_churn_bp" => {
            let a: MonthlyArgs = read(args)?;
            answer(annual_churn_bp(a.monthly_bp))
        }
        "ltv" => {
            let a: LtvArgs = read(args)?;
            answer(ltv(a.arpa_minor, a.gross_margin_bp, a.churn_bp, a.cap_months))
        }
        "ltv_cac_x100" => {
            let a: LtvCacArgs = read(args)?;
            answer(ltv_cac_x100(a.ltv_minor, a.cac_minor))
        }
        "payback_months_x100" => {
            let a: PaybackArgs = read(args)?;
            answer(payback_months_x100(a.cac_minor, a.arpa_minor, a.gross_margin_bp))
        }
        "gross_margin_bp" => {
            let a: MarginArgs = read(args)?;
            answer(gross_margin_bp(a.revenue_minor, a.cogs_minor))
        }
        "vat_split" => {
            let a: VatArgs = read(args)?;
            answer(vat_split(a.gross_minor, a.rate_bp))
        }
        "market_share_bp" => {
            let a: MarketArgs = read(args)?;
            answer(market_share_bp(a.own_minor, a.market_minor))
        }
        "collection_rate_bp" => {
            let a: CollectionArgs = read(args)?;
            answer(collection_rate_bp(a.opening_ar_minor, a.sales_minor, a.closing_ar_minor))
        }
        "dso_x10" => {
            let a: DsoArgs = read(args)?;
            answer(dso_x10(a.ar_minor, a.sales_minor, a.days))
        }
        "ageing_bucket" => {
            let a: AgeingArgs = read(args)?;
            answer(ageing_bucket(a.due, a.as_of))
        }
        "convert_minor" => {
            let a: ConvertArgs = read(args)?;
            match convert_minor(a.amount_minor, &a.from, &a.to, &a.rate) {
                Ok(minor) => answer(minor),
                Err(error) => answer(json!({ "error": error })),
            }
        }
        "rate_on" => {
            let a: RateOnArgs = read(args)?;
            answer(rate_on(&a.rates, a.date))
        }
        _ => Ok(Call::Elsewhere),
    }
}

#[derive(Deserialize)]
struct CacArgs {
    cost_minor: i64,
    new_customers: i64,
}

#[derive(Deserialize)]
struct MonthlyArgs {
    monthly_bp: i64,
}

#[derive(Deserialize)]
struct LtvArgs {
    arpa_minor: i64,
    gross_margin_bp: i64,
    churn_bp: i64,
    cap_months: i64,
}

#[derive(Deserialize)]
struct LtvCacArgs {
    ltv_minor: i64,
    cac_minor: i64,
}

#[derive(Deserialize)]
struct PaybackArgs {
    cac_minor: i64,
    arpa_minor: i64,
    gross_margin_bp: i64,
}

#[derive(Deserialize)]
struct MarginArgs {
    revenue_minor: i64,
    cogs_minor: i64,
}

#[derive(Deserialize)]
struct VatArgs {
    gross_minor: i64,
    rate_bp: i64,
}

#[derive(Deserialize)]
struct MarketArgs {
    own_minor: i64,
    market_minor: Option<i64>,
}

#[derive(Deserialize)]
struct CollectionArgs {
    opening_ar_minor: i64,
    sales_minor: i64,
    closing_ar_minor: i64,
}

#[derive(Deserialize)]
struct DsoArgs {
    ar_minor: i64,
    sales_minor: i64,
    days: i64,
}

#[derive(Deserialize)]
struct AgeingArgs {
    due: NaiveDate,
    as_of: NaiveDate,
}

#[derive(Deserialize)]
struct ConvertArgs {
    amount_minor: i64,
    from: String,
    to: String,
    rate: String,
}

#[derive(Deserialize)]
struct RateOnArgs {
    rates: Vec<DatedRate<String>>,
    date: NaiveDate,
}
