//! The kinds of offer beside curves: read, written, and held against the rules.

use jiff::civil::date;
use optibid_core::bid::{
    BidContent, BidDraft, BlockAward, FindingSeverity, OfferKind, Validation, ValidationContext,
    Verdict, validate,
};
use optibid_core::error::Error;
use optibid_core::market::rules::{Confidence, ProductRules, RuleBook, Sourced};
use optibid_core::unit::{Energy, Power, Ratio};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ASSET: &str = "0199a0a0-0000-7000-8000-000000000004";

/// The evening of a day in Texas, hour by hour.
fn hour(i: u8) -> Value {
    json!({ "start": format!("2026-11-21T{:02}:00:00Z", 18 + i), "resolution": "PT60M" })
}

fn quarter(i: u8) -> Value {
    json!({ "start": format!("2026-11-22T16:{:02}:00Z", 15 * i), "resolution": "PT15M" })
}

fn curve(side: &str, shape: &str, points: &[(&str, &str)]) -> Value {
    let point = |&(quantity, price): &(&str, &str)| json!({ "quantity": quantity, "price": price });
    let points: Vec<Value> = points.iter().map(point).collect();
    json!({ "side": side, "shape": shape, "points": points })
}

fn offer(kind: OfferKind) -> Value {
    let curves = |curve: Value| {
        let period = |i| json!({ "period": hour(i), "curve": curve.clone() });
        json!([period(0), period(1)])
    };
    match kind {
        OfferKind::Curve => {
            json!({ "periods": curves(curve("sell", "linear", &[("5", "20.00"), ("10", "40.00")])) })
        }
        OfferKind::ThreePart => json!({
            "kind": "three_part", "asset": ASSET,
            "commitment": {
                "start_up": [
                    { "state": "hot", "after_hours": 0, "cost": "1200.00" },
                    { "state": "intermediate", "after_hours": 6, "cost": "2400.00" },
                    { "state": "cold", "after_hours": 24, "cost": "4500.00" },
                ],
                "minimum_energy": "32.50", "minimum_power": "20",
                "min_up_minutes": 240, "min_down_minutes": 120,
            },
            "periods": curves(curve("sell", "linear", &[("20", "28.00"), ("80", "41.00")])),
        }),
        OfferKind::Virtual => json!({
            "kind": "virtual",
            "periods": curves(curve("buy", "linear", &[("0", "45.00"), ("10", "30.00")])),
        }),
        OfferKind::Spread => {
            let entry = |i, max_price| json!({ "period": hour(i), "quantity": "5", "max_price": max_price });
            json!({
                "kind": "spread", "sink": "HB_NORTH",
                "spreads": [entry(0, "12.50"), entry(1, "-2.00")],
            })
        }
        OfferKind::AncillaryService => json!({
            "kind": "ancillary_service", "asset": ASSET, "service": "ECRS",
            "periods": curves(curve("sell", "step", &[("5", "8.00"), ("15", "12.00")])),
        }),
        OfferKind::Block => json!({ "kind": "block", "blocks": [
            block("base", "50.00", &["10", "8"], json!({ "min_acceptance": "0.5" })),
            block("more", "45.00", &["5"], json!({ "linked_to": "base" })),
            block("early", "60.00", &["5"], json!({ "exclusive_group": "peak" })),
            block("late", "70.00", &["5", "5"], json!({ "exclusive_group": "peak" })),
            block("charge", "20.00", &["-9"], json!({ "loop_with": "battery" })),
            block("discharge", "65.00", &["7"], json!({ "loop_with": "battery" })),
        ]}),
    }
}

fn block(name: &str, price: &str, volumes: &[&str], more: Value) -> Value {
    let volume = |(i, quantity): (u8, &&str)| json!({ "period": quarter(i), "quantity": quantity });
    let profile: Vec<Value> = (0..).zip(volumes).map(volume).collect();
    merged(
        json!({ "name": name, "price": price, "profile": profile }),
        more,
    )
}

fn merged(mut into: Value, from: Value) -> Value {
    into.as_object_mut()
        .unwrap()
        .extend(from.as_object().unwrap().clone());
    into
}

