//! Requests are read as written, and a field that nobody knows is refused.

use optibid_core::api::{
    AvailabilityRequest, BacktestJobRequest, ClientMessage, ForecastParams, LoginRequest,
    OfferRequestBody, OptimisationJobRequest, OptimiseRequest, RefreshRequest, RegisterRequest,
    SettleRequest, TelemetryRequest, UserRequest, WithdrawRequest,
};
use optibid_core::app::{
    Credentials, ForecastInput, Maintenance, NewUser, OfferInput, OptimisationInput, Registration,
    SettleInput,
};
use optibid_core::asset::AssetContent;
use optibid_core::auth::Role;
use optibid_core::bid::BidContent;
use optibid_core::id::AssetId;
use optibid_core::job::JobSpec;
use optibid_core::schedule::OfferMethod;
use optibid_core::unit::Ratio;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const ASSET: &str = "0199a0a0-0000-7000-8000-000000000001";

fn asset() -> AssetId {
    ASSET.parse().unwrap()
}

/// Reads the request, writes it back the same, and refuses it with an unknown field wherever it has
/// an object; answers how many places that were.
fn strict<T: DeserializeOwned + Serialize>(request: &Value) -> usize {
    let read: T = serde_json::from_value(request.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&read).unwrap(), request);
    let mut places = 0;
    for pointer in objects(request, String::new()) {
        let mut spoilt = request.clone();
        spoilt.pointer_mut(&pointer).unwrap()["surprise"] = json!("x");
        let refused = serde_json::from_value::<T>(spoilt).err();
        let refused = refused.unwrap_or_else(|| panic!("an unknown field at {pointer:?} passes"));
        assert!(refused.to_string().contains("surprise"), "{refused}");
        places += 1;
    }
    places
}

/// Pointers to every object in a value.
fn objects(value: &Value, path: String) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, v)| (name.clone(), v)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    let below = children
        .into_iter()
        .flat_map(|(name, v)| objects(v, format!("{path}/{name}")));
    let below: Vec<String> = below.collect();
    let own = value.is_object().then_some(path);
    own.into_iter().chain(below).collect()
}

fn battery() -> Value {
    json!({
        "charge_limit": "10", "discharge_limit": "10", "energy_capacity": "20", "min_soc": "1",
        "max_soc": "19", "charge_efficiency": "0.9", "discharge_efficiency": "0.95",
        "initial_soc": "10", "target_soc": "10", "cycle_budget": "1.5",
        "degradation_cost": "4.25", "standing_loss": "0.00005"
    })
}

fn period() -> Value {
    json!({ "start": "2024-06-04T05:00:00Z", "resolution": "PT60M" })
}

#[test]
fn requests_of_sign_in_refuse_unknown_fields() {
    let register = json!({ "organisation": "O", "email": "E", "name": "N", "password": "P" });
    assert_eq!(strict::<RegisterRequest>(&register), 1);
    assert_eq!(
        strict::<LoginRequest>(&json!({ "email": "E", "password": "P" })),
        1
    );
    assert_eq!(
        strict::<RefreshRequest>(&json!({ "refresh_token": "R" })),
        1
    );
    let user = json!({ "email": "E", "name": "N", "password": "P", "role": "org_admin" });
    assert_eq!(strict::<UserRequest>(&user), 1);
    let read: RegisterRequest = serde_json::from_value(register).unwrap();
    let Registration {
        org_name,
        email,
        name,
        password,
    } = read.into();
    assert_eq!([org_name, email, name, password], ["O", "E", "N", "P"]);
    let read: UserRequest = serde_json::from_value(user).unwrap();
    let NewUser {
        email,
        name,
        password,
        role,
    } = read.into();
    assert_eq!(
        ([email, name, password], role),
        (["E", "N", "P"].map(str::to_owned), Role::OrgAdmin)
    );
    let read: LoginRequest =
        serde_json::from_value(json!({ "email": "E", "password": "P" })).unwrap();
    let Credentials { email, password } = read.into();
    assert_eq!([email, password], ["E", "P"]);
    assert!(
        serde_json::from_value::<UserRequest>(
            json!({ "email": "E", "name": "N", "password": "P", "role": "root" })
        )
        .is_err()
    );
}

