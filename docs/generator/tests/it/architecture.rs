//! Arrows between crates that the design does not allow are found.

use optibid_docs::Arrows;

#[test]
fn the_arrows_of_the_design_are_no_faults() {
    let arrows = Arrows::of(&[
        ("optibid-core", &[]),
        ("optibid-client", &["optibid-core"]),
        ("optibid-server", &["optibid-core", "optibid-engine"]),
        ("optibid-tui", &["optibid-client", "optibid-server"]),
    ]);
    assert_eq!(arrows.faults(), Vec::<String>::new());
}

#[test]
fn an_arrow_that_points_the_wrong_way_is_a_fault() {
    let arrows = Arrows::of(&[
        ("optibid-core", &["optibid-engine"]),
        ("optibid-storage", &["optibid-core", "optibid-venues"]),
    ]);
    let faults = [
        "optibid-core may not know optibid-engine",
        "optibid-storage may not know optibid-venues",
    ];
    assert_eq!(arrows.faults(), faults);
}

#[test]
fn a_crate_that_the_design_does_not_know_is_a_fault() {
    let faults = Arrows::of(&[("optibid-extra", &["optibid-core"])]).faults();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("optibid-extra is not in the design"));
}

#[test]
fn only_what_a_published_crate_is_built_with_counts() {
    let metadata = r#"{"packages": [
        {"name": "optibid-client", "publish": null, "dependencies": [
            {"name": "optibid-core", "kind": null, "path": "/x/optibid-core"},
            {"name": "optibid-server", "kind": "dev", "path": "/x/optibid-server"},
            {"name": "serde", "kind": null}]},
        {"name": "optibid-examples", "publish": [], "dependencies": [
            {"name": "optibid-server", "kind": null, "path": "/x/optibid-server"}]}]}"#;
    let expected = Arrows::of(&[("optibid-client", &["optibid-core"])]);
    assert_eq!(Arrows::read(metadata).unwrap(), expected);
}
