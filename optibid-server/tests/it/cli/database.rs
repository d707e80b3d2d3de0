//! Commands on the local database.

use super::process::Folder;

const PRICES: &str = "market,product,location,start,resolution,price
ERCOT,DAM,HB_SOUTH,2024-06-01T05:00:00Z,PT1H,20
ERCOT,DAM,HB_SOUTH,2024-06-01T06:00:00Z,PT1H,60
";

fn with_user(email: &str) -> Folder {
    let folder = Folder::new();
    let args = [
        "user",
        "create-admin",
        "--email",
        email,
        "--organisation",
        "Wind & Co",
    ];
    folder.run(&args).expect(0);
    folder
}

#[test]
fn migrations_go_up_and_down() {
    let folder = Folder::new();
    let applied = |done: &super::process::Done| done.rows()[0]["applied"].clone();
    let json = ["--format", "json"];
    let status = || {
        folder
            .run(&[&["migrate", "status"], &json[..]].concat())
            .expect(0)
    };
    folder.run(&["migrate", "up"]).expect(0);
    assert_eq!(applied(&status()), "yes");
    let down = folder.run(&["migrate", "down", "100"]).expect(0);
    assert!(down.err.contains("undone"), "{}", down.err);
    assert_eq!(applied(&status()), "no");
    folder.run(&["migrate", "up"]).expect(0);
    let verified = folder.run(&["db", "verify"]).expect(0);
    assert!(verified.err.contains("everything fits"));
}

#[test]
fn users_and_bids_are_not_lost_without_a_yes() {
    let folder = with_user("ann@wind.example");
    let applied = || {
        let status = folder.run(&["migrate", "status", "--format", "json"]);
        status.expect(0).rows()[0]["applied"].clone()
    };
    let refused = folder.run(&["migrate", "down"]).expect(3);
    for word in ["1 user and 0 bids", "--yes"] {
        assert!(refused.err.contains(word), "{}", refused.err);
    }
    assert_eq!(applied(), "yes");
    let again = folder.run(&[
        "user",
        "create-admin",
        "--email",
        "ann@wind.example",
        "--organisation",
        "Wind & Co",
    ]);
    again.expect(1);
    folder.run(&["migrate", "down", "0"]).expect(0);
    folder.run(&["migrate", "down", "100", "--yes"]).expect(0);
    assert_eq!(applied(), "no");
    let help = folder.run(&["migrate", "down", "--help"]).expect(0);
    assert!(help.out.contains("unless --yes is given"), "{}", help.out);
}

#[test]
fn asking_for_the_migrations_makes_no_database() {
    let folder = Folder::new();
    for command in ["status", "down"] {
        let done = folder.run(&["migrate", command, "--format", "json"]);
        for migration in done.expect(0).rows() {
            assert_eq!(migration["applied"], "no");
        }
        assert_eq!(folder.names(), [""; 0]);
    }
    folder.run(&["migrate", "up"]).expect(0);
    assert_ne!(folder.names(), [""; 0], "the database is elsewhere");
}

#[test]
fn an_import_is_all_or_nothing_and_repeats_change_nothing() {
    let folder = Folder::new();
    folder.write("prices.csv", PRICES);
    let import = |extra: &[&str]| {
        let args = [&["import", "prices.csv", "--format", "json"], extra].concat();
        folder.run(&args)
    };
    let dry = import(&["--dry-run"]).expect(0);
    assert_eq!(dry.rows()[0]["prices"], "2");
    assert!(dry.rows()[0].get("inserted").is_none());
    let first = import(&[]).expect(0);
    assert_eq!(first.rows()[0]["inserted"], "2");
    let again = import(&[]).expect(0);
    assert_eq!(
        (&again.rows()[0]["inserted"], &again.rows()[0]["unchanged"]),
        (&"0".into(), &"2".into())
    );
    folder.write(
        "prices.csv",
        &(PRICES.replace("20\n", "21\n") + "ERCOT,DAM,HB_SOUTH,noon,PT1H,5\n"),
    );
    import(&[]).expect(3);
    folder.write("prices.csv", PRICES);
    let after = import(&[]).expect(0);
    assert_eq!(
        after.rows()[0]["unchanged"],
        "2",
        "a part of the bad file was stored"
    );
}

#[test]
fn imports_for_a_user_stay_with_the_organisation() {
    let folder = with_user("ann@wind.example");
    folder.write("prices.csv", PRICES);
    folder
        .run(&["import", "prices.csv", "--as", "nobody@wind.example"])
        .expect(4);
    folder
        .run(&["import", "prices.csv", "--as", "ann@wind.example"])
        .expect(0);
    let other = [
        "user",
        "create-admin",
        "--email",
        "bob@sun.example",
        "--organisation",
        "Sun",
    ];
    folder.run(&other).expect(0);
    let backtest = |user: &str| {
        let series = [
            "--market",
            "ERCOT",
            "--product",
            "DAM",
            "--location",
            "HB_SOUTH",
        ];
        let days = [
            "--from",
            "2024-06-01",
            "--to",
            "2024-06-01",
            "--database",
            "--as",
            user,
        ];
        folder.run(&[&["backtest"], &series[..], &days[..]].concat())
    };
    assert!(
        backtest("bob@sun.example")
            .expect(3)
            .err
            .contains("no price")
    );
    let ours = backtest("ann@wind.example").expect(4);
    assert!(
        ours.err.contains("2024-06-01 left out"),
        "two hours are no day: {}",
        ours.err
    );
}