/// A bid of that kind that keeps every rule.
fn draft(kind: OfferKind) -> Value {
    let head = if kind == OfferKind::Block {
        json!({ "market": "NORDPOOL", "product": "DAM", "location": "SE3",
                "delivery_day": "2026-11-22", "currency": "EUR" })
    } else {
        json!({ "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
                "delivery_day": "2026-11-21", "currency": "USD" })
    };
    merged(head, offer(kind))
}

fn read(json: &Value) -> Result<BidContent, Error> {
    let draft: BidDraft = serde_json::from_value(json.clone()).unwrap();
    BidContent::try_from(draft)
}

struct Case {
    draft: Value,
    rules: ProductRules,
    context: ValidationContext,
}

impl Case {
    fn of(kind: OfferKind) -> Self {
        let draft = draft(kind);
        let content = read(&draft).unwrap();
        let rules = RuleBook::builtin()
            .at(&content.market, &content.product, content.delivery_day)
            .unwrap();
        let context = ValidationContext {
            now: "2026-11-20T12:00:00Z".parse().unwrap(),
            location_known: true,
            asset_range: content
                .asset
                .map(|_| (Power::from_megawatts(-100), Power::from_megawatts(100))),
            asset_energy: content.asset.map(|_| Energy::from_mwh(15)),
            sink_known: true,
        };
        Self {
            draft,
            rules,
            context,
        }
    }

    fn set(&mut self, pointer: &str, value: Value) {
        *self.draft.pointer_mut(pointer).unwrap() = value;
    }

    fn validate(&self) -> Validation {
        validate(&read(&self.draft).unwrap(), &self.rules, &self.context)
    }
}

fn sourced<T>(value: T) -> Sourced<T> {
    Sourced {
        value,
        source: "rulebook".into(),
        valid_from: date(2020, 1, 1),
        confidence: Confidence::Verified,
    }
}

#[test]
fn a_bid_of_every_kind_keeps_the_rules_of_a_market_that_takes_it() {
    for kind in OfferKind::ALL {
        let validation = Case::of(kind).validate();
        assert_eq!(
            validation.verdict,
            Verdict::Accept,
            "{kind}: {validation:#?}"
        );
        assert_eq!(validation.findings, [], "{kind}");
    }
}

#[test]
fn every_kind_comes_back_as_it_was_written() {
    for kind in OfferKind::ALL {
        let json = draft(kind);
        let content = read(&json).unwrap();
        assert_eq!(content.offer.kind(), kind);
        assert_eq!(serde_json::to_value(&content).unwrap(), json, "{kind}");
        assert_eq!(serde_json::from_value::<BidContent>(json).unwrap(), content);
    }
}

#[test]
fn a_bid_without_a_kind_is_one_of_curves_and_is_written_without() {
    let content = read(&draft(OfferKind::Curve)).unwrap();
    let json = serde_json::to_string(&content).unwrap();
    assert!(!json.contains("kind"), "{json}");
    let named = merged(draft(OfferKind::Curve), json!({ "kind": "curve" }));
    assert_eq!(read(&named).unwrap(), content);
}

/// Contents stored with all kinds of offer are read for ever: the fixture is never edited.
#[test]
fn stored_contents_of_every_kind_are_read_back() {
    let text = include_str!("../fixtures/bid_contents_v2.json");
    let stored: Value = serde_json::from_str(text).unwrap();
    for kind in OfferKind::ALL {
        let json = &stored[kind.code()];
        let content: BidContent = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(content.offer.kind(), kind);
        assert_eq!(&serde_json::to_value(&content).unwrap(), json, "{kind}");
    }
}

type Spoil = fn(&mut Value);

