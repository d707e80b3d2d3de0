//! Settlements as a whole, for files.

use super::app_world::{TOMORROW, World, codes};
use jiff::ToSpan;
use optibid_core::app::ProfitFilter;
use optibid_core::id::{OrgId, SettlementId};
use optibid_core::market::{MarketZone, Resolution};
use optibid_core::portfolio::{LineKind, SettlementLine, SettlementStatement};
use optibid_core::ports::{Page, SettlementQuery};
use optibid_core::testing::fixtures::NOON;
use optibid_core::testing::mocks::MockPortfolioStore;
use optibid_core::unit::{Currency, Energy, Money, Price};
use std::sync::Arc;
use uuid::Uuid;

fn statement(
    number: u128,
    days: i64,
    (market, location): (&str, &str),
    lines: usize,
) -> SettlementStatement {
    let day = TOMORROW + days.days();
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    let hour = zone.day(day).unwrap().period(0, Resolution::Hour).unwrap();
    let line = SettlementLine {
        kind: LineKind::Fees,
        product: None,
        award: None,
        name: None,
        period: hour,
        energy: Energy::ZERO,
        price: Price::ZERO,
        amount: Money::zero(Currency::Usd),
    };
    SettlementStatement {
        id: SettlementId::from_uuid(Uuid::from_u128(number)),
        org: OrgId::from_uuid(Uuid::from_u128(1)),
        bids: Vec::new(),
        asset: None,
        market: market.parse().unwrap(),
        location: location.parse().unwrap(),
        day,
        currency: Currency::Usd,
        lines: vec![line; lines],
        total: Money::zero(Currency::Usd),
        created_at: NOON,
    }
}

/// A world whose store answers these, one a page.
fn world(statements: Vec<SettlementStatement>) -> World {
    let mut world = World::new();
    let mut store = MockPortfolioStore::new();
    store
        .expect_settlements()
        .returning(move |_, query: &SettlementQuery| {
            let at = query
                .page
                .after
                .as_ref()
                .map_or(0, |after| after.parse().unwrap());
            let next = (at + 1 < statements.len()).then(|| (at + 1).to_string());
            let items = statements.get(at).cloned().into_iter().collect();
            Ok(Page { items, next })
        });
    world.app.stores.portfolio = Arc::new(store);
    world
}

fn filter() -> ProfitFilter {
    ProfitFilter {
        market: None,
        from: TOMORROW,
        to: TOMORROW,
    }
}

#[tokio::test]
async fn the_earliest_comes_first_each_with_its_market_s_zone() {
    let world = world(vec![
        statement(1, 1, ("ERCOT", "HB_SOUTH"), 1),
        statement(2, 0, ("NYISO", "N.Y.C."), 1),
        statement(3, 0, ("ERCOT", "HB_WEST"), 1),
        statement(4, 0, ("ERCOT", "HB_NORTH"), 1),
        statement(5, 0, ("MARS", "OLYMPUS"), 1),
    ]);
    let found = world
        .app
        .export_settlements(&world.who(), filter())
        .await
        .unwrap();
    let order: Vec<u128> = found
        .iter()
        .map(|s| s.statement.id.uuid().as_u128())
        .collect();
    assert_eq!(order, [4, 3, 5, 2, 1]);
    let zones: Vec<_> = found
        .iter()
        .map(|s| s.zone.as_ref().map(MarketZone::name))
        .collect();
    assert_eq!(zones[0], Some("America/Chicago"));
    assert_eq!(zones[2], None, "no rules are known of that market");
    assert_eq!(zones[3], Some("America/New_York"));
}

#[tokio::test]
async fn more_lines_than_a_file_may_hold_are_refused() {
    let market = ("ERCOT", "HB_SOUTH");
    let most = world(vec![
        statement(1, 0, market, 199_999),
        statement(2, 0, market, 1),
    ]);
    let found = most.app.export_settlements(&most.who(), filter()).await;
    assert_eq!(found.unwrap().len(), 2);
    let more = world(vec![
        statement(1, 0, market, 199_999),
        statement(2, 0, market, 2),
    ]);
    let refused = more.app.export_settlements(&more.who(), filter()).await;
    assert_eq!(codes(&refused.unwrap_err()), ["too_many_lines"]);
}