#[test]
fn a_first_user_gets_a_password_once_and_an_address_is_taken_once() {
    let folder = Folder::new();
    let args = [
        "user",
        "create-admin",
        "--email",
        "ann@wind.example",
        "--organisation",
        "Wind",
        "--format",
        "json",
    ];
    let made = folder.run(&args).expect(0);
    assert!(made.rows()[0]["password"].as_str().unwrap().len() >= 20);
    assert_eq!(made.rows()[0]["role"], "org_admin");
    folder.run(&args).expect(1);
    let given = [
        "user",
        "create-admin",
        "--email",
        "ops@wind.example",
        "--organisation",
        "Ops",
        "--super-admin",
        "--password-stdin",
        "--format",
        "json",
    ];
    let short = folder.run_fed(&given, "short\n").expect(3);
    assert!(
        short.err.contains("12 to 128 characters") && !short.err.contains("short"),
        "{}",
        short.err
    );
    let made = folder
        .run_fed(&given, "merit order of a windy day\n")
        .expect(0);
    assert!(made.rows()[0].get("password").is_none());
    assert_eq!(made.rows()[0]["role"], "super_admin");
}

#[test]
fn a_bid_is_checked_without_being_stored() {
    let folder = with_user("ann@wind.example");
    let bid = r#"{"market":"ERCOT","product":"DAM","location":"HB_SOUTH","delivery_day":"2024-06-04",
        "currency":"USD","periods":[]}"#;
    folder.write("bid.json", bid);
    let ann = ["--as", "ann@wind.example"];
    let done = folder
        .run(&[&["bid", "validate", "bid.json"], &ann[..]].concat())
        .expect(3);
    assert!(done.out.contains("periods"), "{}", done.out);
    let block = r#"{"market":"NORDPOOL","product":"DAM","location":"SE3","delivery_day":"2024-06-04",
        "currency":"EUR","kind":"block","blocks":[{"name":"b","price":"10","min_acceptance":"0","profile":[
        {"period":{"start":"2024-06-04T05:00:00Z","resolution":"PT60M"},"quantity":"0"}]}]}"#;
    folder.write("bid.json", block);
    let done = folder
        .run(&[&["bid", "validate", "bid.json"], &ann[..]].concat())
        .expect(3);
    assert!(
        done.err.contains("blocks[0].profile[0].quantity") && done.err.contains("min_acceptance"),
        "{}",
        done.err
    );
    folder.write("bid.json", &bid.replace("currency", "curency"));
    let done = folder
        .run(&[&["bid", "validate", "bid.json"], &ann[..]].concat())
        .expect(3);
    assert!(done.err.contains("curency"), "{}", done.err);
    let listed = folder
        .run(&[&["bid", "list", "--format", "json"], &ann[..]].concat())
        .expect(0);
    assert!(listed.rows().is_empty());
    let unknown = "00000000-0000-7000-8000-000000000000";
    folder
        .run(&[&["bid", "submit", unknown], &ann[..]].concat())
        .expect(4);
}

#[test]
fn alert_rules_are_made_listed_and_shelved() {
    let folder = with_user("ann@wind.example");
    let ann = ["--as", "ann@wind.example", "--format", "json"];
    let alert = |words: &[&str]| folder.run(&[&["alert"], words, &ann[..]].concat());
    folder.write("rule.json", r#"{"name":"gate","condition":{"kind":"gate_closure","market":"ERCOT","product":"DAM","within_minutes":0}}"#);
    let refused = alert(&["create", "rule.json"]).expect(3);
    assert!(
        refused.err.contains("condition.within_minutes"),
        "{}",
        refused.err
    );
    folder.write("rule.json", r#"{"name":"gate","condition":{"kind":"gate_closure","market":"ERCOT","product":"DAM","within_minutes":30}}"#);
    let made = alert(&["create", "rule.json"]).expect(0).rows().remove(0);
    assert_eq!(
        (&made["limit"], &made["state"]),
        (&"within 30 minutes".into(), &"normal".into())
    );
    let rule = made["id"].as_str().unwrap().to_owned();
    alert(&["shelve", &rule, "--until", "2020-01-01T00:00:00Z"]).expect(3);
    let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5)).to_string();
    alert(&["shelve", &rule, "--until", &soon, "--reason", "line works"]).expect(0);
    let listed = alert(&["rules"]).expect(0).rows();
    assert_eq!(listed[0]["shelved_until"], soon.as_str());
    let told = alert(&["unshelve", &rule]).expect(0).rows();
    assert!(told[0]["shelved_until"].is_null());
    assert!(alert(&["list", "--all"]).expect(0).rows().is_empty());
    alert(&["acknowledge", "00000000-0000-7000-8000-000000000000"]).expect(4);
}
