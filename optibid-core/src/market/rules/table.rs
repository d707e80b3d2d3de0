//! Data table: the rules of the markets, each with its first day, source and confidence.
//!
//! A group holds the rules that one source states for one market. Where the first day is not
//! known, the rule is taken to hold since [`ANY`]. What no source states is absent: the rule is
//! then unknown, not zero. A value that only general knowledge supports is `unverified`.

use super::gate::Anchor;
use super::row::Parameter::{
    self, Admits, BlockForms, Cap, Currency, Floor, Interval, Kind, MarketName, MaxPoints,
    MinPoints, MinQuantity, PriceOrder, PriceTick, ProductName, QuantityTick, QuoteUnit,
    SettlementInterval, Shape, SoftCap, StorageCurve, Zone,
};
use super::row::{RuleRow, Text};
use super::{
    BlockForm, Confidence, Gate, OfferKind as Kinds, PriceOrder as Order, ProductKind, Service,
    ServiceDirection, ServiceDuration, ShapeRule,
};
use crate::market::{MarketId, ProductId, Resolution};
use crate::unit::{Currency as Money, Power, Price};
use jiff::civil::{Date, Time};
use std::borrow::Cow;

/// Rules that one source states for some products of one market from one day on.
struct Group {
    market: &'static str,
    products: &'static [&'static str],
    from: Date,
    cite: Cite,
    rules: &'static [Parameter],
}

struct Cite {
    source: &'static str,
    confidence: Confidence,
}

const fn verified(source: &'static str) -> Cite {
    Cite {
        source,
        confidence: Confidence::Verified,
    }
}

const fn observed(source: &'static str) -> Cite {
    Cite {
        source,
        confidence: Confidence::Observed,
    }
}

const fn unverified(source: &'static str) -> Cite {
    Cite {
        source,
        confidence: Confidence::Unverified,
    }
}

const fn on(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}

