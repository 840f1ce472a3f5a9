//! What is said in meetings.

use super::super::super::prose::Lists;

/// A point of the agenda: its name, the things that people speak of under it, and what customers wish for.
macro_rules! topic {
    ($name:literal, $things:expr, $wishes:expr) => {
        &[("topic", &[$name]), ("thing", &$things), ("wish", &$wishes)]
    };
}

/// The points of the agenda.
pub(super) const TOPICS: &[Lists<'static>] = &[
    topic!(
        "checkout and payments",
        ["the express checkout", "the card form", "the instalment plan", "the refund screen", "the retry page"],
        ["partial refunds from the order page", "a saved card for guests", "fewer redirects before the payment"]
    ),
    topic!(
        "search and navigation",
        [
            "the search box",
            "the category filter",
            "the synonym list",
            "the ranking of new products",
            "the facet counts"
        ],
        [
            "synonyms that the shop team maintains itself",
            "results that respect stock",
            "filters that can be shared as a link"
        ]
    ),
    topic!(
        "inventory and warehouses",
        [
            "the stock feed",
            "the transfer between warehouses",
            "the safety stock",
            "the returns dock",
            "the cycle count"
        ],
        [
            "stock by warehouse on the product page",
            "a warning before a variant sells out",
            "reservations for store pick-up"
        ]
    ),
    topic!(
        "invoices and taxes",
        [
            "the monthly invoice",
            "the tax table",
            "the credit note",
            "the export for the accountants",
            "the rounding of net prices"
        ],
        ["invoices by subsidiary", "a preview of the tax before the order", "credit notes in the customer's language"]
    ),
    topic!(
        "onboarding of new stores",
        [
            "the store template",
            "the import of the opening catalogue",
            "the training for cashiers",
            "the checklist",
            "the pilot store"
        ],
        [
            "a template that copies all settings",
            "an import that reports every skipped row",
            "a training store with made-up orders"
        ]
    ),
    topic!(
        "reliability and incidents",
        ["the status page", "the failover", "the incident review", "the paging policy", "the load test"],
        ["a status page by region", "a written review within a week", "a load test with our own traffic"]
    ),
    topic!(
        "security and access",
        [
            "the single sign-on",
            "the audit log",
            "the role for temporary staff",
            "the penetration test",
            "the key rotation"
        ],
        ["roles that expire by themselves", "the audit log in our own storage", "a second factor for refunds"]
    ),
    topic!(
        "reports and analytics",
        ["the weekly dashboard", "the cohort report", "the raw export", "the attribution of campaigns", "the forecast"],
        ["a forecast by category", "the raw events every hour", "one definition of a returning customer"]
    ),
    topic!(
        "mobile shop and app",
        ["the barcode scanner", "the push message", "the offline basket", "the start screen", "the image gallery"],
        ["a basket that survives a dead zone", "push messages by store", "a start screen that loads in a second"]
    ),
    topic!(
        "integrations and webhooks",
        [
            "the order webhook",
            "the connection to the accounting system",
            "the partner feed",
            "the sandbox tenant",
            "the rate limit"
        ],
        ["webhooks in order for each customer", "a sandbox that resets every night", "a way to replay a single event"]
    ),
    topic!(
        "support and response times",
        [
            "the help desk queue",
            "the weekend cover",
            "the escalation form",
            "the knowledge base",
            "the answer to the first question"
        ],
        [
            "one named contact at night",
            "an answer in two hours on campaign days",
            "articles with screenshots of our own shop"
        ]
    ),
    topic!(
        "contract and roadmap",
        ["the renewal", "the volume discount", "the roadmap for next year", "the pilot clause", "the price list"],
        ["a price that follows the season", "a vote on the roadmap", "a pilot that ends without a notice"]
    ),
];

pub(super) const COMMON: Lists<'static> = &[
    (
        "who",
        &[
            "our warehouse people",
            "the buyers",
            "finance",
            "the store managers",
            "the campaign team",
            "two of our franchisees",
        ],
    ),
    (
        "place",
        &[
            "Hamburg",
            "Lyon",
            "Porto",
            "Leeds",
            "Graz",
            "the outlet stores",
            "the northern region",
            "the web shop alone",
        ],
    ),
    (
        "next",
        &[
            "send a short proposal",
            "open a ticket with the figures",
            "set up a call with the engineers",
            "write it down for the steering group",
            "check it with the owner of the system",
        ],
    ),
];

pub(super) const OPENINGS: &[&str] = &[
    "The next point is {topic}. You had sent us {3..9} notes on it, thank you for that.",
    "Let us move on to {topic}. I think we have about {6..14} minutes for it.",
    "Good, then {topic}. Shall we begin with what changed {time}?",
    "I would like to spend a moment on {topic}, because it came up in {share} of your tickets.",
];