#[test]
fn requests_of_bids_refuse_unknown_fields_at_every_depth() {
    let point = |quantity, price| json!({ "quantity": quantity, "price": price });
    let curve = json!({ "side": "storage", "shape": "linear", "points": [point("-10", "18.25"), point("10", "44.50")] });
    let content = json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": "2024-06-04",
        "currency": "USD", "asset": ASSET, "note": "n",
        "periods": [{ "period": period(), "curve": curve }]
    });
    assert_eq!(
        strict::<BidContent>(&content),
        6,
        "bid, entry, period, curve and two points"
    );
    assert_eq!(strict::<WithdrawRequest>(&json!({ "reason": "r" })), 1);
    let empty: WithdrawRequest = serde_json::from_value(json!({})).unwrap();
    assert_eq!(empty.reason, "");
    let offer = json!({ "asset": ASSET, "product": "DAM", "day": "2024-06-04", "made_at": "2024-06-03T12:00:00Z", "safe": true });
    assert_eq!(strict::<OfferRequestBody>(&offer), 1);
    let read: OfferRequestBody = serde_json::from_value(offer).unwrap();
    assert_eq!(
        read.method,
        OfferMethod::OpportunityCost,
        "as before there was a choice"
    );
    let OfferInput {
        asset: id, made_at, ..
    } = read.into();
    assert_eq!(
        (id, made_at.unwrap().to_string().as_str()),
        (asset(), "2024-06-03T12:00:00Z")
    );
    let method =
        json!({ "kind": "scenarios", "count": 20, "seed": 3, "risk_weight": "0.1", "tail": "0.2" });
    let offer = json!({ "asset": ASSET, "product": "DAM", "day": "2024-06-04", "made_at": null, "safe": true, "method": method });
    assert_eq!(strict::<OfferRequestBody>(&offer), 2);
    let read: OfferRequestBody = serde_json::from_value(offer).unwrap();
    assert_eq!(serde_json::to_value(read.method).unwrap(), method);
}

#[test]
fn methods_of_offers_have_defaults_and_ranges() {
    let short: OfferMethod = serde_json::from_value(json!({ "kind": "scenarios" })).unwrap();
    assert_eq!(short, OfferMethod::scenarios(50, 0));
    let wide = OfferMethod::Scenarios {
        count: 1,
        seed: 0,
        risk_weight: Ratio::from_ppm(1_000_001),
        tail: Ratio::ZERO,
    };
    let found = wide.violations("method");
    let fields: Vec<_> = found
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["method.count", "method.risk_weight", "method.tail"]
    );
    let short: OfferMethod =
        serde_json::from_value(json!({ "kind": "policy", "count": 30 })).unwrap();
    assert_eq!(short, OfferMethod::policy(30, 0));
    assert!(short.violations("method").is_empty());
    let crowded: OfferMethod =
        serde_json::from_value(json!({ "kind": "policy", "count": 5, "states": 6 })).unwrap();
    let found = crowded.violations("method");
    assert_eq!(found[0].code, "state_count_out_of_range");
    assert_eq!(found[0].field, "method.states");
}

#[test]
fn requests_of_assets_refuse_unknown_fields_at_every_depth() {
    let mut kind = battery();
    kind["type"] = json!("battery");
    let content = json!({
        "name": "N", "market": "ERCOT", "location": "HB_SOUTH", "latitude": "27.5", "longitude": "-98.3",
        "kind": kind
    });
    assert_eq!(strict::<AssetContent>(&content), 2);
    let sample = json!({ "at": "2024-06-03T12:00:00Z", "power": "-9.98", "state_of_charge": "12.5", "available": true, "source": "scada" });
    assert_eq!(
        strict::<TelemetryRequest>(&json!({ "samples": [sample] })),
        2
    );
    let read: TelemetryRequest = serde_json::from_value(json!({ "samples": [sample] })).unwrap();
    let [told] = &read.of(asset())[..] else {
        panic!("one sample")
    };
    assert_eq!(
        (told.asset, told.power.kilowatts(), told.available),
        (asset(), -9_980, Some(true))
    );
    let window = json!({ "from": "2024-06-03T12:00:00Z", "until": "2024-06-03T13:00:00Z", "limit": "0.5", "reason": "r" });
    assert_eq!(
        strict::<AvailabilityRequest>(&json!({ "windows": [window] })),
        2
    );
    let read: AvailabilityRequest = serde_json::from_value(json!({ "windows": [window] })).unwrap();
    let [told] = &read.of(asset())[..] else {
        panic!("one window")
    };
    assert_eq!(
        (told.asset, told.limit.ppm(), told.reason.as_str()),
        (asset(), 500_000, "r")
    );
}