const fn name(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

const fn zone(text: &'static str) -> Parameter {
    Zone {
        name: Cow::Borrowed(text),
        day_start_hour: 0,
    }
}

const fn before_hour(minutes: u16) -> Parameter {
    Parameter::Gate(Gate::BeforePeriod {
        minutes,
        anchor: Anchor::Hour,
    })
}

const fn day_before(hour: i8, minute: i8) -> Parameter {
    Parameter::Gate(Gate::day_before(hour, minute))
}

const fn price(units: i32) -> Price {
    Price::from_units(units)
}

const fn kw(kilowatts: i64) -> Power {
    Power::from_kilowatts(kilowatts)
}

const fn admits(kind: Kinds) -> Parameter {
    Admits(kind, true)
}

const fn up(code: &'static str) -> Service {
    Service {
        code: name(code),
        direction: ServiceDirection::Up,
    }
}

const fn down(code: &'static str) -> Service {
    Service {
        code: name(code),
        direction: ServiceDirection::Down,
    }
}

const fn both(code: &'static str) -> Service {
    Service {
        code: name(code),
        direction: ServiceDirection::Both,
    }
}

const fn lasts(code: &'static str, minutes: u16) -> ServiceDuration {
    ServiceDuration {
        code: name(code),
        minutes,
    }
}

const fn services(list: &'static [Service]) -> Parameter {
    Parameter::Services(Cow::Borrowed(list))
}

/// The first day of the records: from when a rule holds whose first day is not known.
const ANY: Date = on(2000, 1, 1);
const CENT: Price = Price::from_cents(1);
const DAM: &[&str] = &["DAM"];
const RTM: &[&str] = &["RTM"];
const BOTH: &[&str] = &["DAM", "RTM"];
const OPTIBID: &str = "OptiBid naming";
const MEMORY: &str = "general market knowledge; no document of the market at hand";

const CAISO_BPM: &str = "CAISO BPM Market Instruments (2017 and later copies)";
const CAISO_CAPS: &str =
    "Order 831 and RTO Insider on CAISO's 2024 bid-cap change (first day assumed)";
const OASIS: &str = "CAISO OASIS reports (PRC_LMP, PRC_RTPD_LMP, PRC_INTVL_LMP) and response files \
                     of 2025-11-02 and 2026-03-08";
const DEB: &str = "IEC CIM market extension text on the default energy bid; the limit of the energy \
                   bid itself was not found in a CAISO text";
const ERCOT_XSD: &str = "ERCOT EWS XSD (api-specs, 2026-07-02)";
const ERCOT_FILES: &str = "ERCOT EWS documents (api-specs) and response files of 2025-11-02 and \
                           2026-03-08";
const ERCOT_HCAP: &str = "ERCOT market notice M-A120721-01: HCAP; the low cap LCAP is 2,000";
const RTC_B: &str = "ERCOT market notice M-A102225-01, RTO Insider and Yes Energy on RTC+B";
const NYISO_MST: &str = "NYISO MST 4.2 and Attachment F";
const NYISO_ESR: &str = "NYISO ER20 storage filing (first day from memory)";
const NYISO_BIDS: &str = "NYISO masked generator bids (report P-27), December 2019";
const NYISO_FILES: &str = "NYISO DAM zone price files of 2025-11-02 and 2026-03-08";
const PJM_INTRADAY: &str = "insidelines.pjm.com on intraday offers (hourly curves, T-65 min)";
const PJM_ESR: &str = "insidelines.pjm.com on the ESR participation model (modes, 100 kW; first day \
                       assumed)";
const PJM_CAPS: &str = "pcienergysolutions.com on PJM offer caps (Order 831)";
const PJM_FILES: &str = "public repositories quoting PJM Data Miner 2 headers";
const MISO_DAY: &str = "MISO knowledge articles KA-01016, KA-01019 and KA-01025";
const MISO_CAPS: &str = "RTO Insider on MISO Order 831 (soft 1,000, hard 2,000)";
const MISO_XML: &str = "public client code for the MISO market XML";
const ISONE_WINDOW: &str = "ISO-NE 2020 filing: day-ahead window";
const ISONE_FILES: &str = "ISO-NE web-service answer of 2025-11-02";
const SPP_WIKI: &str = "progridpy-docs.pages.dev on SPP rules, written for virtual offers";
const SPP_PAIRS: &str = "SPP offer disclosure layout";
const SPP_FILES: &str = "SPP settlement-location price file of 2025-11-02";
const IEX_DAM_2016: &str =
    "indianpowersector.com 2016, sainipower.com and an IEX information sheet";
const IEX_RTM: &str = "IEX real-time market page (iex.botshot.ai) and powerexindia";
const IEX_CAPS: &str = "solarquarter.com, April 2023, on the CERC caps";
const IEX_TATA: &str = "tatapowertrading.com on exchange trading";
const IEX_DATA: &str = "IEX trade data of October 2022 (Rs/MWh, 96 blocks a day)";
const MTU: &str = "N-SIDE, Nord Pool support article 8000121859 and Montel on the 15-min MTU";
const LIMITS: &str = "nordpoolgroup.com and exaa.at on price limits; ACER decision of January 2023";
const CAP_4000: &str = "nordpoolgroup.com and exaa.at on price limits; ACER decision of January 2023 \
                        (first day from memory)";
const NORD_POOL: &str = "Nord Pool order pages and nexa-bidkit 9de2fb47";
const NORD_POOL_FOR_EPEX: &str = "Nord Pool order pages; not stated for EPEX at hand";
const EPEX: &str = "epexspot.com and seepex.com product pages";
const AEMO_BIDS: &str = "AEMO NEM bid and dispatch files";

static ERCOT_SERVICES: &[Service] = &[
    up("REGUP"),
    down("REGDN"),
    up("RRSPF"),
    up("RRSFF"),
    up("RRSUF"),
    up("ECRS"),
    up("ONNS"),
    up("OFFNS"),
];
static ERCOT_DURATIONS: &[ServiceDuration] = &[
    lasts("REGUP", 30),
    lasts("REGDN", 30),
    lasts("RRSPF", 30),
    lasts("RRSFF", 30),
    lasts("ECRS", 60),
    lasts("ONNS", 240),
    lasts("OFFNS", 240),
];
static CAISO_SERVICES: &[Service] = &[up("RU"), down("RD"), up("SR"), up("NR")];
static PJM_SERVICES: &[Service] = &[
    both("REGULATION"),
    up("SYNCHRONIZED"),
    up("NONSYNCHRONIZED"),
    up("SECONDARY"),
];

static GROUPS: &[Group] = &[
    // ---------------------------------------------------------------- CAISO
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("California ISO"))],
    },
    Group {
        market: "CAISO",
        products: DAM,
        from: ANY,
        cite: verified(CAISO_BPM),
        rules: &[
            ProductName(name("Day-ahead market (IFM)")),
            Kind(ProductKind::DayAhead),
            Interval(Resolution::Hour),
        ],
    },
    Group {
        market: "CAISO",
        products: RTM,
        from: ANY,
        cite: verified(CAISO_BPM),
        rules: &[
            ProductName(name("Real-time market (HASP, FMM, RTD)")),
            Kind(ProductKind::RealTime),
            Interval(Resolution::Hour),
        ],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: verified(OASIS),
        rules: &[zone("America/Los_Angeles"), Currency(Money::Usd)],
    },
    Group {
        market: "CAISO",
        products: RTM,
        from: ANY,
        cite: verified(OASIS),
        rules: &[SettlementInterval(Resolution::Min5)],
    },
    Group {
        market: "CAISO",
        products: DAM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[day_before(10, 0)],
    },
    Group {
        market: "CAISO",
        products: RTM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[before_hour(75)],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[Floor(price(-150)), Cap(price(1_000))],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: on(2021, 3, 21),
        cite: unverified(MEMORY),
        rules: &[SoftCap(price(1_000)), Cap(price(2_000))],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: on(2024, 8, 1),
        cite: verified(CAISO_CAPS),
        rules: &[SoftCap(price(1_000)), Cap(price(2_000))],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: unverified(DEB),
        rules: &[
            MaxPoints(10),
            Shape(ShapeRule::Step),
            PriceOrder(Order::NonDecreasing),
        ],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: unverified(
            "CAISO storage model (NGR): one curve from charging to discharging; BPM Market \
                          Instruments names only its ESDER options",
        ),
        rules: &[StorageCurve(true)],
    },
    // ---------------------------------------------------------------- ERCOT
    Group {
        market: "ERCOT",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("Electric Reliability Council of Texas"))],
    },
    Group {
        market: "ERCOT",
        products: DAM,
        from: ANY,
        cite: verified(ERCOT_XSD),
        rules: &[
            ProductName(name("Day-ahead market")),
            Kind(ProductKind::DayAhead),
            Interval(Resolution::Hour),
        ],
    },
    Group {
        market: "ERCOT",
        products: RTM,
        from: ANY,
        cite: verified(ERCOT_XSD),
        rules: &[
            ProductName(name("Real-time market (SCED)")),
            Kind(ProductKind::RealTime),
            Interval(Resolution::Hour),
        ],
    },
    Group {
        market: "ERCOT",
        products: RTM,
        from: ANY,
        cite: verified("ERCOT real-time settlement point prices, 15 min (NP6-905)"),
        rules: &[SettlementInterval(Resolution::Min15)],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: ANY,
        cite: verified(ERCOT_FILES),
        rules: &[zone("America/Chicago"), Currency(Money::Usd)],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: ANY,
        cite: verified(ERCOT_XSD),
        rules: &[PriceTick(CENT), MinPoints(1), MaxPoints(10)],
    },
    Group {
        market: "ERCOT",
        products: DAM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[day_before(10, 0)],
    },
    Group {
        market: "ERCOT",
        products: RTM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[before_hour(60)],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            Floor(price(-250)),
            QuantityTick(kw(100)),
            Shape(ShapeRule::Linear),
            PriceOrder(Order::NonDecreasing),
        ],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: on(2015, 6, 1),
        cite: unverified("general market knowledge: HCAP of 9,000 until the end of 2021"),
        rules: &[Cap(price(9_000))],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: on(2022, 1, 1),
        cite: verified(ERCOT_HCAP),
        rules: &[Cap(price(5_000))],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: on(2025, 12, 5),
        cite: verified(RTC_B),
        rules: &[StorageCurve(true)],
    },
    // ---------------------------------------------------------------- NYISO
    Group {
        market: "NYISO",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("New York ISO"))],
    },
    Group {
        market: "NYISO",
        products: DAM,
        from: ANY,
        cite: verified(NYISO_MST),
        rules: &[
            ProductName(name("Day-ahead market")),
            Kind(ProductKind::DayAhead),
            day_before(5, 0),
        ],
    },
    Group {
        market: "NYISO",
        products: DAM,
        from: ANY,
        cite: verified(NYISO_FILES),
        rules: &[Interval(Resolution::Hour)],
    },
    Group {
        market: "NYISO",
        products: RTM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            ProductName(name("Real-time market")),
            Kind(ProductKind::RealTime),
            Interval(Resolution::Hour),
            before_hour(75),
        ],
    },
    Group {
        market: "NYISO",
        products: RTM,
        from: ANY,
        cite: verified("NYISO real-time price files (interval ending, 5 min)"),
        rules: &[SettlementInterval(Resolution::Min5)],
    },
    Group {
        market: "NYISO",
        products: BOTH,
        from: ANY,
        cite: verified(NYISO_FILES),
        rules: &[zone("America/New_York"), Currency(Money::Usd)],
    },
    Group {
        market: "NYISO",
        products: BOTH,
        from: ANY,
        cite: verified(NYISO_MST),
        rules: &[Floor(price(-1_000)), SoftCap(price(1_000))],
    },
    Group {
        market: "NYISO",
        products: BOTH,
        from: ANY,
        cite: unverified("general market knowledge: up to 2,000 with verified cost (Order 831)"),
        rules: &[Cap(price(2_000))],
    },
    Group {
        market: "NYISO",
        products: BOTH,
        from: ANY,
        cite: observed(NYISO_BIDS),
        rules: &[
            PriceTick(CENT),
            QuantityTick(kw(100)),
            MaxPoints(11),
            Shape(ShapeRule::Step),
            PriceOrder(Order::Increasing),
        ],
    },
    Group {
        market: "NYISO",
        products: BOTH,
        from: ANY,
        cite: unverified("general market knowledge: 0.1 MW for storage and DER; virtual bids 1 MW"),
        rules: &[MinQuantity(kw(100))],
    },
    Group {
        market: "NYISO",
        products: BOTH,
        from: on(2020, 8, 26),
        cite: verified(NYISO_ESR),
        rules: &[StorageCurve(true)],
    },
    // ---------------------------------------------------------------- Nord Pool (SDAC)
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[
            MarketName(name("Nord Pool")),
            ProductName(name("Day-ahead (SDAC)")),
            Kind(ProductKind::DayAhead),
        ],
    },
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: ANY,
        cite: verified(MTU),
        rules: &[
            zone("Europe/Oslo"),
            Currency(Money::Eur),
            day_before(12, 0),
            Interval(Resolution::Hour),
        ],
    },
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: on(2025, 10, 1),
        cite: verified(MTU),
        rules: &[Interval(Resolution::Min15)],
    },
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: ANY,
        cite: verified(LIMITS),
        rules: &[Floor(price(-500))],
    },
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: ANY,
        cite: unverified("general market knowledge: harmonised maximum of 3,000 until May 2022"),
        rules: &[Cap(price(3_000))],
    },
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: on(2022, 5, 11),
        cite: verified(CAP_4000),
        rules: &[Cap(price(4_000))],
    },
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: ANY,
        cite: verified(NORD_POOL),
        rules: &[
            PriceTick(CENT),
            QuantityTick(kw(100)),
            MinQuantity(kw(100)),
            MinPoints(2),
            MaxPoints(200),
            Shape(ShapeRule::Linear),
            PriceOrder(Order::Increasing),
            StorageCurve(true),
        ],
    },
    // ---------------------------------------------------------------- EPEX SPOT (SDAC)
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[
            MarketName(name("EPEX SPOT")),
            ProductName(name("Day-ahead (SDAC)")),
            Kind(ProductKind::DayAhead),
        ],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: verified(MTU),
        rules: &[
            zone("Europe/Paris"),
            Currency(Money::Eur),
            day_before(12, 0),
            Interval(Resolution::Hour),
        ],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: on(2025, 10, 1),
        cite: verified(MTU),
        rules: &[Interval(Resolution::Min15)],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: verified(LIMITS),
        rules: &[Floor(price(-500))],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: unverified("general market knowledge: harmonised maximum of 3,000 until May 2022"),
        rules: &[Cap(price(3_000))],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: on(2022, 5, 11),
        cite: verified(CAP_4000),
        rules: &[Cap(price(4_000))],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: verified(EPEX),
        rules: &[MinPoints(2), MaxPoints(256), Shape(ShapeRule::Step)],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: unverified(NORD_POOL_FOR_EPEX),
        rules: &[PriceTick(CENT), QuantityTick(kw(100)), MinQuantity(kw(100))],
    },
    // ---------------------------------------------------------------- IEX India
    Group {
        market: "IEX",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("Indian Energy Exchange"))],
    },
    Group {
        market: "IEX",
        products: BOTH,
        from: ANY,
        cite: observed(IEX_DATA),
        rules: &[
            zone("Asia/Kolkata"),
            Currency(Money::Inr),
            QuoteUnit(name("Rs/kWh")),
            Interval(Resolution::Min15),
        ],
    },
    Group {
        market: "IEX",
        products: DAM,
        from: ANY,
        cite: verified(IEX_DAM_2016),
        rules: &[
            ProductName(name("Day-ahead market")),
            Kind(ProductKind::DayAhead),
            Parameter::Gate(Gate::DayBefore {
                time: Time::constant(12, 0, 0, 0),
                opens: Some(Time::constant(10, 0, 0, 0)),
                zone: None,
                days: 1,
            }),
        ],
    },
    Group {
        market: "IEX",
        products: DAM,
        from: on(2023, 10, 1),
        cite: unverified(
            "general market knowledge: bid call 10:00-11:00 today; first day not confirmed",
        ),
        rules: &[Parameter::Gate(Gate::DayBefore {
            time: Time::constant(11, 0, 0, 0),
            opens: Some(Time::constant(10, 0, 0, 0)),
            zone: None,
            days: 1,
        })],
    },
    Group {
        market: "IEX",
        products: RTM,
        from: ANY,
        cite: verified(IEX_RTM),
        rules: &[
            ProductName(name("Real-time market (48 half-hour sessions)")),
            Kind(ProductKind::RealTime),
            Parameter::Gate(Gate::BeforeSession {
                minutes: 60,
                length: Resolution::Min30,
                open_minutes: 15,
            }),
        ],
    },
    Group {
        market: "IEX",
        products: BOTH,
        from: ANY,
        cite: verified(IEX_CAPS),
        rules: &[Floor(Price::ZERO)],
    },
    Group {
        market: "IEX",
        products: BOTH,
        from: on(2022, 4, 3),
        cite: verified(
            "solarquarter.com, April 2023, on the CERC caps (12 Rs/kWh before; first day from \
                        memory)",
        ),
        rules: &[Cap(price(12_000))],
    },
    Group {
        market: "IEX",
        products: BOTH,
        from: on(2023, 4, 4),
        cite: verified(IEX_CAPS),
        rules: &[Cap(price(10_000))],
    },
    Group {
        market: "IEX",
        products: BOTH,
        from: ANY,
        cite: verified(IEX_TATA),
        rules: &[QuantityTick(kw(100)), MinQuantity(kw(100))],
    },
    Group {
        market: "IEX",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            PriceTick(price(1)),
            MaxPoints(64),
            Shape(ShapeRule::Linear),
            PriceOrder(Order::NonDecreasing),
        ],
    },
    // ---------------------------------------------------------------- PJM
    Group {
        market: "PJM",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("PJM Interconnection"))],
    },
    Group {
        market: "PJM",
        products: DAM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            ProductName(name("Day-ahead energy market")),
            Kind(ProductKind::DayAhead),
            day_before(11, 0),
        ],
    },
    Group {
        market: "PJM",
        products: DAM,
        from: ANY,
        cite: verified(PJM_FILES),
        rules: &[Interval(Resolution::Hour)],
    },
    Group {
        market: "PJM",
        products: RTM,
        from: ANY,
        cite: verified(PJM_INTRADAY),
        rules: &[
            ProductName(name("Real-time energy market")),
            Kind(ProductKind::RealTime),
            Interval(Resolution::Hour),
            before_hour(65),
        ],
    },
    Group {
        market: "PJM",
        products: RTM,
        from: ANY,
        cite: verified(PJM_FILES),
        rules: &[SettlementInterval(Resolution::Min5)],
    },
    Group {
        market: "PJM",
        products: BOTH,
        from: ANY,
        cite: verified(PJM_FILES),
        rules: &[zone("America/New_York"), Currency(Money::Usd)],
    },
    Group {
        market: "PJM",
        products: BOTH,
        from: ANY,
        cite: verified(PJM_CAPS),
        rules: &[SoftCap(price(1_000)), Cap(price(2_000))],
    },
    Group {
        market: "PJM",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            PriceTick(CENT),
            QuantityTick(kw(100)),
            MaxPoints(10),
            Shape(ShapeRule::Either),
            PriceOrder(Order::NonDecreasing),
        ],
    },
    Group {
        market: "PJM",
        products: BOTH,
        from: on(2019, 12, 3),
        cite: verified(PJM_ESR),
        rules: &[MinQuantity(kw(100)), StorageCurve(true)],
    },
    // ---------------------------------------------------------------- MISO
    Group {
        market: "MISO",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("Midcontinent ISO"))],
    },
    Group {
        market: "MISO",
        products: BOTH,
        from: ANY,
        cite: verified(MISO_DAY),
        // Eastern Standard Time all year: IANA writes UTC-5 as Etc/GMT+5.
        rules: &[
            zone("Etc/GMT+5"),
            Currency(Money::Usd),
            Interval(Resolution::Hour),
        ],
    },
    Group {
        market: "MISO",
        products: DAM,
        from: ANY,
        cite: verified(MISO_DAY),
        rules: &[
            ProductName(name("Day-ahead energy market")),
            Kind(ProductKind::DayAhead),
            Parameter::Gate(Gate::DayBefore {
                time: Time::constant(10, 30, 0, 0),
                opens: None,
                zone: Some(Cow::Borrowed("America/New_York")),
                days: 1,
            }),
        ],
    },
    Group {
        market: "MISO",
        products: RTM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            ProductName(name("Real-time energy market")),
            Kind(ProductKind::RealTime),
            before_hour(30),
        ],
    },
    Group {
        market: "MISO",
        products: RTM,
        from: ANY,
        cite: verified("MISO five-minute ex-post price interface"),
        rules: &[SettlementInterval(Resolution::Min5)],
    },
    Group {
        market: "MISO",
        products: BOTH,
        from: on(2020, 10, 1),
        cite: verified(MISO_CAPS),
        rules: &[SoftCap(price(1_000)), Cap(price(2_000))],
    },
    Group {
        market: "MISO",
        products: BOTH,
        from: ANY,
        cite: verified(MISO_XML),
        rules: &[
            PriceTick(CENT),
            QuantityTick(kw(100)),
            Shape(ShapeRule::Either),
            PriceOrder(Order::NonDecreasing),
        ],
    },
    Group {
        market: "MISO",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[Floor(price(-500)), MinQuantity(kw(100)), MaxPoints(10)],
    },
    Group {
        market: "MISO",
        products: BOTH,
        from: on(2022, 9, 1),
        cite: unverified(
            "general market knowledge: storage offers with a continuous state since 2022",
        ),
        rules: &[StorageCurve(true)],
    },
    // ---------------------------------------------------------------- ISO New England
    Group {
        market: "ISONE",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("ISO New England"))],
    },
    Group {
        market: "ISONE",
        products: DAM,
        from: ANY,
        cite: verified(ISONE_WINDOW),
        rules: &[
            ProductName(name("Day-ahead energy market")),
            Kind(ProductKind::DayAhead),
            day_before(10, 30),
        ],
    },
    Group {
        market: "ISONE",
        products: DAM,
        from: ANY,
        cite: verified(ISONE_FILES),
        rules: &[Interval(Resolution::Hour)],
    },
    Group {
        market: "ISONE",
        products: RTM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            ProductName(name("Real-time energy market")),
            Kind(ProductKind::RealTime),
            Interval(Resolution::Hour),
            SettlementInterval(Resolution::Min5),
            before_hour(30),
        ],
    },
    Group {
        market: "ISONE",
        products: BOTH,
        from: ANY,
        cite: verified(ISONE_FILES),
        rules: &[zone("America/New_York"), Currency(Money::Usd)],
    },
    Group {
        market: "ISONE",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            Floor(price(-150)),
            SoftCap(price(1_000)),
            Cap(price(2_000)),
            PriceTick(CENT),
            QuantityTick(kw(100)),
            MinQuantity(kw(100)),
            MaxPoints(10),
            Shape(ShapeRule::Step),
            PriceOrder(Order::NonDecreasing),
        ],
    },
    Group {
        market: "ISONE",
        products: BOTH,
        from: ANY,
        cite: unverified(
            "general market knowledge: storage is a generator asset and a dispatchable demand \
                          asset, each with its own offer",
        ),
        rules: &[StorageCurve(false)],
    },
    // ---------------------------------------------------------------- SPP
    Group {
        market: "SPP",
        products: BOTH,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[MarketName(name("Southwest Power Pool"))],
    },
    Group {
        market: "SPP",
        products: DAM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            ProductName(name("Day-ahead market")),
            Kind(ProductKind::DayAhead),
            day_before(9, 30),
        ],
    },
    Group {
        market: "SPP",
        products: DAM,
        from: ANY,
        cite: verified(SPP_FILES),
        rules: &[Interval(Resolution::Hour)],
    },
    Group {
        market: "SPP",
        products: RTM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            ProductName(name("Real-time balancing market")),
            Kind(ProductKind::RealTime),
            Interval(Resolution::Hour),
            SettlementInterval(Resolution::Min5),
            before_hour(30),
        ],
    },
    Group {
        market: "SPP",
        products: BOTH,
        from: ANY,
        cite: verified(SPP_FILES),
        rules: &[zone("America/Chicago"), Currency(Money::Usd)],
    },
    Group {
        market: "SPP",
        products: BOTH,
        from: ANY,
        cite: verified(SPP_WIKI),
        rules: &[Floor(price(-500)), Cap(price(2_000)), MinQuantity(kw(1))],
    },
    Group {
        market: "SPP",
        products: BOTH,
        from: ANY,
        cite: verified(SPP_PAIRS),
        rules: &[MaxPoints(10)],
    },
    Group {
        market: "SPP",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            PriceTick(CENT),
            Shape(ShapeRule::Either),
            PriceOrder(Order::NonDecreasing),
        ],
    },
    // ---------------------------------------------------------------- AEMO
    Group {
        market: "AEMO",
        products: RTM,
        from: ANY,
        cite: verified(OPTIBID),
        rules: &[
            MarketName(name("Australian Energy Market Operator (NEM)")),
            ProductName(name("Spot market (five-minute dispatch)")),
            Kind(ProductKind::RealTime),
        ],
    },
    Group {
        market: "AEMO",
        products: RTM,
        from: ANY,
        cite: observed(AEMO_BIDS),
        rules: &[
            // The NEM runs on Queensland's time all year: UTC+10 without daylight saving.
            Zone {
                name: Cow::Borrowed("Australia/Brisbane"),
                day_start_hour: 4,
            },
            Currency(Money::Aud),
            Interval(Resolution::Min30),
            QuantityTick(kw(1_000)),
            MaxPoints(10),
            Shape(ShapeRule::Step),
            PriceOrder(Order::Increasing),
        ],
    },
    Group {
        market: "AEMO",
        products: RTM,
        from: on(2021, 10, 1),
        cite: observed(AEMO_BIDS),
        rules: &[Interval(Resolution::Min5)],
    },
    Group {
        market: "AEMO",
        products: RTM,
        from: ANY,
        cite: unverified(
            "general market knowledge: band prices are fixed for the day, band MW may be rebid \
                          until dispatch",
        ),
        rules: &[Parameter::Gate(Gate::BeforePeriod {
            minutes: 0,
            anchor: Anchor::Period,
        })],
    },
    Group {
        market: "AEMO",
        products: RTM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[Floor(price(-1_000))],
    },
    Group {
        market: "AEMO",
        products: RTM,
        from: on(2025, 7, 1),
        cite: unverified("general market knowledge: market price cap of 2025-26"),
        rules: &[Cap(price(20_300))],
    },
    // ---------------------------------------------------------------- kinds of offer, CAISO
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: verified(CAISO_BPM),
        rules: &[
            admits(Kinds::Curve),
            admits(Kinds::ThreePart),
            admits(Kinds::AncillaryService),
        ],
    },
    Group {
        market: "CAISO",
        products: DAM,
        from: ANY,
        cite: verified(CAISO_BPM),
        rules: &[admits(Kinds::Virtual)],
    },
    Group {
        market: "CAISO",
        products: RTM,
        from: ANY,
        cite: verified(CAISO_BPM),
        rules: &[Admits(Kinds::Virtual, false)],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: verified("CAISO OASIS ancillary-service types (anc_type of PRC_AS)"),
        rules: &[services(CAISO_SERVICES)],
    },
    Group {
        market: "CAISO",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[
            Parameter::ServiceFloor(Price::ZERO),
            Parameter::ServiceCap(price(250)),
        ],
    },
    // ---------------------------------------------------------------- kinds of offer, ERCOT
    Group {
        market: "ERCOT",
        products: DAM,
        from: ANY,
        cite: verified(ERCOT_XSD),
        rules: &[
            admits(Kinds::Curve),
            admits(Kinds::ThreePart),
            admits(Kinds::Virtual),
            admits(Kinds::Spread),
            admits(Kinds::AncillaryService),
        ],
    },
    Group {
        market: "ERCOT",
        products: RTM,
        from: ANY,
        cite: verified(ERCOT_XSD),
        rules: &[admits(Kinds::Curve), admits(Kinds::ThreePart)],
    },
    Group {
        market: "ERCOT",
        products: RTM,
        from: on(2025, 12, 5),
        cite: verified(RTC_B),
        rules: &[admits(Kinds::AncillaryService)],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: ANY,
        cite: verified(ERCOT_XSD),
        rules: &[services(ERCOT_SERVICES), Parameter::ServiceMaxPoints(5)],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: on(2025, 12, 5),
        cite: unverified(
            "general market knowledge: service durations of NPRR1282, in force with RTC+B",
        ),
        rules: &[Parameter::ServiceDurations(Cow::Borrowed(ERCOT_DURATIONS))],
    },
    Group {
        market: "ERCOT",
        products: BOTH,
        from: on(2022, 1, 1),
        cite: unverified(
            "general market knowledge: capacity is offered from 0 up to the system-wide cap",
        ),
        rules: &[
            Parameter::ServiceFloor(Price::ZERO),
            Parameter::ServiceCap(price(5_000)),
        ],
    },
    Group {
        market: "ERCOT",
        products: DAM,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[Parameter::VirtualMinQuantity(kw(1_000))],
    },
    // ---------------------------------------------------------------- kinds of offer, NYISO
    Group {
        market: "NYISO",
        products: BOTH,
        from: ANY,
        cite: observed(NYISO_BIDS),
        rules: &[admits(Kinds::Curve), admits(Kinds::ThreePart)],
    },
    Group {
        market: "NYISO",
        products: DAM,
        from: ANY,
        cite: unverified("general market knowledge: virtual supply and load by zone, from 1 MW"),
        rules: &[
            admits(Kinds::Virtual),
            Parameter::VirtualMinQuantity(kw(1_000)),
        ],
    },
    // ---------------------------------------------------------------- kinds of offer, NORDPOOL
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: ANY,
        cite: verified(NORD_POOL),
        rules: &[
            admits(Kinds::Curve),
            admits(Kinds::Block),
            BlockForms(Cow::Borrowed(&BlockForm::ALL)),
            Parameter::MaxLoops(3),
        ],
    },
    Group {
        market: "NORDPOOL",
        products: DAM,
        from: ANY,
        cite: unverified(
            "general market knowledge: largest block and exclusive group; the exchange may change them by area",
        ),
        rules: &[
            Parameter::MaxBlockQuantity(kw(500_000)),
            Parameter::MaxGroupSize(24),
        ],
    },
    // ---------------------------------------------------------------- kinds of offer, EPEX
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: verified(EPEX),
        rules: &[admits(Kinds::Curve)],
    },
    Group {
        market: "EPEX",
        products: DAM,
        from: ANY,
        cite: unverified(
            "general market knowledge: block orders, also linked, exclusive and as loops",
        ),
        rules: &[
            admits(Kinds::Block),
            BlockForms(Cow::Borrowed(&BlockForm::ALL)),
            Parameter::MaxGroupSize(24),
        ],
    },
    // ---------------------------------------------------------------- kinds of offer, IEX
    Group {
        market: "IEX",
        products: DAM,
        from: ANY,
        cite: verified(IEX_DAM_2016),
        rules: &[
            admits(Kinds::Curve),
            admits(Kinds::Block),
            BlockForms(Cow::Borrowed(&[BlockForm::Linked])),
        ],
    },
    Group {
        market: "IEX",
        products: RTM,
        from: ANY,
        cite: verified(IEX_RTM),
        rules: &[admits(Kinds::Curve), admits(Kinds::Block)],
    },
    // ---------------------------------------------------------------- kinds of offer, PJM
    Group {
        market: "PJM",
        products: BOTH,
        from: ANY,
        cite: verified(PJM_INTRADAY),
        rules: &[admits(Kinds::Curve), admits(Kinds::AncillaryService)],
    },
    Group {
        market: "PJM",
        products: BOTH,
        from: ANY,
        cite: unverified(
            "general market knowledge: start-up by temperature, no-load cost and curve; names of the services",
        ),
        rules: &[admits(Kinds::ThreePart), services(PJM_SERVICES)],
    },
    Group {
        market: "PJM",
        products: DAM,
        from: ANY,
        cite: observed(PJM_FILES),
        rules: &[admits(Kinds::Virtual)],
    },
    Group {
        market: "PJM",
        products: DAM,
        from: ANY,
        cite: verified("pjm.com issue page on the bid cap of up-to-congestion transactions"),
        rules: &[admits(Kinds::Spread), Parameter::SpreadLimit(price(50))],
    },
    // ---------------------------------------------------------------- kinds of offer, MISO
    Group {
        market: "MISO",
        products: BOTH,
        from: ANY,
        cite: verified(MISO_XML),
        rules: &[admits(Kinds::Curve), admits(Kinds::ThreePart)],
    },
    Group {
        market: "MISO",
        products: DAM,
        from: ANY,
        cite: verified(MISO_XML),
        rules: &[admits(Kinds::Virtual)],
    },
    // ---------------------------------------------------------------- kinds of offer, ISONE
    Group {
        market: "ISONE",
        products: BOTH,
        from: ANY,
        cite: unverified(MEMORY),
        rules: &[admits(Kinds::Curve)],
    },
    Group {
        market: "ISONE",
        products: DAM,
        from: ANY,
        cite: unverified(
            "general market knowledge: increment offers and decrement bids in the day-ahead market",
        ),
        rules: &[admits(Kinds::Virtual)],
    },
    // ---------------------------------------------------------------- kinds of offer, SPP
    Group {
        market: "SPP",
        products: BOTH,
        from: ANY,
        cite: verified(SPP_PAIRS),
        rules: &[admits(Kinds::Curve)],
    },
    Group {
        market: "SPP",
        products: DAM,
        from: ANY,
        cite: verified(SPP_WIKI),
        rules: &[admits(Kinds::Virtual), Parameter::VirtualMinQuantity(kw(1))],
    },
    // ---------------------------------------------------------------- kinds of offer, AEMO
    Group {
        market: "AEMO",
        products: RTM,
        from: ANY,
        cite: observed(AEMO_BIDS),
        rules: &[admits(Kinds::Curve)],
    },
];

/// Every rule as a row of its own, in the order of the table.
#[expect(
    clippy::expect_used,
    reason = "the keys are literals above; a test builds every row"
)]
pub(super) fn rows() -> Vec<RuleRow> {
    let one = |group: &Group, product: &str, parameter: &Parameter| RuleRow {
        market: MarketId::new(group.market).expect("a key of the table"),
        product: ProductId::new(product).expect("a key of the table"),
        parameter: parameter.clone(),
        valid_from: group.from,
        source: Cow::Borrowed(group.cite.source),
        confidence: group.cite.confidence,
    };
    GROUPS
        .iter()
        .flat_map(|g| g.products.iter().map(move |p| (g, *p)))
        .flat_map(|(g, p)| g.rules.iter().map(move |rule| one(g, p, rule)))
        .collect()
}