/// What cannot be built: kind, change, code and field.
const UNBUILT: &[(OfferKind, Spoil, &str, &str)] = &[
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["start_up"][1]["cost"] = json!("1,5"),
        "decimal",
        "commitment.start_up[1].cost",
    ),
    (
        OfferKind::Block,
        |d| {
            d.as_object_mut().unwrap().remove("blocks");
        },
        "field_missing",
        "blocks",
    ),
    (
        OfferKind::Spread,
        |d| {
            d.as_object_mut().unwrap().remove("sink");
        },
        "field_missing",
        "sink",
    ),
    (
        OfferKind::Curve,
        |d| {
            d.as_object_mut().unwrap().remove("periods");
        },
        "field_missing",
        "periods",
    ),
    (
        OfferKind::Virtual,
        |d| d["sink"] = json!("HB_NORTH"),
        "field_of_other_kind",
        "sink",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][1]["loop_with"] = json!("x"),
        "two_relations",
        "blocks[1]",
    ),
    (
        OfferKind::Virtual,
        |d| d["periods"][1]["curve"] = curve("storage", "linear", &[("-5", "20"), ("5", "30")]),
        "side_not_taken",
        "periods[1].curve.side",
    ),
    (
        OfferKind::ThreePart,
        |d| d["periods"][0]["curve"] = curve("buy", "linear", &[("20", "30")]),
        "side_not_taken",
        "periods[0].curve.side",
    ),
    (
        OfferKind::AncillaryService,
        |d| d["periods"][0]["curve"] = curve("buy", "step", &[("20", "30")]),
        "side_not_taken",
        "periods[0].curve.side",
    ),
    (
        OfferKind::AncillaryService,
        |d| d["periods"][0]["curve"] = curve("sell", "linear", &[("20", "30")]),
        "curve_shape_not_taken",
        "periods[0].curve.shape",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"] = json!({ "minimum_power": "20" }),
        "commitment_empty",
        "commitment",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["start_up"][2]["state"] = json!("hot"),
        "start_order",
        "commitment.start_up[2].state",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["start_up"][2]["after_hours"] = json!(6),
        "start_hours",
        "commitment.start_up[2].after_hours",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["start_up"][2]["cost"] = json!("2399.99"),
        "start_cost_falls",
        "commitment.start_up[2].cost",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["start_up"][0]["cost"] = json!("-0.01"),
        "negative_cost",
        "commitment.start_up[0].cost",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["minimum_energy"] = json!("-1"),
        "negative_cost",
        "commitment.minimum_energy",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["no_load"] = json!("-1"),
        "negative_cost",
        "commitment.no_load",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["no_load"] = json!("500"),
        "two_minimum_costs",
        "commitment.minimum_energy",
    ),
    (
        OfferKind::ThreePart,
        |d| {
            d["commitment"]
                .as_object_mut()
                .unwrap()
                .remove("minimum_power");
        },
        "minimum_power",
        "commitment.minimum_energy",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["minimum_power"] = json!("-1"),
        "minimum_power",
        "commitment.minimum_power",
    ),
    (
        OfferKind::ThreePart,
        |d| d["commitment"]["minimum_power"] = json!("20.1"),
        "curve_below_minimum",
        "periods[1].curve.points[0].quantity",
    ),
    (
        OfferKind::Spread,
        |d| d["spreads"][1]["quantity"] = json!("0"),
        "spread_quantity",
        "spreads[1].quantity",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"] = json!([]),
        "block_empty",
        "blocks",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][2]["profile"] = json!([]),
        "block_empty",
        "blocks[2].profile",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"] = Value::from(vec![d["blocks"][0].clone(); 501]),
        "too_many_blocks",
        "blocks",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][3]["name"] = json!("early"),
        "duplicate_block",
        "blocks[3].name",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][3]["profile"][1]["quantity"] = json!("0"),
        "block_volume_zero",
        "blocks[3].profile[1].quantity",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][3]["profile"][1]["quantity"] = json!("-1"),
        "block_direction",
        "blocks[3].profile[1].quantity",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][0]["min_acceptance"] = json!("0"),
        "acceptance_ratio",
        "blocks[0].min_acceptance",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][0]["min_acceptance"] = json!("1.000001"),
        "acceptance_ratio",
        "blocks[0].min_acceptance",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][1]["linked_to"] = json!("none"),
        "unknown_parent",
        "blocks[1].linked_to",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][0]["linked_to"] = json!("more"),
        "link_cycle",
        "blocks[0].linked_to",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][1]["linked_to"] = json!("more"),
        "link_cycle",
        "blocks[1].linked_to",
    ),
    (
        OfferKind::Block,
        |d| {
            d["blocks"][5].as_object_mut().unwrap().remove("loop_with");
        },
        "loop_not_a_pair",
        "blocks[4].loop_with",
    ),
    (
        OfferKind::Block,
        |d| d["blocks"][4]["profile"][0]["quantity"] = json!("9"),
        "loop_direction",
        "blocks[4].loop_with",
    ),
];

