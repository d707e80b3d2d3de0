//! The replayed bid cycle over a database, against the prices that came.

use jiff::{Timestamp, ToSpan};
use optibid_core::app::{App, AwardFilter};
use optibid_core::asset::Battery;
use optibid_core::bid::{Bid, BidState};
use optibid_core::market::{DeliveryPeriod, MarketZone, Resolution};
use optibid_core::portfolio::Award;
use optibid_core::ports::{BidQuery, PageRequest};
use optibid_core::unit::{Currency, Energy, Power, Price, Ratio, Rounding};
use optibid_server::Config;
use optibid_server::config::Source;
use optibid_server::demo::{self, FIRST_DAY, Fixture, Summary, World};
use optibid_server::platform::Local;
use std::collections::HashMap;
use tempfile::TempDir;

struct Stage {
    local: Local,
    fixture: Fixture,
    _folder: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (url, data) = (format!("sqlite:{}", path("demo.sqlite")), path("data"));
        let settings = [("DATABASE_URL", url.as_str()), ("DATA_DIR", data.as_str())];
        let config = Config::from_source(&Source::of(settings)).unwrap();
        let local = Local::open(&config).await.unwrap();
        Self {
            local,
            fixture: Fixture::load().unwrap(),
            _folder: folder,
        }
    }

    fn app(&self) -> &App {
        self.local.app()
    }

    async fn play(&self, days: u32) -> (World, Summary) {
        let until =
            demo::end_of(self.app(), &self.fixture, demo::last_day(FIRST_DAY, days)).unwrap();
        let world = demo::prepare(self.app(), &self.fixture, until)
            .await
            .unwrap();
        let mut heard = Vec::new();
        let mut progress = |done: u32| heard.push(done);
        let summary = demo::replay(
            self.app(),
            (&self.fixture, &world),
            (FIRST_DAY, days),
            &mut progress,
        )
        .await
        .unwrap();
        assert_eq!(heard, (1..=days).collect::<Vec<_>>());
        (world, summary)
    }

    async fn bids(&self, world: &World) -> Vec<Bid> {
        let page = PageRequest {
            limit: 100,
            after: None,
        };
        let query = BidQuery {
            market: None,
            product: None,
            delivery_day: None,
            states: Vec::new(),
            page,
        };
        self.app().bids(&world.who, &query).await.unwrap().items
    }
}

/// Price and time of its publication, period by period.
type Came = HashMap<DeliveryPeriod, (Price, Timestamp)>;

impl Stage {
    /// The awards of a bid at the prices that came, in 1e-6 of a currency unit times kWh / MWh; none of those
    /// prices was known when the bid was made.
    async fn award_value(&self, world: &World, bid: &Bid, came: &Came) -> i128 {
        let filter = AwardFilter {
            bid: Some(bid.id()),
            market: None,
            product: None,
            from: Timestamp::MIN,
            until: Timestamp::MAX,
            limit: 1_000,
        };
        let awards = self.app().awards(&world.who, &filter).await.unwrap();
        assert!(!awards.is_empty());
        let value = |award: &Award| {
            let (price, known_at) = came[&award.period];
            assert_eq!(award.price, price);
            assert!(
                bid.created_at() < known_at,
                "the bid knew the price of {}",
                award.period
            );
            i128::from(award.quantity.kilowatts()) * i128::from(price.micros())
        };
        awards.iter().map(value).sum()
    }
}

#[tokio::test]
async fn the_days_are_awarded_at_the_prices_that_came_and_add_up() {
    let stage = Stage::new().await;
    let (world, summary) = stage.play(3).await;
    assert!(world.login.password.is_some());
    assert_eq!(summary.days.len(), 3);
    let came: Came = stage
        .fixture
        .prices
        .iter()
        .filter(|p| p.product == stage.fixture.day_ahead)
        .map(|p| (p.period, (p.price, p.known_at)))
        .collect();
    let bids = stage.bids(&world).await;
    let (mut net, mut best) = (0, 0);
    for (i, day) in summary.days.iter().enumerate() {
        assert_eq!(day.day, FIRST_DAY + (i as i64).days());
        let earned = day.outcome.as_ref().unwrap();
        let bid = bids
            .iter()
            .find(|b| b.content().delivery_day == day.day)
            .unwrap();
        assert_eq!(bid.state(), BidState::Settled);
        let exact = stage.award_value(&world, bid, &came).await;
        let cents = Rounding::HalfEven.div(exact, 10_000_000);
        let day_ahead = earned
            .revenue
            .iter()
            .find(|r| r.product == stage.fixture.day_ahead)
            .unwrap();
        assert!(
            (i128::from(day_ahead.amount.minor()) - cents).abs() <= 1,
            "{}",
            day.day
        );
        let revenue: i64 = earned.revenue.iter().map(|r| r.amount.minor()).sum();
        assert_eq!(earned.net.minor(), revenue - earned.wear.minor());
        net += earned.net.minor();
        best += earned.perfect_foresight.unwrap().minor();
        assert!(earned.net.minor() > 0, "{} lost money", day.day);
    }
    assert_eq!(
        (summary.net.minor(), summary.perfect_foresight.minor()),
        (net, best)
    );
    let capture = i128::from(net) * 1_000_000 / i128::from(best);
    assert!((i128::from(summary.capture.unwrap().ppm()) - capture).abs() <= 1);
}

