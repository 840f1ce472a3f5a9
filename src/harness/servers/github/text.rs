//! What the issues of the shop `acme/storefront` say: titles and bodies, composed from a vocabulary.

use super::super::draw::Draw;

/// What an issue is about; decides the form of its body and its first label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bug,
    Enhancement,
    Question,
    Documentation,
}

/// The areas of the shop; each has a label of its own.
pub(super) const AREAS: [&str; 10] =
    ["checkout", "cart", "search", "payments", "inventory", "login", "webhooks", "admin", "images", "emails"];

pub(super) fn title(kind: Kind, area: usize, draw: &mut Draw) -> String {
    let area = AREAS[area];
    match kind {
        Kind::Bug => format!("{area}: {} {}", draw.pick(SYMPTOMS), draw.pick(CONDITIONS)),
        Kind::Enhancement => format!("{area}: {} {}", draw.pick(WISHES), draw.pick(PURPOSES)),
        Kind::Question => format!("How do I {} {}?", draw.pick(TASKS), draw.pick(PURPOSES)),
        Kind::Documentation => format!("docs: {} for {area}", draw.pick(GAPS)),
    }
}

/// The body in Markdown, some 100 to 900 characters.
pub(super) fn body(kind: Kind, area: usize, draw: &mut Draw) -> String {
    let mut body = String::with_capacity(1024);
    match kind {
        Kind::Bug => bug(area, draw, &mut body),
        Kind::Enhancement => {
            parts(&mut body, &["**Is your request related to a problem?**\n", draw.pick(MOTIVES), "\n\n"]);
            parts(&mut body, &["**What would help**\nPlease ", draw.pick(WISHES), " ", draw.pick(PURPOSES), ".\n\n"]);
            if draw.percent(40) {
                parts(&mut body, &["**Alternatives considered**\n", draw.pick(WORKAROUNDS)]);
            }
        }
        Kind::Question => {
            parts(&mut body, &["I am trying to ", draw.pick(TASKS), " ", draw.pick(CONDITIONS), ". "]);
            parts(&mut body, &[draw.pick(WORKAROUNDS), " ", draw.pick(CLOSINGS)]);
        }
        Kind::Documentation => {
            parts(&mut body, &["The page about ", AREAS[area], " has a gap: ", draw.pick(GAPS), ". "]);
            parts(&mut body, &[draw.pick(MOTIVES), "\n\n", draw.pick(CLOSINGS)]);
        }
    }
    body
}

fn bug(area: usize, draw: &mut Draw, body: &mut String) {
    if draw.percent(30) {
        parts(body, &[draw.pick(MOTIVES), " "]);
    }
    parts(body, &["It ", draw.pick(SYMPTOMS), " ", draw.pick(CONDITIONS), ".\n\n### Steps to reproduce\n1. "]);
    parts(body, &[draw.pick(FIRST_STEPS), "\n2. ", draw.pick(NEXT_STEPS)]);
    if draw.percent(30) {
        parts(body, &["\n\n### Expected\n", draw.pick(EXPECTED)]);
    }
    if draw.percent(12) {
        parts(body, &["\n\n### Logs\n```\n", draw.pick(ERRORS)]);
        for _ in 0..draw.between(1, 3) {
            let (line, column) = (draw.between(12, 480).to_string(), draw.between(3, 60).to_string());
            let place =
                [draw.pick(FUNCTIONS), " (src/", AREAS[area], "/", draw.pick(FILES), ".ts:", &line, ":", &column];
            parts(body, &["\n    at "]);
            parts(body, &place);
            parts(body, &[")"]);
        }
        parts(body, &["\n```"]);
    }
    let (minor, patch) = (draw.below(19).to_string(), draw.below(8).to_string());
    parts(body, &["\n\n### Environment\nstorefront 4.", &minor, ".", &patch, ", ", draw.pick(PLATFORMS)]);
}

/// One comment under an issue.
pub(super) fn comment(draw: &mut Draw) -> String {
    format!("{} {}", draw.pick(MOTIVES), draw.pick(CLOSINGS))
}

fn parts(body: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| body.push_str(part));
}

