/// Every code of a bid's violations with its meaning, in the order they are looked for: the codes of
/// [`validate`](fn@super::validate), then those of [`BidContent::check_form`](crate::bid::BidContent::check_form),
/// then those of [`OfferCurve`](crate::bid::OfferCurve), of [`BidDraft`](crate::bid::BidDraft) and of
/// the kinds of [`BidOffer`](crate::bid::BidOffer). A code never changes its meaning.
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
        "kind_not_admitted",
        "the product takes no offers of this kind, or none is known of",
    ),
    (
        "asset_required",
        "an offer of this kind names the asset that delivers it",
    ),
    ("asset_not_taken", "a financial bid names an asset"),
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
        "sink_is_source",
        "source and sink of a spread bid are one location",
    ),
    (
        "spread_beyond_limit",
        "the price of a spread bid is larger than the venue takes",
    ),
    ("unknown_service", "the venue has no such ancillary service"),
    (
        "service_energy_short",
        "the storage cannot hold the capacity for as long as the service asks",
    ),
    (
        "too_many_blocks",
        "more block orders than the venue takes, or than any (`BlockOrders`)",
    ),
    ("too_many_loops", "more loops than the venue takes"),
    (
        "group_too_large",
        "an exclusive group has more blocks than the venue takes",
    ),
    (
        "block_form_not_taken",
        "the venue takes no block orders of this form",
    ),
    (
        "links_too_deep",
        "a chain of linked blocks is longer than the venue takes",
    ),
    (
        "block_too_large",
        "the volume of a block is larger than the venue takes",
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
    ("decimal", "a number is no decimal of its unit (`BidDraft`)"),
    (
        "field_missing",
        "a field that the kind of offer has is missing (`BidDraft`)",
    ),
    (
        "field_of_other_kind",
        "a field belongs to another kind of offer (`BidDraft`)",
    ),
    (
        "two_relations",
        "a block is linked, exclusive or in a loop, but only one of these (`BidDraft`)",
    ),
    (
        "side_not_taken",
        "a curve buys or stores where the kind of offer cannot (`BidOffer`)",
    ),
    (
        "commitment_empty",
        "a three-part offer without a cost of starting or running (`Commitment`)",
    ),
    (
        "start_order",
        "start-up costs are not in the order hot, intermediate, cold (`Commitment`)",
    ),
    (
        "start_hours",
        "the hours of a colder start are not more (`Commitment`)",
    ),
    (
        "start_cost_falls",
        "a colder start costs less (`Commitment`)",
    ),
    (
        "negative_cost",
        "a cost of starting or running is negative (`Commitment`)",
    ),
    (
        "two_minimum_costs",
        "the cost at minimum is stated twice (`Commitment`)",
    ),
    (
        "minimum_power",
        "the minimum power is missing or negative (`Commitment`)",
    ),
    (
        "curve_below_minimum",
        "a curve starts below the minimum power (`ThreePartOffer`)",
    ),
    (
        "spread_quantity",
        "the quantity of a spread bid is not above zero (`SpreadBid`)",
    ),
    (
        "block_empty",
        "no block, or a block without volume (`BlockOrders`)",
    ),
    (
        "duplicate_block",
        "two blocks have one name (`BlockOrders`)",
    ),
    (
        "block_volume_zero",
        "a volume of a block is zero (`BlockOrders`)",
    ),
    (
        "block_direction",
        "a block both sells and buys (`BlockOrders`)",
    ),
    (
        "acceptance_ratio",
        "the minimum acceptance ratio is not above 0 and at most 1 (`BlockOrders`)",
    ),
    (
        "unknown_parent",
        "a block is linked to one that the bid does not have (`BlockOrders`)",
    ),
    ("link_cycle", "a block is its own ancestor (`BlockOrders`)"),
    (
        "loop_not_a_pair",
        "a loop has not exactly two blocks (`BlockOrders`)",
    ),
    (
        "loop_direction",
        "a loop does not sell with one block and buy with the other (`BlockOrders`)",
    ),
];
