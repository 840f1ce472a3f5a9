//! Postmortems: what went wrong, why, and what is to be done.

use super::{
    super::{
        draw::Draw,
        prose::{Deck, Prose},
        world::{DAY, Moment, World},
    },
    vocabulary::SHARED,
};

/// A postmortem with the parts that others quote.
pub(in super::super) struct Postmortem {
    pub(in super::super) title: String,
    pub(in super::super) root_cause: String,
    pub(in super::super) action_items: Vec<String>,
    pub(super) content: String,
}

/// The postmortem of an incident on this day.
pub(super) fn generate(world: World, draw: &mut Draw, day: Moment) -> Postmortem {
    let system = draw.pick(SYSTEMS);
    let cause = Prose { lists: &[SHARED] }.text(draw, "{cause}");
    let own: &[(&str, &[&str])] = &[("system", &[system]), ("cause", &[&cause]), ("time", EARLIER)];
    let prose = Prose { lists: &[own, SHARED] };
    let title = format!("Postmortem: {system} {} on {}", draw.pick(TITLES), day.date());
    let mut deck = Deck::new(REMARKS);

    let header = format!(
        "Severity: SEV-{}\nDuration: {} minutes\nCustomers affected: {}\nIncident commander: {}\n",
        draw.between(1, 3),
        draw.between(9, 240),
        draw.between(12, 4_800),
        world.person(draw.below(40)).name
    );
    let summary = prose.paragraph(draw, &mut Deck::new(SUMMARIES), 3);
    let impact = prose.paragraph(draw, &mut deck, 4);
    let timeline = timeline(draw, &prose);
    let root_cause =
        format!("{} {}", prose.sentence(draw, &mut Deck::new(CAUSES)), prose.sentence(draw, &mut Deck::new(EVIDENCE)));
    let contributing = prose.paragraph(draw, &mut deck, 5);
    let well = prose.paragraph(draw, &mut deck, 3);
    let badly = prose.paragraph(draw, &mut deck, 3);
    let mut actions = Deck::new(ACTIONS);
    let action_items: Vec<_> = (0..draw.between(2, 3))
        .map(|_| {
            let action = prose.sentence(draw, &mut actions);
            let due = Moment(day.0 + draw.between(5, 60) as i64 * DAY).date();
            format!("{action} ({}, {due})", world.person(draw.below(40)).name)
        })
        .collect();
    let content = format!(
        "# {title}\n\n{header}\n## Summary\n\n{summary}\n\n## Impact\n\n{impact}\n\n## Timeline\n\n{timeline}\n\
         ## Root cause\n\n{root_cause}\n\n## Contributing factors\n\n{contributing}\n\n## What went well\n\n{well}\n\n\
         ## What went badly\n\n{badly}\n\n## Action items\n\n- {}\n\n## Appendix\n\n{}\n",
        action_items.join("\n- "),
        prose.paragraph(draw, &mut deck, 4)
    );
    Postmortem { title, root_cause, action_items, content }
}

fn timeline(draw: &mut Draw, prose: &Prose) -> String {
    let mut minute = draw.between(0, 20 * 60);
    let mut deck = Deck::new(EVENTS);
    let mut lines = String::new();
    for _ in 0..draw.between(7, 9) {
        lines.push_str(&format!("- {:02}:{:02} {}\n", minute / 60 % 24, minute % 60, prose.sentence(draw, &mut deck)));
        minute += draw.between(2, 31);
    }
    lines
}

/// The systems that have had incidents.
const SYSTEMS: &[&str] = &[
    "checkout service",
    "search cluster",
    "payment gateway",
    "inventory feed",
    "webhook dispatcher",
    "image pipeline",
    "session store",
    "order database",
    "pricing engine",
    "notification queue",
];
const TITLES: &[&str] =
    &["outage", "slowdown", "data drift", "failed deploy", "partial outage", "lost messages", "stuck queue"];
