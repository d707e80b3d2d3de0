/// Every code of a bid's violations with its meaning, in the order they are looked for: the codes of
/// [`validate`](fn@super::validate), then those of [`BidContent::check_form`](crate::bid::BidContent::check_form),
/// then those of [`OfferCurve`](crate::bid::OfferCurve). A code never changes its meaning.
pub const CODES: &[(&str, &str)] = &[
    (
        "wrong_market",
        "the market is not the one the rules belong to",
    ),
    (
        "wrong_product",
        "the product is not the one the rules belong to",
    ),
    (
        "unknown_location",
        "the market has no such settlement location",
    ),
    (
        "wrong_currency",
        "the market's prices are in another currency",
    ),
    (
        "delivery_day_out_of_range",
        "the delivery day, or the gate before it, lies past the calendar",
    ),
    (
        "gate_closed",
        "the gate has closed; the rule names the closing time in market time",
    ),
    (
        "gate_not_open",
        "the venue takes no bids yet; the rule names the opening time in market time",
    ),
    ("no_periods", "the bid has no period"),
    (
        "wrong_resolution",
        "a period has another length than the market's",
    ),
    (
        "period_outside_day",
        "a period lies outside the delivery day (hour 24 of a 23-hour day)",
    ),
    (
        "period_off_grid",
        "a period starts between two of the day's periods",
    ),
    ("duplicate_period", "a period is bid for twice"),
    ("periods_out_of_order", "a period comes after a later one"),
    (
        "curve_shape_not_taken",
        "the venue takes steps only, or lines only",
    ),
    (
        "storage_curve_not_taken",
        "the venue takes no curve from charging to discharging",
    ),
    (
        "too_many_points",
        "the curve has more points than the venue takes",
    ),
    (
        "too_few_points",
        "the curve has fewer points than the venue takes",
    ),
    (
        "equal_prices",
        "two points have one price where prices must differ",
    ),
    ("price_off_tick", "a price is no multiple of the price step"),
    (
        "price_below_floor",
        "a price is below the lowest the venue takes",
    ),
    (
        "price_above_cap",
        "a price is above the highest the venue takes",
    ),
    (
        "price_above_soft_cap",
        "the venue verifies the cost behind the price (needs verification; a warning on a bid to buy)",
    ),
    (
        "quantity_off_tick",
        "a quantity is no multiple of the quantity step",
    ),
    (
        "quantity_below_minimum",
        "the whole curve is below the smallest quantity the venue takes",
    ),
    (
        "nothing_offered",
        "the largest quantity of the curve is zero",
    ),
    (
        "outside_asset_limits",
        "the asset cannot deliver or draw the quantity",
    ),
    (
        "too_many_periods",
        "more periods than any market has (`BidContent::check_form`)",
    ),
    (
        "curve_too_long",
        "more points than any market takes (`BidContent::check_form`)",
    ),
    (
        "note_too_long",
        "the note is too long (`BidContent::check_form`)",
    ),
    ("curve_empty", "a curve without a point (`OfferCurve`)"),
    (
        "not_a_decimal",
        "a quantity or price is no decimal number of the unit (`OfferCurve`)",
    ),
    (
        "quantity_sign",
        "a quantity has the wrong sign, or a step is zero (`OfferCurve`)",
    ),
    (
        "quantity_order",
        "quantities do not increase (`OfferCurve`)",
    ),
    (
        "price_not_monotone",
        "a price runs against the curve's direction (`OfferCurve`)",
    ),
];
