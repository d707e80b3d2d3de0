//! Data table: the rules in the order of the pages, with the words for people and the units.

/// Name of the parameter, words, unit.
pub(super) const ORDER: [(&str, &str, &str); 34] = [
    ("market_name", "name of the market", ""),
    ("product_name", "name of the product", ""),
    ("kind", "kind of product", ""),
    ("zone", "market time", ""),
    ("currency", "currency", ""),
    ("quote_unit", "unit that the market quotes in", ""),
    ("interval", "interval bid for", ""),
    ("settlement_interval", "interval settled", ""),
    ("gate", "gate closure", ""),
    ("floor", "lowest price", "per MWh"),
    ("cap", "highest price", "per MWh"),
    ("soft_cap", "price above which cost is verified", "per MWh"),
    ("price_tick", "price step", "per MWh"),
    ("quantity_tick", "quantity step", "MW"),
    ("min_quantity", "smallest quantity", "MW"),
    ("min_points", "fewest points of a curve", ""),
    ("max_points", "most points (segments) of a curve", ""),
    ("shape", "shape of a curve", ""),
    ("price_order", "order of prices along a curve", ""),
    (
        "storage_curve",
        "one curve from charging to discharging",
        "",
    ),
    ("admits_curve", "takes offer curves", ""),
    ("admits_three_part", "takes three-part offers", ""),
    ("admits_virtual", "takes virtual bids", ""),
    ("admits_spread", "takes spread bids", ""),
    (
        "admits_ancillary_service",
        "takes ancillary-service offers",
        "",
    ),
    ("admits_block", "takes block orders", ""),
    (
        "virtual_min_quantity",
        "smallest virtual or spread bid",
        "MW",
    ),
    (
        "spread_limit",
        "largest price of a spread bid, either sign",
        "per MWh",
    ),
    ("services", "ancillary services", ""),
    (
        "service_durations",
        "how long a storage must hold each service",
        "",
    ),
    (
        "service_floor",
        "lowest price of capacity",
        "per MW and hour",
    ),
    (
        "service_cap",
        "highest price of capacity",
        "per MW and hour",
    ),
    ("service_max_points", "most points of a capacity curve", ""),
    ("block_forms", "block orders besides plain ones", ""),
];

/// Limits of block orders, after all others.
const BLOCKS: [(&str, &str, &str); 5] = [
    ("max_blocks", "most block orders of a bid", ""),
    ("max_block_quantity", "largest block order", "MW"),
    (
        "max_link_depth",
        "most generations of linked block orders",
        "",
    ),
    (
        "max_group_size",
        "most block orders of an exclusive group",
        "",
    ),
    ("max_loops", "most loops of a bid", ""),
];

/// The words for a parameter; its own name where there are none.
pub(super) fn label(name: &str) -> String {
    let mut known = ORDER.iter().chain(&BLOCKS);
    match known.find(|(parameter, ..)| *parameter == name) {
        Some((_, words, "")) => (*words).to_owned(),
        Some((_, words, unit)) => format!("{words} ({unit})"),
        None => format!("`{name}`"),
    }
}