#[test]
fn requests_of_jobs_and_schedules_refuse_unknown_fields_at_every_depth() {
    let backtest = json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "from": "2024-01-01",
        "to": "2024-01-31", "battery": battery()
    });
    assert_eq!(strict::<BacktestJobRequest>(&backtest), 2);
    let job = json!({ "asset": ASSET, "product": "DAM", "from": "2024-01-01", "to": "2024-01-31" });
    assert_eq!(strict::<OptimisationJobRequest>(&job), 1);
    let read: OptimisationJobRequest = serde_json::from_value(job).unwrap();
    let spec = JobSpec::from(read);
    assert_eq!(spec.kind(), "optimisation");
    let stored = json!({ "kind": "optimisation", "asset": ASSET, "product": "DAM", "from": "2024-01-01", "to": "2024-01-31" });
    assert_eq!(
        serde_json::to_value(&spec).unwrap(),
        stored,
        "jobs are read back from databases"
    );
    assert_eq!(strict::<JobSpec>(&stored), 1);
    let told = json!({ "kind": "explanation", "asset": ASSET, "product": "DAM", "from": "2024-01-01", "to": "2024-01-31" });
    assert_eq!(strict::<JobSpec>(&told), 1);
    let offer = json!({ "kind": "offer", "asset": ASSET, "product": "DAM", "day": "2024-06-04" });
    assert_eq!(strict::<JobSpec>(&offer), 1);
    for spec in [told, offer] {
        let read: JobSpec = serde_json::from_value(spec.clone()).unwrap();
        assert_eq!(read.kind(), spec["kind"]);
        assert_eq!(serde_json::to_value(&read).unwrap(), spec);
    }
    let price = json!({ "period": period(), "price": "24.57" });
    let mut once =
        json!({ "asset": ASSET, "product": "DAM", "day": "2024-06-04", "prices": [price] });
    assert_eq!(strict::<OptimiseRequest>(&once), 3);
    let read: OptimiseRequest = serde_json::from_value(once.clone()).unwrap();
    let input = OptimisationInput::from(read);
    assert_eq!(
        (input.prices.len(), input.day.to_string().as_str()),
        (1, "2024-06-04")
    );
    assert_eq!((input.initial_soc, input.initial_power), (None, None));
    once["soc_limits"] = json!([{ "min": "1", "max": "2.5" }]);
    once["initial_soc"] = json!("1.5");
    once["initial_power"] = json!("-4");
    assert_eq!(strict::<OptimiseRequest>(&once), 4);
    let read: OptimiseRequest = serde_json::from_value(once).unwrap();
    let input = OptimisationInput::from(read);
    assert_eq!(input.soc_limits[0].max.to_string(), "2.5");
    assert_eq!(input.initial_soc.unwrap().to_string(), "1.5");
    assert_eq!(input.initial_power.unwrap().to_string(), "-4");
}

#[test]
fn requests_of_settlement_forecast_and_maintenance_refuse_unknown_fields() {
    let settle = json!({
        "market": "ERCOT", "location": "HB_SOUTH", "day": "2024-06-04", "day_ahead": "DAM",
        "real_time": "RTM", "metered": [{ "period": period(), "energy": "2.5" }]
    });
    assert_eq!(strict::<SettleRequest>(&settle), 3);
    let read: SettleRequest = serde_json::from_value(settle).unwrap();
    let SettleInput {
        metered, real_time, ..
    } = read.into();
    let metered = metered.unwrap();
    assert_eq!(
        (metered.len(), metered[0].energy.to_string().as_str()),
        (1, "2.5")
    );
    assert_eq!(real_time.unwrap().as_str(), "RTM");
    let forecast = json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "day": "2024-06-04",
        "resolution": "PT15M", "made_at": "2024-06-03T12:00:00Z"
    });
    assert_eq!(strict::<ForecastParams>(&forecast), 1);
    let read: ForecastParams = serde_json::from_value(forecast).unwrap();
    let ForecastInput {
        series, resolution, ..
    } = read.into();
    assert_eq!(
        (series.location.as_str(), resolution.unwrap().code()),
        ("HB_SOUTH", "PT15M")
    );
    assert_eq!(
        strict::<Maintenance>(&json!({ "enabled": true, "message": "m" })),
        1
    );
}

#[test]
fn messages_of_a_socket_are_read_as_documented() {
    let auth = json!({ "type": "auth", "token": "t" });
    let subscribe = json!({ "type": "subscribe", "topics": ["market.prices", "bids.events", "jobs.events"], "after": 7 });
    for message in [&auth, &subscribe] {
        assert_eq!(strict::<ClientMessage>(message), 1);
    }
    let ping: ClientMessage = serde_json::from_value(json!({ "type": "ping" })).unwrap();
    assert_eq!(
        serde_json::to_value(&ping).unwrap(),
        json!({ "type": "ping" })
    );
    for wrong in [
        json!({ "type": "subscribe", "topics": ["weather"] }),
        json!({ "type": "subscribe" }),
        json!({ "type": "shout" }),
        json!({ "token": "t" }),
        json!("ping"),
    ] {
        assert!(
            serde_json::from_value::<ClientMessage>(wrong.clone()).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn numbers_for_quantities_and_wrong_units_are_refused() {
    for spoilt in [
        json!({ "at": "2024-06-03T12:00:00Z", "power": 5, "source": "s" }),
        json!({ "at": "2024-06-03T12:00:00Z", "power": "5,0", "source": "s" }),
        json!({ "at": "2024-06-03T12:00:00Z", "power": "NaN", "source": "s" }),
        json!({ "at": "2024-06-03T12:00:00Z", "power": "0.0005", "source": "s" }),
        json!({ "at": "2024-06-03 12:00", "power": "5", "source": "s" }),
    ] {
        let request = json!({ "samples": [spoilt] });
        assert!(
            serde_json::from_value::<TelemetryRequest>(request).is_err(),
            "{spoilt}"
        );
    }
}
