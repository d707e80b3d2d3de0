//! Settlements, profit and loss as files, read back.

use super::call::{get, post};
use super::world::World;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A world with one settled day: 10 MWh at each of 78.21, 79.21 and 80.21, and nothing in the other hours.
async fn settled() -> World {
    let world = World::new().await;
    world.awarded().await;
    let body = json!({ "market": "ERCOT", "location": "HB_SOUTH", "day": "2024-06-04", "day_ahead": "DAM" });
    let settled = world.trade(post("/api/settlements").json(&body)).await;
    settled.expect(201);
    world
}

const SPAN: &str = "market=ERCOT&from=2024-06-04&to=2024-06-04";

/// The rows of a CSV file, by the names of its columns.
fn rows(file: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(file);
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(Result::unwrap).collect()
}

/// The cells of a workbook's sheet as they are stored: texts, and numbers as they are written, which start with `=` here.
fn cells(file: &[u8]) -> Vec<Vec<String>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        let mut file = archive.by_name(name).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    };
    let strings = part("xl/sharedStrings.xml");
    let strings: Vec<String> = strings
        .split("<si>")
        .skip(1)
        .map(|item| between(item, "<t", "</t>"))
        .collect();
    let sheet = part("xl/worksheets/sheet1.xml");
    let rows = sheet.split("<row ").skip(1);
    rows.map(|row| {
        let mut cells = Vec::new();
        for cell in row.split("<c ").skip(1) {
            let place = cell.split('"').nth(1).unwrap();
            let letters = place.bytes().filter(u8::is_ascii_uppercase);
            let column = letters.fold(0, |n, b| 26 * n + usize::from(b - b'A') + 1) - 1;
            cells.resize(column, String::new());
            let value = between(cell, "<v", "</v>");
            cells.push(match cell.contains("t=\"s\"") {
                true => strings[value.parse::<usize>().unwrap()].clone(),
                false => format!("={value}"),
            });
        }
        cells
    })
    .collect()
}

/// What stands between an opening tag, whatever its attributes, and the closing one.
fn between(text: &str, open: &str, close: &str) -> String {
    let from = text.find(open).unwrap();
    let from = from + text[from..].find('>').unwrap() + 1;
    text[from..from + text[from..].find(close).unwrap()].to_owned()
}

#[tokio::test]
async fn settlements_are_exact_line_by_line() {
    let world = settled().await;
    let answer = world
        .trade(get(format!("/api/settlements/export?{SPAN}")))
        .await;
    let answer = answer.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"settlements_ERCOT_2024-06-04_2024-06-04.csv\""
    );
    let rows = rows(&answer.bytes);
    let of = |name: &str| {
        rows.iter()
            .map(|row| row[name].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of("start_market_time"),
        [
            "2024-06-04T18:00:00-05:00",
            "2024-06-04T19:00:00-05:00",
            "2024-06-04T20:00:00-05:00",
        ]
    );
    assert_eq!(of("start_utc")[0], "2024-06-04T23:00:00Z");
    assert_eq!(of("end_market_time")[2], "2024-06-04T21:00:00-05:00");
    assert_eq!(of("time_zone")[0], "America/Chicago");
    assert_eq!(of("energy_mwh"), ["10"; 3]);
    assert_eq!(of("price_per_mwh"), ["78.21", "79.21", "80.21"]);
    assert_eq!(of("amount"), ["782.10", "792.10", "802.10"]);
    assert_eq!(of("kind"), ["day_ahead_energy"; 3]);
    assert_eq!(
        (of("currency")[0], of("cash")[0], of("product")[0]),
        ("USD", "true", "DAM")
    );
}

#[tokio::test]
async fn a_workbook_holds_what_the_csv_holds() {
    let world = settled().await;
    for what in ["settlements", "pnl"] {
        let path = format!("/api/{what}/export?{SPAN}");
        let comma = world.trade(get(&path)).await.expect(200);
        let book = world
            .trade(get(format!("{path}&format=xlsx")))
            .await
            .expect(200);
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert_eq!(book.header("content-type"), kind);
        let name = format!("attachment; filename=\"{what}_ERCOT_2024-06-04_2024-06-04.xlsx\"");
        assert_eq!(book.header("content-disposition"), name);
        let cells = cells(&book.bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(comma.bytes.as_slice());
        let mut rows = 0;
        for (record, cells) in reader.records().map(Result::unwrap).zip(&cells) {
            for (i, text) in record.iter().enumerate() {
                let cell = cells.get(i).map_or("", String::as_str);
                match cell.strip_prefix('=') {
                    // A number is written without the zeros at its end.
                    Some(number) => {
                        let both: [f64; 2] = [number, text].map(|t| t.parse().unwrap());
                        assert!(both[0] == both[1], "{cell} {text}");
                    }
                    None => assert_eq!(cell, text),
                }
            }
            rows += 1;
        }
        assert_eq!(rows, cells.len());
        assert!(rows >= 2, "a header and a row");
        let numbers = cells[1].iter().filter(|cell| cell.starts_with('=')).count();
        assert!(numbers >= 3, "amounts are numbers: {:?}", cells[1]);
    }
}

#[tokio::test]
async fn profit_stands_day_by_day_with_a_column_a_product() {
    let world = settled().await;
    let answer = world
        .trade(get(format!("/api/pnl/export?{SPAN}")))
        .await
        .expect(200);
    let rows = rows(&answer.bytes);
    assert_eq!(rows.len(), 1);
    let row = |name: &str| rows[0][name].as_str();
    assert_eq!(
        (row("delivery_day"), row("currency")),
        ("2024-06-04", "USD")
    );
    assert_eq!(row("start_market_time"), "2024-06-04T00:00:00-05:00");
    assert_eq!(row("start_utc"), "2024-06-04T05:00:00Z");
    assert_eq!(
        (row("revenue"), row("revenue_DAM"), row("net")),
        ("2376.30", "2376.30", "2376.30")
    );
    assert_eq!(
        (row("wear"), row("perfect_foresight"), row("capture")),
        ("0.00", "", "")
    );
    // Days of several markets have no one market time.
    let all = world
        .trade(get("/api/pnl/export?from=2024-06-04&to=2024-06-04"))
        .await;
    let all = all.expect(200);
    assert_eq!(
        all.header("content-disposition"),
        "attachment; filename=\"pnl_2024-06-04_2024-06-04.csv\""
    );
    let all = self::rows(&all.bytes);
    assert_eq!(
        (all[0]["time_zone"].as_str(), all[0]["net"].as_str()),
        ("", "2376.30")
    );
}

#[tokio::test]
async fn a_file_is_bounded_holds_only_ones_own_and_has_a_header_when_it_is_empty() {
    let world = settled().await;
    for what in ["settlements", "pnl"] {
        let path = format!("/api/{what}/export");
        for (query, named) in [
            ("from=2024-06-04&to=2024-06-03", "to=2024-06-03"),
            ("from=2024-06-04&to=2025-06-06", "to=2025-06-06"),
            ("from=2024-06-04&to=2024-06-04&format=pdf", "format=pdf"),
            ("to=2024-06-04", "from="),
        ] {
            let answer = world.trade(get(format!("{path}?{query}"))).await;
            assert_eq!(answer.named(422), [named], "{what}");
        }
        let theirs = get(format!("{path}?{SPAN}")).by(world.foreign());
        let theirs = world.send(theirs).await.expect(200);
        assert_eq!(theirs.text.lines().count(), 1, "{}", theirs.text);
        assert!(theirs.text.contains("delivery_day,"));
    }
}
