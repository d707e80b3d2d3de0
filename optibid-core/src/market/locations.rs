//! Data table: known locations of the markets.
//!
//! Enough to start with; a market's own list (ERCOT report 10008, CAISO `ATL_PNODE_MAP`, PJM
//! `pnode`) is longer, and an operator adds to this one.

use super::{Location, LocationCode, LocationKind, MarketId};
use crate::unit::Degrees;
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

type Spot = (&'static str, &'static str, &'static str, &'static str);

/// Where a map shows a location: a large town in it. A zone, a hub and an area have no place of their own.
static SPOTS: &[Spot] = &[
    ("ERCOT", "HB_HOUSTON", "29.6197", "-95.6349"),
    ("ERCOT", "HB_NORTH", "32.7555", "-97.3308"),
    ("ERCOT", "HB_PAN", "35.2220", "-101.8313"),
    ("ERCOT", "HB_SOUTH", "27.8006", "-97.3964"),
    ("ERCOT", "HB_WEST", "32.4487", "-99.7331"),
    ("ERCOT", "LZ_HOUSTON", "29.7604", "-95.3698"),
    ("ERCOT", "LZ_NORTH", "32.7767", "-96.7970"),
    ("ERCOT", "LZ_SOUTH", "29.4241", "-98.4936"),
    ("ERCOT", "LZ_WEST", "31.9973", "-102.0779"),
    ("CAISO", "TH_NP15_GEN-APND", "38.5816", "-121.4944"),
    ("CAISO", "TH_ZP26_GEN-APND", "36.7378", "-119.7871"),
    ("CAISO", "TH_SP15_GEN-APND", "33.9533", "-117.3962"),
    ("CAISO", "DLAP_PGAE-APND", "37.7749", "-122.4194"),
    ("CAISO", "DLAP_SCE-APND", "34.0806", "-118.0728"),
    ("CAISO", "DLAP_SDGE-APND", "32.7157", "-117.1611"),
    ("CAISO", "DLAP_VEA-APND", "36.2083", "-115.9839"),
    ("NYISO", "CAPITL", "42.6526", "-73.7562"),
    ("NYISO", "CENTRL", "43.0481", "-76.1474"),
    ("NYISO", "DUNWOD", "40.9312", "-73.8988"),
    ("NYISO", "GENESE", "43.1566", "-77.6088"),
    ("NYISO", "HUD VL", "41.7004", "-73.9210"),
    ("NYISO", "LONGIL", "40.7684", "-73.5251"),
    ("NYISO", "MHK VL", "43.1009", "-75.2327"),
    ("NYISO", "MILLWD", "41.1951", "-73.7962"),
    ("NYISO", "N.Y.C.", "40.7128", "-74.0060"),
    ("NYISO", "NORTH", "44.6995", "-73.4529"),
    ("NYISO", "WEST", "42.8864", "-78.8784"),
    ("ISONE", "4001", "43.6591", "-70.2568"),
    ("ISONE", "4002", "42.9956", "-71.4548"),
    ("ISONE", "4003", "44.4759", "-73.2121"),
    ("ISONE", "4004", "41.7658", "-72.6734"),
    ("ISONE", "4005", "41.8240", "-71.4128"),
    ("ISONE", "4006", "41.6362", "-70.9342"),
    ("ISONE", "4007", "42.2626", "-71.8023"),
    ("ISONE", "4008", "42.3601", "-71.0589"),
    ("AEMO", "NSW1", "-33.8688", "151.2093"),
    ("AEMO", "QLD1", "-27.4698", "153.0251"),
    ("AEMO", "SA1", "-34.9285", "138.6007"),
    ("AEMO", "TAS1", "-42.8821", "147.3272"),
    ("AEMO", "VIC1", "-37.8136", "144.9631"),
    ("MISO", "ILLINOIS.HUB", "39.7817", "-89.6501"),
    ("MISO", "INDIANA.HUB", "39.7684", "-86.1581"),
    ("MISO", "MICHIGAN.HUB", "42.7325", "-84.5555"),
    ("MISO", "MINN.HUB", "44.9778", "-93.2650"),
    ("PJM", "WESTERN HUB", "40.4406", "-79.9959"),
    ("NORDPOOL", "DE-LU", "52.5200", "13.4050"),
    ("NORDPOOL", "FR", "48.8566", "2.3522"),
    ("NORDPOOL", "BE", "50.8503", "4.3517"),
    ("NORDPOOL", "NL", "52.3676", "4.9041"),
    ("NORDPOOL", "AT", "48.2082", "16.3738"),
    ("NORDPOOL", "SE3", "59.3293", "18.0686"),
    ("NORDPOOL", "NO2", "58.1599", "8.0182"),
    ("NORDPOOL", "DK1", "56.1629", "10.2039"),
    ("NORDPOOL", "FI", "60.1699", "24.9384"),
    ("NORDPOOL", "PL", "52.2297", "21.0122"),
    ("EPEX", "DE-LU", "52.5200", "13.4050"),
    ("EPEX", "FR", "48.8566", "2.3522"),
    ("EPEX", "BE", "50.8503", "4.3517"),
    ("EPEX", "NL", "52.3676", "4.9041"),
    ("EPEX", "AT", "48.2082", "16.3738"),
    ("EPEX", "SE3", "59.3293", "18.0686"),
    ("EPEX", "NO2", "58.1599", "8.0182"),
    ("EPEX", "DK1", "56.1629", "10.2039"),
    ("EPEX", "FI", "60.1699", "24.9384"),
    ("EPEX", "PL", "52.2297", "21.0122"),
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
    let degrees = |text: &str| Degrees::parse(text).expect("a coordinate of the table");
    let one = |(market, kind, code, name): &Row| {
        let spot = SPOTS
            .iter()
            .find(|spot| (spot.0, spot.1) == (*market, *code));
        Location {
            market: MarketId::new(*market).expect("a key of the table"),
            code: LocationCode::new(*code).expect("a key of the table"),
            kind: *kind,
            name: (*name).to_owned(),
            latitude: spot.map(|spot| degrees(spot.2)),
            longitude: spot.map(|spot| degrees(spot.3)),
        }
    };
    ROWS.iter().map(one).collect()
}