#[tokio::test]
async fn a_second_start_trades_nothing_twice_and_a_longer_one_goes_on() {
    let stage = Stage::new().await;
    let (_, one) = stage.play(1).await;
    let (world, two) = stage.play(2).await;
    assert_eq!(two.days[0], one.days[0]);
    let (world_again, again) = stage.play(2).await;
    assert_eq!(again, two);
    assert_eq!(
        (world_again.asset, world_again.who),
        (world.asset, world.who.clone())
    );
    assert!(
        world_again.login.password.is_none(),
        "a password that nobody set"
    );
    assert_eq!(world_again.imported.inserted, 0);
    assert_eq!(stage.bids(&world).await.len(), 2);
    stage.local.close().await;
}

/// 10 MW and 20 MWh at 0.927 one way, empty.
fn battery() -> Battery {
    Battery {
        charge_limit: Power::from_megawatts(10),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(20),
        min_soc: Energy::ZERO,
        max_soc: Energy::from_mwh(20),
        charge_efficiency: Ratio::from_ppm(927_000),
        discharge_efficiency: Ratio::from_ppm(927_000),
        initial_soc: Energy::ZERO,
        target_soc: None,
        cycle_budget: None,
        degradation_cost: Price::from_units(0),
        standing_loss: Ratio::ZERO,
        ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
    }
}

#[test]
fn a_battery_delivers_what_its_store_allows_to_the_last_kilowatt_second() {
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    let day = zone.day("2024-06-01".parse().unwrap()).unwrap();
    let award = |hour: usize, megawatts: i32| Award {
        id: optibid_core::id::AwardId::from_uuid(uuid::Uuid::now_v7()),
        org: optibid_core::id::OrgId::from_uuid(uuid::Uuid::nil()),
        bid: optibid_core::id::BidId::from_uuid(uuid::Uuid::nil()),
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        period: day.period(hour, Resolution::Hour).unwrap(),
        quantity: Power::from_megawatts(megawatts),
        price: Price::from_units(20),
        currency: Currency::Usd,
        awarded_at: day.start(),
    };
    // Sells with nothing in store; buys three hours, of which the third fills up; sells three hours.
    let awards = [
        award(0, 5),
        award(1, -10),
        award(2, -10),
        award(3, -10),
        award(4, 10),
        award(5, 10),
    ];
    let delivered = demo::delivered(&battery(), &awards, (&day, Resolution::Min15)).unwrap();
    let metered: Vec<_> = delivered.iter().map(|d| d.metered).collect();
    assert_eq!(metered.len(), 96);
    let hour = |hour: usize| -> i64 {
        metered[4 * hour..4 * hour + 4]
            .iter()
            .map(|m| m.energy.kilowatt_seconds())
            .sum()
    };
    const MWH: f64 = 3_600_000.0;
    assert_eq!(hour(0), 0);
    assert_eq!((hour(1), hour(2)), (-36_000_000, -36_000_000));
    // 20 - 2 x 9.27 = 1.46 MWh of room take 1.46 / 0.927 MWh from the grid.
    assert!(
        (hour(3) as f64 / MWH + 1.46 / 0.927).abs() < 1e-6,
        "{}",
        hour(3)
    );
    assert_eq!(hour(4), 36_000_000);
    // 20 - 10 / 0.927 MWh are left, of which 0.927 reach the grid.
    assert!(
        (hour(5) as f64 / MWH - (20.0 - 10.0 / 0.927) * 0.927).abs() < 1e-5,
        "{}",
        hour(5)
    );
    assert!(metered[24..].iter().all(|m| m.energy == Energy::ZERO));
    // What the meter shows at each period's begin.
    let asset = optibid_core::id::AssetId::from_uuid(uuid::Uuid::nil());
    let shown = |index: usize| {
        let sample = delivered[index].sample(asset);
        let stored = sample.state_of_charge.unwrap().to_string();
        (sample.at, sample.power.to_string(), stored)
    };
    let start = |index: usize| day.period(index, Resolution::Min15).unwrap().start();
    assert_eq!(shown(4), (start(4), "-10".to_owned(), "0".to_owned()));
    assert_eq!(shown(8), (start(8), "-10".to_owned(), "9.27".to_owned()));
    assert_eq!(shown(16).1, "10");
    assert!(delivered[16].stored <= battery().max_soc);
}
