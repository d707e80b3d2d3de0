use crate::output::Page;
use crate::table::{Table, code};
use optibid_core::api::Problem;
use optibid_core::bid::CODES;
use optibid_server::routes::docs::PROBLEMS;

/// Every code of a problem, and every code of a finding on a bid.
pub(super) fn page() -> Page {
    let mut problems = Table::new(["code", "status", "meaning", "what to do"]);
    for (kind, remedy) in PROBLEMS {
        let name = serde_json::to_value(kind).ok();
        let name = name.as_ref().and_then(|n| n.as_str()).unwrap_or_default();
        let remedy = remedy.replace("<code>", "`").replace("</code>", "`");
        let status = Problem::status_of(kind).to_string();
        problems.row([&code(name), &status, Problem::title_of(kind), &remedy]);
    }
    let mut findings = Table::new(["code", "meaning"]);
    for (name, meaning) in CODES {
        findings.row([&code(name), meaning]);
    }
    let body = format!(
        "# Error codes\n\n\
         ## Problems\n\n\
         Every error of the API is an `application/problem+json` with one of these codes ([what is in it](../api/index.md#errors)). The \
         same codes decide the [exit code](command-line.md#exit-codes) of the command line.\n\n{}\n\
         Beside these statuses: 400 where the request cannot be read at all (no JSON, a bad header, an unknown host), 405 for a method \
         that an address does not take, 412 when `If-Match` names another version, 413 for a body above 8 MiB, 415 for another \
         `Content-Type`, 428 where `If-Match` is missing.\n\n\
         ## Findings on bids\n\n\
         What `violations` and the findings of a validation carry in `code`. A code never changes its meaning; each comes with the \
         field, the value, the rule in words and, for a market's rule, its source.\n\n{}",
        problems.finish(),
        findings.finish()
    );
    let source = "optibid-server/src/routes/docs.rs and optibid-core/src/bid/validate/codes.rs";
    Page::markdown("reference/errors.md", source, &body)
}
