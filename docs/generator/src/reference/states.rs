use crate::output::Page;
use crate::table::{Table, code};
use optibid_core::bid::BidState;

/// The moves of a bid, for the page that includes them.
pub(super) fn part() -> Page {
    let mut table = Table::new(["state", "may become"]);
    for from in BidState::ALL {
        let next = BidState::ALL
            .into_iter()
            .filter(|to| from.may_become(*to) && *to != from);
        let next: Vec<_> = next.map(|to| code(to.code())).collect();
        let next = if next.is_empty() {
            "nothing: it ends here".to_owned()
        } else {
            next.join(", ")
        };
        table.row([&code(from.code()), &next]);
    }
    Page::markdown(
        "guide/bid-states.md",
        "optibid-core/src/bid/lifecycle.rs",
        &table.finish(),
    )
}