/// Said by the customer.
pub(super) const ASKED: &[&str] = &[
    "What {who} keep asking me is when {thing} will behave the same in {place} as everywhere else.",
    "We measured it {time}, and {share} of the orders that passed {thing} needed a second look.",
    "Honestly, {thing} is the one place where we still keep a spreadsheet beside your system.",
    "For us the most useful thing would be {wish}, even if the first version is plain.",
    "In {place} it took {span} until somebody noticed that {thing} had stopped.",
    "I do not want to sound ungrateful, but {thing} has cost us {span} of work every week.",
    "Could you explain why {effect} {time}? The summary we got did not mention {thing}.",
    "If I had to choose, I would take {wish} over everything else on this list.",
    "Our new colleagues understand {thing} in {span}, which was not the case a year ago.",
    "There was one day {time} when {effect}, and {who} still bring it up.",
    "We have {12..480} people who touch {thing} every day, so small changes are felt at once.",
    "Is {wish} something that is planned, or would we have to build it ourselves?",
    "The figures look better than {time}: I see {share} fewer complaints about {thing}.",
    "My worry is the peak. {^time} we had {4..19} times the usual load, and {thing} was the first to slow down.",
    "We tried to work around it with a script, and that held for {span} before it broke.",
    "Please keep in mind that {who} work with {thing} on a screen from ten years ago.",
    "What would help is a number that we can watch. At the moment nobody can tell whether {thing} is healthy.",
    "From the side of {place} there is also the wish for {wish}, and I promised to mention it.",
    "I was told that {thing} is slower {time}. Is that so, or is it just the way we use it?",
    "We would rather have {thing} done well than three other things half done.",
];

/// Said by the vendor.
pub(super) const ANSWERED: &[&str] = &[
    "What happened there is that {thing} depends on the {system}, and that had {cause}.",
    "We looked into it: the {metric} of the {system} went up by {share}, and {thing} suffered first.",
    "The short answer is yes, and the long answer is that {team} need {span} to do it properly.",
    "{^wish} is on the list for next year. I can show you the draft, it has {3..14} pages.",
    "I agree that the summary was too short. The cause was {cause}, and we have since decided to {fix}.",
    "For {thing} the plan is to {fix}. It should be with you {deadline}.",
    "Since that day {team} get an alert when the {metric} is off for more than {span}.",
    "We can offer a pilot of it in {place}, with {2..9} stores and a way back.",
    "There are {2..7} customers with the same request, so it is no special wish of yours.",
    "I would not promise it for this year. What I can promise is that we {fix} {deadline}.",
    "The test with your own traffic showed that {thing} now stands {3..12} times the usual load.",
    "That is a fair point. {^team} had the same impression and asked for {wish} as well.",
    "Part of it is configuration. In {place} somebody had switched off the check behind {thing}.",
    "We changed the order of the steps {time}, and since then {share} of the failures are gone.",
    "The {system} is the bottleneck here, not your screens. We will {fix} and measure again.",
    "Let me be open about it: when {effect}, we needed {span} to see it, and that is too long.",
    "You get a report on {thing} every month from now on, with the {metric} and the worst day.",
    "If you send us {2..6} examples, {team} can tell you {deadline} which of them share the cause.",
    "We have written a runbook for it, and the last rehearsal took {span}.",
    "It was {cause}. Nothing in your data was lost, but {effect} until we noticed.",
];

/// Said by anybody.
pub(super) const REMARKED: &[&str] = &[
    "Makes sense to me.",
    "I would put a date on that, otherwise we speak of it again next year.",
    "Let me repeat it to be sure: it concerns {place} first, and the rest follows {deadline}.",
    "Can we note that as agreed?",
    "I will {next} and copy everyone here.",
    "One question before we go on: does that include {thing}?",
    "That matches what I hear from {who}.",
    "We should not mix this up with the other matter about the {system}.",
    "I have the numbers here, it was {span} in the worst case and {14..55} seconds on an ordinary day.",
    "Sorry, I was on mute. I wanted to say that {who} would test it for us.",
    "Then {team} and {who} should talk directly, I can make the introduction.",
    "It is a small thing, but it is seen by every visitor.",
    "I would leave it as it is until the review of {topic}, and decide then.",
    "Fine, I will {next} {deadline}.",
    "For the minutes: we want {wish}, and we know that it depends on the {system}.",
    "Does anybody object? No? Then that is how we do it.",
];

pub(super) const CLOSINGS: &[&str] = &[
    "Good. I will {next} {deadline}, and we come back to {topic} in the next meeting.",
    "Then the decision is to {fix}, and {team} report on it {deadline}.",
    "I take from this that {wish} matters most, and that {who} are the ones to ask.",
    "Let us close this point. The open question is the {metric}, everything else is agreed.",
];