type Break = fn(&mut Case);

/// What the validator finds: kind, change, code and field.
const FOUND: &[(OfferKind, Break, &str, &str)] = &[
    (
        OfferKind::Block,
        |c| {
            c.rules.admits.remove(&OfferKind::Block);
        },
        "kind_not_admitted",
        "kind",
    ),
    (
        OfferKind::Virtual,
        |c| {
            c.rules.admits.insert(OfferKind::Virtual, sourced(false));
        },
        "kind_not_admitted",
        "kind",
    ),
    (
        OfferKind::ThreePart,
        |c| {
            c.draft.as_object_mut().unwrap().remove("asset");
        },
        "asset_required",
        "asset",
    ),
    (
        OfferKind::AncillaryService,
        |c| {
            c.draft.as_object_mut().unwrap().remove("asset");
        },
        "asset_required",
        "asset",
    ),
    (
        OfferKind::Virtual,
        |c| c.draft["asset"] = json!(ASSET),
        "asset_not_taken",
        "asset",
    ),
    (
        OfferKind::Spread,
        |c| c.draft["asset"] = json!(ASSET),
        "asset_not_taken",
        "asset",
    ),
    (
        OfferKind::Virtual,
        |c| c.set("/periods/0/curve/points/1/quantity", json!("0.9")),
        "quantity_below_minimum",
        "periods[0].curve.points",
    ),
    (
        OfferKind::ThreePart,
        |c| c.set("/periods/1/curve/points/1/quantity", json!("100.1")),
        "outside_asset_limits",
        "periods[1].curve.points[1].quantity",
    ),
    (
        OfferKind::Spread,
        |c| c.set("/sink", json!("HB_SOUTH")),
        "sink_is_source",
        "sink",
    ),
    (
        OfferKind::Spread,
        |c| c.context.sink_known = false,
        "unknown_location",
        "sink",
    ),
    (
        OfferKind::Spread,
        |c| c.rules.spread_limit = Some(sourced("12".parse().unwrap())),
        "spread_beyond_limit",
        "spreads[0].max_price",
    ),
    (
        OfferKind::Spread,
        |c| c.set("/spreads/0/max_price", json!("1.005")),
        "price_off_tick",
        "spreads[0].max_price",
    ),
    (
        OfferKind::Spread,
        |c| c.set("/spreads/0/quantity", json!("0.5")),
        "quantity_below_minimum",
        "spreads[0].quantity",
    ),
    (
        OfferKind::Spread,
        |c| c.set("/spreads/0/quantity", json!("5.05")),
        "quantity_off_tick",
        "spreads[0].quantity",
    ),
    (
        OfferKind::Spread,
        |c| c.set("/spreads", json!([])),
        "no_periods",
        "spreads",
    ),
    (
        OfferKind::AncillaryService,
        |c| c.set("/service", json!("SPIN")),
        "unknown_service",
        "service",
    ),
    (
        OfferKind::AncillaryService,
        |c| c.rules.services.services = None,
        "unknown_service",
        "service",
    ),
    (
        OfferKind::AncillaryService,
        |c| c.context.asset_energy = Some(Energy::from_mwh(14)),
        "service_energy_short",
        "periods[0].curve.points",
    ),
    (
        OfferKind::AncillaryService,
        |c| c.set("/periods/1/curve/points/1/quantity", json!("200.1")),
        "outside_asset_limits",
        "periods[1].curve.points",
    ),
    (
        OfferKind::AncillaryService,
        |c| c.set("/periods/0/curve/points/0/price", json!("-0.01")),
        "price_below_floor",
        "periods[0].curve.points[0].price",
    ),
    (
        OfferKind::AncillaryService,
        |c| c.set("/periods/0/curve/points/1/price", json!("5000.01")),
        "price_above_cap",
        "periods[0].curve.points[1].price",
    ),
    (
        OfferKind::AncillaryService,
        |c| {
            c.set(
                "/periods/0/curve",
                curve(
                    "sell",
                    "step",
                    &[
                        ("1", "1"),
                        ("2", "1"),
                        ("3", "1"),
                        ("4", "1"),
                        ("5", "1"),
                        ("6", "1"),
                    ],
                ),
            )
        },
        "too_many_points",
        "periods[0].curve.points",
    ),
    (
        OfferKind::Block,
        |c| c.rules.blocks.max_blocks = Some(sourced(5)),
        "too_many_blocks",
        "blocks",
    ),
    (
        OfferKind::Block,
        |c| c.rules.blocks.max_loops = Some(sourced(0)),
        "too_many_loops",
        "blocks",
    ),
    (
        OfferKind::Block,
        |c| c.rules.blocks.max_group = Some(sourced(1)),
        "group_too_large",
        "blocks[2].exclusive_group",
    ),
    (
        OfferKind::Block,
        |c| c.rules.blocks.forms = Some(sourced(Vec::new().into())),
        "block_form_not_taken",
        "blocks[0].profile",
    ),
    (
        OfferKind::Block,
        |c| c.rules.blocks.forms = None,
        "block_form_not_taken",
        "blocks[0].profile",
    ),
    (
        OfferKind::Block,
        |c| c.rules.blocks.max_link_depth = Some(sourced(1)),
        "links_too_deep",
        "blocks[1].linked_to",
    ),
    (
        OfferKind::Block,
        |c| c.set("/blocks/0/profile/1/quantity", json!("500.1")),
        "block_too_large",
        "blocks[0].profile[1].quantity",
    ),
    (
        OfferKind::Block,
        |c| c.set("/blocks/0/profile/1/quantity", json!("0.05")),
        "quantity_off_tick",
        "blocks[0].profile[1].quantity",
    ),
    (
        OfferKind::Block,
        |c| c.set("/blocks/4/profile/0/quantity", json!("-0.05")),
        "quantity_below_minimum",
        "blocks[4].profile[0].quantity",
    ),
    (
        OfferKind::Block,
        |c| c.set("/blocks/0/price", json!("-500.01")),
        "price_below_floor",
        "blocks[0].price",
    ),
    (
        OfferKind::Block,
        |c| c.set("/blocks/0/price", json!("4000.01")),
        "price_above_cap",
        "blocks[0].price",
    ),
    (
        OfferKind::Block,
        |c| c.set("/blocks/0/price", json!("50.001")),
        "price_off_tick",
        "blocks[0].price",
    ),
    (
        OfferKind::Block,
        |c| c.context.asset_range = Some((Power::ZERO, Power::from_megawatts(100))),
        "outside_asset_limits",
        "blocks[4].profile[0].quantity",
    ),
    (
        OfferKind::Block,
        |c| c.set("/blocks/3/profile/1/period", quarter(0)),
        "duplicate_period",
        "blocks[3].profile[1].period.start",
    ),
    (
        OfferKind::Block,
        |c| {
            c.set(
                "/blocks/3/profile/0/period",
                json!({ "start": "2026-11-22T23:00:00Z", "resolution": "PT15M" }),
            )
        },
        "period_outside_day",
        "blocks[3].profile[0].period.start",
    ),
    (
        OfferKind::Block,
        |c| {
            c.set(
                "/blocks/3/profile/0/period",
                json!({ "start": "2026-11-22T17:00:00Z", "resolution": "PT60M" }),
            )
        },
        "wrong_resolution",
        "blocks[3].profile[0].period.resolution",
    ),
];

