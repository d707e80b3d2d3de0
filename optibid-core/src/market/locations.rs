//! Data table: known locations of the markets.
//!
//! Enough to start with; a market's own list (ERCOT report 10008, CAISO `ATL_PNODE_MAP`, PJM
//! `pnode`) is longer, and an operator adds to this one.

use super::{Location, LocationCode, LocationKind, MarketId};
use LocationKind::{Area, Hub, Interface, Zone};

type Row = (&'static str, LocationKind, &'static str, &'static str);

static ROWS: &[Row] = &[
    // CAISO: aggregated pricing nodes of the OASIS atlas.
    ("CAISO", Hub, "TH_NP15_GEN-APND", "NP15 trading hub"),
    ("CAISO", Hub, "TH_SP15_GEN-APND", "SP15 trading hub"),
    ("CAISO", Hub, "TH_ZP26_GEN-APND", "ZP26 trading hub"),
    (
        "CAISO",
        Zone,
        "DLAP_PGAE-APND",
        "Pacific Gas and Electric load",
    ),
    (
        "CAISO",
        Zone,
        "DLAP_SCE-APND",
        "Southern California Edison load",
    ),
    (
        "CAISO",
        Zone,
        "DLAP_SDGE-APND",
        "San Diego Gas and Electric load",
    ),
    ("CAISO", Zone, "DLAP_VEA-APND", "Valley Electric load"),
    // ERCOT: settlement points.
    ("ERCOT", Hub, "HB_BUSAVG", "ERCOT bus average hub"),
    ("ERCOT", Hub, "HB_HOUSTON", "Houston hub"),
    ("ERCOT", Hub, "HB_HUBAVG", "ERCOT hub average"),
    ("ERCOT", Hub, "HB_NORTH", "North hub"),
    ("ERCOT", Hub, "HB_PAN", "Panhandle hub"),
    ("ERCOT", Hub, "HB_SOUTH", "South hub"),
    ("ERCOT", Hub, "HB_WEST", "West hub"),
    ("ERCOT", Zone, "LZ_HOUSTON", "Houston load zone"),
    ("ERCOT", Zone, "LZ_NORTH", "North load zone"),
    ("ERCOT", Zone, "LZ_SOUTH", "South load zone"),
    ("ERCOT", Zone, "LZ_WEST", "West load zone"),
    // NYISO: the eleven zones and the proxy buses.
    ("NYISO", Zone, "CAPITL", "Capital (F)"),
    ("NYISO", Zone, "CENTRL", "Central (C)"),
    ("NYISO", Zone, "DUNWOD", "Dunwoodie (I)"),
    ("NYISO", Zone, "GENESE", "Genesee (B)"),
    ("NYISO", Zone, "HUD VL", "Hudson Valley (G)"),
    ("NYISO", Zone, "LONGIL", "Long Island (K)"),
    ("NYISO", Zone, "MHK VL", "Mohawk Valley (E)"),
    ("NYISO", Zone, "MILLWD", "Millwood (H)"),
    ("NYISO", Zone, "N.Y.C.", "New York City (J)"),
    ("NYISO", Zone, "NORTH", "North (D)"),
    ("NYISO", Zone, "WEST", "West (A)"),
    ("NYISO", Interface, "H Q", "Hydro-Quebec proxy"),
    ("NYISO", Interface, "NPX", "New England proxy"),
    ("NYISO", Interface, "O H", "Ontario proxy"),
    ("NYISO", Interface, "PJM", "PJM proxy"),
    // Bidding zones of the single day-ahead coupling.
    (
        "NORDPOOL",
        Area,
        "DE-LU",
        "Germany and Luxembourg (10Y1001A1001A82H)",
    ),
    ("NORDPOOL", Area, "FR", "France (10YFR-RTE------C)"),
    ("NORDPOOL", Area, "BE", "Belgium (10YBE----------2)"),
    ("NORDPOOL", Area, "NL", "Netherlands (10YNL----------L)"),
    ("NORDPOOL", Area, "AT", "Austria (10YAT-APG------L)"),
    (
        "NORDPOOL",
        Area,
        "SE3",
        "Sweden 3, Stockholm (10Y1001A1001A46L)",
    ),
    (
        "NORDPOOL",
        Area,
        "NO2",
        "Norway 2, Kristiansand (10YNO-2--------T)",
    ),
    (
        "NORDPOOL",
        Area,
        "DK1",
        "Denmark 1, west (10YDK-1--------W)",
    ),
    ("NORDPOOL", Area, "FI", "Finland (10YFI-1--------U)"),
    ("NORDPOOL", Area, "PL", "Poland (10YPL-AREA-----S)"),
    (
        "EPEX",
        Area,
        "DE-LU",
        "Germany and Luxembourg (10Y1001A1001A82H)",
    ),
    ("EPEX", Area, "FR", "France (10YFR-RTE------C)"),
    ("EPEX", Area, "BE", "Belgium (10YBE----------2)"),
    ("EPEX", Area, "NL", "Netherlands (10YNL----------L)"),
    ("EPEX", Area, "AT", "Austria (10YAT-APG------L)"),
    (
        "EPEX",
        Area,
        "SE3",
        "Sweden 3, Stockholm (10Y1001A1001A46L)",
    ),
    (
        "EPEX",
        Area,
        "NO2",
        "Norway 2, Kristiansand (10YNO-2--------T)",
    ),
    ("EPEX", Area, "DK1", "Denmark 1, west (10YDK-1--------W)"),
    ("EPEX", Area, "FI", "Finland (10YFI-1--------U)"),
    ("EPEX", Area, "PL", "Poland (10YPL-AREA-----S)"),
    // IEX India: bid areas, and the price before market splitting.
    ("IEX", Area, "MCP", "Unconstrained market clearing price"),
    ("IEX", Area, "A1", "Bid area A1"),
    ("IEX", Area, "A2", "Bid area A2"),
    ("IEX", Area, "E1", "Bid area E1"),
    ("IEX", Area, "E2", "Bid area E2"),
    ("IEX", Area, "N1", "Bid area N1"),
    ("IEX", Area, "N2", "Bid area N2"),
    ("IEX", Area, "N3", "Bid area N3"),
    ("IEX", Area, "S1", "Bid area S1"),
    ("IEX", Area, "S2", "Bid area S2"),
    ("IEX", Area, "S3", "Bid area S3"),
    ("IEX", Area, "W1", "Bid area W1"),
    ("IEX", Area, "W2", "Bid area W2"),
    ("IEX", Area, "W3", "Bid area W3"),
    // PJM: by name; the numeric pnode id differs between sources and is looked up in `pnode`.
    ("PJM", Hub, "WESTERN HUB", "Western hub"),
    ("PJM", Zone, "PJM-RTO", "PJM RTO aggregate"),
    // MISO: hubs of the price files.
    ("MISO", Hub, "ILLINOIS.HUB", "Illinois hub"),
    ("MISO", Hub, "INDIANA.HUB", "Indiana hub"),
    ("MISO", Hub, "MICHIGAN.HUB", "Michigan hub"),
    ("MISO", Hub, "MINN.HUB", "Minnesota hub"),
    // ISO-NE: location ids.
    ("ISONE", Hub, "4000", ".H.INTERNAL_HUB"),
    ("ISONE", Zone, "4001", ".Z.MAINE"),
    ("ISONE", Zone, "4002", ".Z.NEWHAMPSHIRE"),
    ("ISONE", Zone, "4003", ".Z.VERMONT"),
    ("ISONE", Zone, "4004", ".Z.CONNECTICUT"),
    ("ISONE", Zone, "4005", ".Z.RHODEISLAND"),
    ("ISONE", Zone, "4006", ".Z.SEMASS"),
    ("ISONE", Zone, "4007", ".Z.WCMASS"),
    ("ISONE", Zone, "4008", ".Z.NEMASSBOST"),
    ("ISONE", Interface, "4010", ".I.SALBRYNB345 1"),
    ("ISONE", Interface, "4011", ".I.ROSETON 345 1"),
    ("ISONE", Interface, "4012", ".I.HQ_P1_P2345 5"),
    ("ISONE", Interface, "4013", ".I.HQHIGATE120 2"),
    ("ISONE", Interface, "4014", ".I.SHOREHAM138 99"),
    ("ISONE", Interface, "4017", ".I.NRTHPORT138 5"),
    // SPP: hubs.
    ("SPP", Hub, "SPPNORTH_HUB", "North hub"),
    ("SPP", Hub, "SPPSOUTH_HUB", "South hub"),
    // AEMO: regions of the NEM.
    ("AEMO", Area, "NSW1", "New South Wales"),
    ("AEMO", Area, "QLD1", "Queensland"),
    ("AEMO", Area, "SA1", "South Australia"),
    ("AEMO", Area, "TAS1", "Tasmania"),
    ("AEMO", Area, "VIC1", "Victoria"),
];

/// The locations that come with OptiBid, in the order of the table.
///
/// ```
/// let known = optibid_core::market::locations::builtin();
/// assert!(known.iter().any(|l| l.market.as_str() == "ERCOT" && l.code.as_str() == "HB_SOUTH"));
/// ```
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "the keys are literals above; a test builds every row"
)]
pub fn builtin() -> Vec<Location> {
    let one = |(market, kind, code, name): &Row| Location {
        market: MarketId::new(*market).expect("a key of the table"),
        code: LocationCode::new(*code).expect("a key of the table"),
        kind: *kind,
        name: (*name).to_owned(),
        latitude: None,
        longitude: None,
    };
    ROWS.iter().map(one).collect()
}