const SUMMARIES: &[&str] = &[
    "{^effect} for {span} because the {system} did not answer.",
    "The {system} stopped serving {share} of its requests, and {effect}.",
    "An alert on the {metric} of the {system} was raised {span} after the first failures.",
    "{^team} restored the service by hand and then decided to {fix}.",
    "No data was lost, but {share} of the affected customers wrote to support.",
    "The same pattern had been seen {time} and was thought to be solved.",
];
const CAUSES: &[&str] = &[
    "The {system} ran into {cause}, which only shows when the {metric} is {2..9} times its usual value.",
    "A change that was made {time} left {cause} in one of {3..12} zones.",
    "Under load the {system} met {cause}, and its health check went on to report success.",
    "Two protections worked against each other: a restart policy met {cause} and kept {share} of the workers busy.",
    "The rollout assumed that {team} had been told, while in fact there was {cause}.",
    "Nobody owned the setting in question, so {cause} stayed in place for {span}.",
];
/// What shows that it was the cause.
const EVIDENCE: &[&str] = &[
    "It can be reproduced on the test environment with {2..9} times the usual load.",
    "The logs of {span} before the first alert show the same pattern, only weaker.",
    "After {team} had corrected it, the {metric} returned to normal within {span}.",
    "It had been there since the previous release and waited for a day with {share} more traffic.",
    "The {metric} of {2..7} neighbouring systems was not affected, which rules out the network.",
    "A rollback alone did not help, because the state that it had left behind stayed.",
];
/// When something was before the incident.
const EARLIER: &[&str] = &[
    "two weeks before",
    "with the release before",
    "during the last maintenance",
    "a year earlier",
    "in the spring of the year before",
    "after the previous incident",
];
const ACTIONS: &[&str] = &[
    "{^fix}",
    "Alert on the {metric} of the {system} at {55..95} percent",
    "Document the manual failover of the {system}",
    "Add a test that reproduces {cause}",
    "Review the limits of the {system} with {team}",
    "Remove the flag that hides the {metric} on the dashboard",
    "Give {team} access to the console of the {system}",
];
const EVENTS: &[&str] = &[
    "The {metric} leaves its usual range.",
    "First report: {effect}.",
    "The alert pages {team}.",
    "The incident channel is opened and {team} join.",
    "A restart of the {system} brings no change.",
    "The last deploy is rolled back as a precaution.",
    "{^cause} is suspected.",
    "Traffic is moved to the other region.",
    "The {metric} recovers for {span} and then drops again.",
    "The cause is confirmed in the logs.",
    "The status page is updated.",
    "All checks are green, the incident is closed.",
];
const REMARKS: &[&str] = &[
    "Of the requests that failed, {share} were retried by the client and went through.",
    "Stores with more than {20..90} employees were hit first, since their traffic peaks early.",
    "Support received {14..260} tickets, most of them about the same page.",
    "The dashboards showed the {metric} as an average, which hid the worst zone.",
    "{^team} had rehearsed this case {time}, and it showed.",
    "The rollback took {span}, of which most was spent waiting for approval.",
    "A second alert fired at the same moment and drew attention to the wrong place.",
    "Credit notes for {3..70} customers were sent on the following day.",
    "The runbook named a host that no longer exists.",
    "Communication with customers was early and clear, according to {share} of their answers.",
    "Logs were kept for {2..14} days only, so that the first occurrence could not be looked at.",
    "An engineer of another team noticed the pattern by chance.",
    "The queue was drained within {span} once the workers were back.",
    "It took {span} to find somebody with the right to change the setting.",
    "The test environment has {2..5} nodes where production has {12..60}.",
    "The graph of the {metric} is attached to the incident ticket.",
    "Feature flags made it possible to switch off the costly part alone.",
    "Two of the three replicas were on the same rack.",
    "The change had been reviewed, and the review did not ask about the {metric}.",
    "During the incident {effect} in {2..9} countries.",
];