/// Every code that one of the changes brings about.
pub(crate) fn reported_codes() -> BTreeSet<String> {
    let mut reported = BTreeSet::new();
    for (kind, spoil, code, field) in UNBUILT {
        let mut json = draft(*kind);
        spoil(&mut json);
        let error = read(&json).unwrap_err();
        let mut told = error.violations().iter();
        assert!(
            told.any(|v| v.code == *code && v.field == *field),
            "{kind} {code}: {:#?}",
            error.violations()
        );
        reported.insert((*code).to_owned());
    }
    for (kind, change, code, field) in FOUND {
        let mut case = Case::of(*kind);
        change(&mut case);
        let findings = case.validate().findings;
        let found = findings
            .iter()
            .find(|f| f.violation.code == *code && f.violation.field == *field);
        let found = found.unwrap_or_else(|| panic!("{kind} {code}: {findings:#?}"));
        assert_eq!(found.severity, FindingSeverity::Error, "{kind} {code}");
        assert!(!found.violation.rule.is_empty(), "{kind} {code}");
        reported.insert((*code).to_owned());
    }
    reported
}

#[test]
fn a_kind_that_no_rule_admits_is_refused_and_the_known_ones_are_named() {
    let mut case = Case::of(OfferKind::Virtual);
    case.rules = RuleBook::builtin()
        .at(
            &"ERCOT".parse().unwrap(),
            &"RTM".parse().unwrap(),
            date(2026, 11, 21),
        )
        .unwrap();
    let validation = case.validate();
    let found = validation
        .errors()
        .find(|v| v.code == "kind_not_admitted")
        .unwrap();
    let rule = "no rule is known that ERCOT RTM takes offers of this kind; known are curve, \
                three_part, ancillary_service";
    assert_eq!(
        (found.value.as_str(), found.rule.as_str()),
        ("virtual", rule)
    );
    assert_eq!(found.source, None);
    let caiso = RuleBook::builtin()
        .at(
            &"CAISO".parse().unwrap(),
            &"RTM".parse().unwrap(),
            date(2026, 11, 21),
        )
        .unwrap();
    let rule = &caiso.admits[&OfferKind::Virtual];
    assert!(!rule.value && rule.confidence == Confidence::Verified);
}