const SYMPTOMS: &[&str] = &[
    "shows a blank page",
    "returns a 500",
    "hangs for more than ten seconds",
    "loses the selected variant",
    "charges the card twice",
    "rounds the total to the wrong cent",
    "ignores the discount code",
    "sends the confirmation twice",
    "drops the last line of the order",
    "shows the price without tax",
    "throws an unhandled rejection",
    "redirects in a loop",
    "keeps a stale value in the cache",
    "shows results of another tenant",
    "fails silently",
    "resets the form",
];
const CONDITIONS: &[&str] = &[
    "after a session timeout",
    "with more than 50 lines",
    "on Safari in private mode",
    "when two tabs are open",
    "if the address has no postal code",
    "behind a proxy that strips cookies",
    "while a deploy is running",
    "with a gift card and a coupon together",
    "when the locale is de-CH",
    "after upgrading from 4.11",
    "if the webhook endpoint answers slowly",
    "on the first request of the day",
    "for guests who later sign in",
    "with images wider than 4096 pixels",
    "when the currency changes mid-session",
    "under about 200 requests per second",
];
const WISHES: &[&str] = &[
    "allow a custom retry policy",
    "add a bulk action",
    "support keyboard navigation",
    "expose the queue depth as a metric",
    "make the timeout configurable",
    "cache the rendered fragment",
    "show who changed a setting last",
    "accept CSV with a semicolon separator",
    "offer a dry-run mode",
    "paginate the export",
];
const PURPOSES: &[&str] = &[
    "for shops with many warehouses",
    "so that support can help without a deploy",
    "before the holiday season",
    "for users of screen readers",
    "to keep memory flat on small machines",
    "so that audits need no database access",
    "for tenants with strict retention rules",
    "to avoid a second round trip",
];
const MOTIVES: &[&str] = &[
    "We noticed this on Monday after the nightly import finished.",
    "Three of our customers reported it within the same hour.",
    "This used to work before the last minor release.",
    "It took us a while to find out, since nothing is logged.",
    "Our support team answers this about twice a day.",
    "It only shows up in production, never on staging.",
    "I can reproduce it with the demo data set.",
    "We run four instances behind a load balancer.",
    "The dashboards look normal while it happens.",
    "A rollback to the previous version makes it go away.",
];
const WORKAROUNDS: &[&str] = &[
    "A nightly script that patches the rows works, but it is fragile.",
    "Clearing the cache helps for an hour or so.",
    "We tried the plugin from the marketplace; it does not cover variants.",
    "Setting the flag in the environment has no effect.",
    "Doing it by hand is fine for ten orders, not for a thousand.",
    "We could fork the template, but would rather not.",
];
const CLOSINGS: &[&str] = &[
    "Happy to send a pull request if someone points me to the right place.",
    "Is there a recommended way?",
    "Let me know which logs would help.",
    "I attached the export of the failing order in the linked ticket.",
    "We would be glad about a hint.",
    "Please close if this is a duplicate.",
];
const FIRST_STEPS: &[&str] = &[
    "Sign in as a customer with two saved addresses",
    "Open the shop in a fresh profile",
    "Import the demo catalogue",
    "Create an order with the staff API",
    "Enable the feature flag for one tenant",
];
const NEXT_STEPS: &[&str] = &[
    "Add three items of the same variant",
    "Apply the code SAVE10 and go back",
    "Wait until the session has expired",
    "Change the shipping country",
    "Reload the page while the request is pending",
    "Submit the form twice in quick succession",
    "Switch the currency to JPY",
    "Look at the network tab",
];
const EXPECTED: &[&str] = &[
    "The order is placed once and the total matches the invoice.",
    "The page renders, or at least says what is wrong.",
    "The value that I selected is kept.",
    "An error that names the field.",
    "The request is retried, then reported.",
];
const ERRORS: &[&str] = &[
    "TypeError: Cannot read properties of undefined (reading 'lines')",
    "Error: Request timed out after 10000 ms",
    "RangeError: Invalid currency code: ",
    "ConflictError: version 12 expected, found 13",
    "ValidationError: postalCode is required for CH",
];
const FUNCTIONS: &[&str] =
    &["applyDiscount", "CartService.merge", "async Promise.all (index 2)", "renderTotals", "PaymentGateway.capture"];
const FILES: &[&str] = &["service", "controller", "totals", "adapter", "session", "queue"];
const PLATFORMS: &[&str] = &[
    "Node 22.11, Ubuntu 24.04",
    "Chrome 141, Windows 11",
    "Safari 26, macOS 26.1",
    "Firefox 144, Fedora 43",
    "Node 24.2, Debian 12 (Docker)",
    "Safari, iOS 26",
];
const TASKS: &[&str] = &[
    "move orders between tenants",
    "disable the confirmation email",
    "restrict search to one collection",
    "rotate the webhook secret",
    "run the importer in parallel",
    "show prices without tax",
];
const GAPS: &[&str] = &[
    "the default of `retryLimit` is not stated",
    "the example uses an option that was removed",
    "rate limits are not described",
    "the upgrade guide skips 4.12",
    "the type of the callback is missing",
];
