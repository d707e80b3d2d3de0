//! `optibid curve`: the offer curves of a day from what was known at its gate.

use super::args::Curve;
use super::battery::battery;
use super::input::{Chosen, history_start};
use super::optimise::notes;
use super::output::{Output, Sheet, number, text};
use super::reasons::{OF_STEPS, columns, next_best};
use jiff::Timestamp;
use jiff::civil::Date;
use optibid_core::asset::Battery;
use optibid_core::bid::{BidOffer, BlockOrders, BlockRelation};
use optibid_core::error::Error;
use optibid_core::forecast::ForecastRequest;
use optibid_core::market::DeliveryDay;
use optibid_core::market::rules::{ProductRules, RuleBook};
use optibid_core::ports::{Forecaster, OfferBuilder};
use optibid_core::schedule::{BuiltOffer, OfferMethod, OfferRequest, ReasonKind, StepReasons};
use optibid_core::unit::{Currency, Power, Price};
use optibid_engine::{BatteryOffers, SimilarDayForecaster};

pub(super) fn run(mut args: Curve, output: Output) -> anyhow::Result<()> {
    let battery = battery(&args.battery)?;
    let method = args.method.method()?;
    let series = &mut args.prices.series;
    if args.prices.sample {
        series.product.get_or_insert("DAM".parse()?);
    }
    let chosen = args.prices.series.choose(args.prices.read()?)?;
    let rules = RuleBook::builtin()
        .at(&chosen.market, &chosen.product, args.day)
        .map_err(Error::from)?;
    let forecast = forecast(&rules, &chosen, args.day)?;
    let (gate, known) = (forecast.made_at, forecast.history.len());
    let offer = build(&rules, &forecast, (battery, args.safe, method))?;
    let currency = offer.content.currency;
    let sheet = match &offer.content.offer {
        BidOffer::Block(orders) => blocks(orders, currency),
        _ => steps(&offer.reasons, currency),
    };
    output.sheet_or(&sheet, &serde_json::to_value(&offer)?)?;
    let zone = &rules.zone.value;
    output.note(format!(
        "forecast from the {known} prices known at the gate closure, {}",
        zone.local(gate)
    ));
    output.note("the schedule at the forecast's medians, which these offers need not earn:");
    notes(&offer.expected)
        .into_iter()
        .for_each(|line| output.note(line));
    output.note(match (&offer.safety.breach, offer.safety.cost) {
        (Some(breach), _) => format!("some awards cannot be delivered, such as: {}", breach.limit),
        (None, Some(cost)) if cost.minor() <= 0 => {
            "every award can be delivered, and that costs no expected profit".to_owned()
        }
        (None, Some(cost)) => format!(
            "every award can be delivered; that costs {cost} {currency} of expected profit, at three prices for each period and with a \
             stored MWh at its worth at the end of the day"
        ),
        (None, None) => "every award can be delivered".to_owned(),
    });
    if args.safe {
        output.note(left(&offer));
    }
    Ok(())
}

/// What to forecast, with the prices of the days before that were known when the day's first gate closed.
fn forecast(rules: &ProductRules, chosen: &Chosen, date: Date) -> anyhow::Result<ForecastRequest> {
    let day = rules.delivery_day(date)?;
    let made_at = gate(rules, &day)?;
    let from = history_start(day.start())?;
    let history = chosen.prices.iter().filter(|price| {
        let start = price.period.start();
        from <= start && start < day.start() && price.known_at <= made_at
    });
    Ok(ForecastRequest {
        market: chosen.market.clone(),
        product: chosen.product.clone(),
        location: chosen.location.clone(),
        history: history.cloned().collect(),
        day,
        resolution: rules.interval.value,
        made_at,
    })
}

fn gate(rules: &ProductRules, day: &DeliveryDay) -> anyhow::Result<Timestamp> {
    let first = rules
        .periods(day)
        .next()
        .ok_or_else(|| Error::not_found("delivery period of", day.date()))?;
    Ok(rules.gate_closure(day, &first)?)
}

fn build(
    rules: &ProductRules,
    forecast: &ForecastRequest,
    (battery, safe, method): (Battery, bool, OfferMethod),
) -> Result<BuiltOffer, Error> {
    let forecaster = SimilarDayForecaster::new();
    let draws = method.draws();
    let paths = draws.map(|(count, seed)| forecaster.paths(forecast, count, seed));
    let request = OfferRequest {
        safe,
        method,
        paths: paths.transpose()?.unwrap_or_default(),
        ..OfferRequest::new(battery, forecaster.forecast(forecast)?, rules.clone())
    };
    let offer = BatteryOffers::new().build(&request)?;
    Ok(offer.built(request.forecast, rules.currency.value, None))
}

/// What the cut for safety left.
fn left(offer: &BuiltOffer) -> String {
    let sells = |step: &&StepReasons| step.to > Power::ZERO;
    let (sold, bought): (Vec<_>, Vec<_>) = offer.reasons.iter().partition(sells);
    match (sold.len(), bought.len()) {
        (0, 0) => {
            "nothing is left to bid: no sale is safe before energy is stored for certain".to_owned()
        }
        (sold, bought) => format!("left to bid: {sold} steps that sell, {bought} that buy"),
    }
}

/// One row for each volume of a block.
fn blocks(orders: &BlockOrders, currency: Currency) -> Sheet {
    let mut sheet = Sheet::new([
        text("block", "Block"),
        text("start", "Start"),
        number("quantity", "Quantity (MW)"),
        number("price", &format!("Limit ({currency}/MWh)")),
        text("with", "Only with"),
    ]);
    for block in orders.blocks() {
        let with = match &block.relation {
            BlockRelation::ChildOf(other) | BlockRelation::Loop(other) => other.to_string(),
            BlockRelation::Alone | BlockRelation::Exclusive(_) => String::new(),
        };
        for volume in &block.profile {
            sheet.row([
                block.name.to_string(),
                volume.period.start().to_string(),
                volume.quantity.to_string(),
                block.price.to_string(),
                with.clone(),
            ]);
        }
    }
    sheet
}

/// One row for each step of a curve, with the parts of its price.
fn steps(steps: &[StepReasons], currency: Currency) -> Sheet {
    let own = [
        text("start", "Start"),
        number("from", "From (MW)"),
        number("to", "To (MW)"),
        number("price", &format!("Price ({currency}/MWh)")),
    ];
    let all: Vec<_> = own
        .into_iter()
        .chain(columns(&OF_STEPS, currency))
        .collect();
    let mut sheet = Sheet::new(all);
    for step in steps {
        let own = [
            step.period.start().to_string(),
            step.from.to_string(),
            step.to.to_string(),
            step.price.to_string(),
        ];
        let parts = OF_STEPS.map(|(kind, ..)| part(step, kind));
        sheet.row(
            own.into_iter()
                .chain(parts)
                .chain(next_best(step.next_best)),
        );
    }
    sheet
}

/// What the price of a step owes to one kind of reason; empty where it has no such part.
fn part(step: &StepReasons, kind: ReasonKind) -> String {
    let mut parts = step.parts.iter().filter(|part| part.kind == kind);
    let Some(first) = parts.next() else {
        return String::new();
    };
    let sum = parts.try_fold(first.amount, |sum: Price, part| {
        sum.checked_add(part.amount)
    });
    sum.map(|sum| sum.to_string()).unwrap_or_default()
}