/// CAISO's convergence bids, PJM's up-to-congestion limit and IEX's plain blocks, as their sources say.
#[test]
fn what_the_markets_take_is_dated_and_sourced() {
    let at = |market: &str, product: &str, day| {
        let book = RuleBook::builtin();
        book.at(&market.parse().unwrap(), &product.parse().unwrap(), day)
            .unwrap()
    };
    let (before, since) = (date(2025, 12, 4), date(2025, 12, 5));
    let takes = |day| {
        at("ERCOT", "RTM", day)
            .admits
            .contains_key(&OfferKind::AncillaryService)
    };
    assert!(
        !takes(before) && takes(since),
        "capacity is co-optimised since RTC+B"
    );
    let pjm = at("PJM", "DAM", since);
    assert_eq!(pjm.spread_limit.unwrap().value.to_string(), "50.00");
    let iex = at("IEX", "DAM", since);
    let forms = iex.blocks.forms.unwrap();
    assert_eq!(
        forms
            .value
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["linked"]
    );
    assert_eq!(
        at("NORDPOOL", "DAM", since).blocks.max_loops.unwrap().value,
        3
    );
    assert_eq!(
        at("ERCOT", "DAM", since).services.max_points.unwrap().value,
        5
    );
    for market in RuleBook::builtin().markets() {
        for product in RuleBook::builtin().products(&market).unwrap() {
            let rules = at(market.as_str(), product.as_str(), since);
            assert!(rules.admits[&OfferKind::Curve].value, "{market} {product}");
        }
    }
}

#[test]
fn awards_against_the_orders_conditions_are_named() {
    let content = read(&draft(OfferKind::Block)).unwrap();
    let optibid_core::bid::BidOffer::Block(orders) = &content.offer else {
        panic!("{content:?}")
    };
    let award = |block: &str, ppm| BlockAward {
        block: block.parse().unwrap(),
        acceptance: Ratio::from_ppm(ppm),
    };
    let one = 1_000_000;
    let full = [
        award("base", one),
        award("more", one),
        award("late", one),
        award("charge", one),
        award("discharge", one),
    ];
    assert_eq!(orders.broken_by(&full), []);
    assert!(orders.in_full(&full));
    let half = [award("base", 500_000)];
    assert_eq!(orders.broken_by(&half), [], "the ratio itself is enough");
    assert!(!orders.in_full(&half));
    let bad = [
        award("base", 499_999),
        award("more", one),
        award("early", one),
        award("late", one),
        award("charge", one),
        award("other", 1),
    ];
    let codes: Vec<String> = orders.broken_by(&bad).into_iter().map(|v| v.code).collect();
    let expected = [
        "unknown_block",
        "below_min_acceptance",
        "without_parent",
        "exclusive_group_exceeded",
        "loop_broken",
    ];
    assert_eq!(codes, expected);
}
