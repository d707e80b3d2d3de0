//! Limits on the energy fed into the grid: by the day, over the year, and both.

use optibid_bench::measure;
use optibid_engine::battery::{Budgets, Horizon, Method, Model, Parameters, solve_within};

#[cfg(feature = "highs")]
use crate::peer;
use crate::{BATTERY, agree};

/// At most 2 MWh a day leave the store: 1.9 MWh at the grid.
const DAY_MWH: f64 = 1.9;
const YEAR_MWH: f64 = 400.0;

struct Case<'a> {
    name: &'a str,
    model: Model,
    prices: &'a [f64],
    days: Vec<usize>,
    day_mwh: Option<f64>,
    year_mwh: Option<f64>,
    /// Found by HiGHS elsewhere, EUR.
    published: Option<f64>,
}

pub(crate) fn run(hours: &[f64], quarters: &[f64]) -> anyhow::Result<()> {
    println!(
        "\n## budgets: as above with 10 EUR/MWh of wear, at most {DAY_MWH} MWh a day and {YEAR_MWH} MWh a year at the grid\n"
    );
    println!(
        "| limits | ours ms (schedule and prices) | objective EUR | proven gap EUR | HiGHS LP ms | ratio |"
    );
    println!("|---|---|---|---|---|---|");
    let (day, year) = (Some(DAY_MWH), Some(YEAR_MWH));
    for (name, prices, period_hours, limits, published) in [
        (
            "hours, daily",
            hours,
            1.0,
            (day, None),
            Some(74_820.922_284_90),
        ),
        (
            "quarter hours, daily",
            quarters,
            0.25,
            (day, None),
            Some(79_386.328_315_39),
        ),
        ("quarter hours, yearly", quarters, 0.25, (None, year), None),
        ("quarter hours, both", quarters, 0.25, (day, year), None),
        (
            "quarter hours, 6 MWh a day",
            quarters,
            0.25,
            (Some(6.0), None),
            None,
        ),
    ] {
        let a_day = (24.0 / period_hours) as usize;
        measure_case(&Case {
            name,
            model: Model::new(Parameters {
                degradation_per_mwh: 10.0,
                period_hours,
                ..BATTERY
            })?,
            prices,
            days: vec![a_day; prices.len() / a_day],
            day_mwh: limits.0,
            year_mwh: limits.1,
            published,
        })?;
    }
    println!(
        "\nexact method; HiGHS solves the linear programme, an upper bound, so it is compared where no period does both"
    );
    Ok(())
}

fn measure_case(case: &Case<'_>) -> anyhow::Result<()> {
    let limits = vec![case.day_mwh.unwrap_or(f64::INFINITY); case.days.len()];
    let mut budgets = Budgets::new();
    if case.day_mwh.is_some() {
        budgets = budgets.with_groups(&case.days, &limits);
    }
    if let Some(mwh) = case.year_mwh {
        budgets = budgets.with_total(mwh);
    }
    let horizon = Horizon::new(case.prices);
    let solve = |method| Ok(solve_within(&case.model, &horizon, method, &budgets)?);
    let ours = measure(5, || solve(Method::Exact))?;
    let ours_ms = ours.median.as_secs_f64() * 1e3;
    if let Some(published) = case.published {
        agree(ours.answer.objective, published)?;
    }
    print!(
        "| {} | {ours_ms:.1} | {:.6} | {:.1e} |",
        case.name,
        ours.answer.objective,
        ours.answer.gap()
    );
    #[cfg(feature = "highs")]
    {
        let rows = peer::Rows {
            days: &case.days,
            day_mwh: case.day_mwh,
            year_mwh: case.year_mwh,
        };
        let theirs = measure(1, || peer::within(&case.model, case.prices, &rows))?;
        agree(solve(Method::Relaxed)?.objective, theirs.answer)?;
        let theirs_ms = theirs.median.as_secs_f64() * 1e3;
        println!(" {theirs_ms:.0} | {:.1} |", theirs_ms / ours_ms);
    }
    #[cfg(not(feature = "highs"))]
    println!(" not measured | |");
    Ok(())
}
