//! The committed pages and figures are those that the code makes.

use optibid_docs::{Page, check, pages};

#[test]
fn the_committed_pages_and_figures_are_up_to_date() {
    let faults = check(&pages().unwrap()).unwrap();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_page_that_differs_is_named_with_the_command_that_renews_it() {
    let mut all = pages().unwrap();
    all[0].text.push('x');
    all.push(Page {
        path: "markets/nowhere.md".to_owned(),
        text: String::new(),
    });
    let gone = all.remove(1);
    let faults = check(&all).unwrap();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(
        faults
            .iter()
            .all(|fault| fault.ends_with("cargo run -p optibid-docs"))
    );
    assert!(faults[2].contains(&gone.path), "{faults:?}");
}

/// A figure stands inside of a page: an empty line would end it there, and a tag that stays open swallow the rest.
#[test]
fn figures_can_stand_inside_of_a_page() {
    let all = pages().unwrap();
    let figures: Vec<_> = all
        .iter()
        .filter(|page| page.path.starts_with("figures/"))
        .collect();
    assert!(figures.len() >= 9, "{}", figures.len());
    for figure in figures {
        let text = &figure.text;
        assert!(!text.contains("\n\n"), "{}", figure.path);
        assert!(
            !text.contains("NaN") && !text.contains("inf"),
            "{}",
            figure.path
        );
        for tag in ["svg", "style", "rect", "title", "text"] {
            let opened = text.matches(&format!("<{tag}")).count();
            let closed = text.matches(&format!("</{tag}>")).count();
            assert_eq!(opened, closed, "{tag} in {}", figure.path);
        }
        assert!(text.contains("aria-label="), "{}", figure.path);
    }
}
