//! Runbooks: what to do when, step by step, under a header of labelled lines.

use super::{
    super::{
        draw::Draw,
        prose::{Deck, Prose},
        world::World,
    },
    vocabulary::SHARED,
};

/// What the runbooks are about: the task, and the system that it is done to. Every world has one for each.
pub(super) const SUBJECTS: [(&str, &str); 20] = [
    ("Fail over the order database", "order database"),
    ("Restart the search cluster", "search cluster"),
    ("Rotate the keys of the payment gateway", "payment gateway"),
    ("Drain the notification queue", "notification queue"),
    ("Rebuild the index of the product catalogue", "product catalogue"),
    ("Purge the image cache", "image pipeline"),
    ("Replay webhooks for one customer", "webhook dispatcher"),
    ("Restore a session store from backup", "session store"),
    ("Scale the checkout service for a campaign", "checkout service"),
    ("Pause the inventory feed", "inventory feed"),
    ("Roll back the pricing engine", "pricing engine"),
    ("Move a tenant to another region", "order database"),
    ("Renew the certificates of the login service", "login service"),
    ("Reprocess failed exports", "export worker"),
    ("Update the tax tables", "tax calculator"),
    ("Switch the payment provider", "payment gateway"),
    ("Clear a stuck deploy", "checkout service"),
    ("Reset the sandbox tenants", "product catalogue"),
    ("Throttle an abusive client", "webhook dispatcher"),
    ("Verify a backup of the order database", "order database"),
];

/// A runbook, and the longest that its task may take.
pub(in super::super) struct Runbook {
    pub(super) title: String,
    pub(super) content: String,
    /// The value of the line `Maximum time to recover`.
    pub(in super::super) recovery: String,
}

pub(super) fn generate(world: World, draw: &mut Draw, number: usize) -> Runbook {
    let (subject, system) = SUBJECTS[number % SUBJECTS.len()];
    let own: &[(&str, &[&str])] = &[("system", &[system])];
    let prose = Prose { lists: &[own, SHARED] };
    let title = format!("Runbook: {subject}");
    let recovery = format!("{} minutes", draw.between(4, 95));
    let owner = prose.text(draw, "{team}");
    let header = format!(
        "Owner: {owner}\nLast rehearsed by: {}\nRisk: {}\nMaximum time to recover: {recovery}\nMaximum data loss: {} seconds\n",
        world.person(draw.below(40)).name,
        draw.pick(&["low", "medium", "high"]),
        draw.between(0, 90)
    );
    let (mut remarks, mut steps) = (Deck::new(REMARKS), Deck::new(STEPS));
    let listed = |draw: &mut Draw, steps: &mut Deck, count| -> String {
        (1..=count).map(|step: usize| format!("{step}. {}\n", prose.sentence(draw, steps))).collect()
    };
    let content = format!(
        "# {title}\n\n{header}\n## When to use it\n\n{}\n\n## Before you start\n\n{}\n## Steps\n\n{}\n## Checks\n\n{}\n\n\
         ## If it does not work\n\n{}\n\n## History\n\n{}\n",
        prose.paragraph(draw, &mut remarks, 4),
        listed(draw, &mut steps, 4),
        listed(draw, &mut steps, 9),
        prose.paragraph(draw, &mut remarks, 4),
        prose.paragraph(draw, &mut remarks, 4),
        prose.paragraph(draw, &mut remarks, 4),
    );
    Runbook { title, content, recovery }
}

const STEPS: &[&str] = &[
    "Announce the work in the incident channel and name a second pair of eyes.",
    "Open the dashboard of the {system} and note the {metric} as it is now.",
    "Check that no deploy is running and none is planned for the next {20..60} minutes.",
    "Take the {system} out of the load balancer, one zone at a time.",
    "Wait until the {metric} is flat, which takes {span} on an ordinary day.",
    "Run the dry run first and compare its list with the ticket.",
    "Set the flag for read-only mode and confirm it on the status page.",
    "Start the job with a batch size of {50..400} and watch the first {3..9} batches.",
    "Stop the workers, and do not kill them: a worker that is killed leaves its lock behind.",
    "Verify with {team} that {share} of the traffic is served by the replica.",
    "Write the old value of the setting into the ticket before you change it.",
    "Ask {team} to confirm with a test order of their own.",
    "Put the {system} back, beginning with the smallest zone.",
    "Remove the read-only flag and look at the {metric} for another {5..30} minutes.",
    "Close the announcement with the time it took and anything that was not as described here.",
];
const REMARKS: &[&str] = &[
    "Use it when the {metric} of the {system} stays out of its range for more than {span}.",
    "It is safe to stop after any step but the one that changes the setting.",
    "If {harm}, begin at once and tell {team} afterwards.",
    "The procedure needs the role of an operator, which {team} can give for a day.",
    "The {metric} should return to normal within {span}; if it does not, look for {cause}.",
    "Do not use it during the nightly import, which runs for {span}.",
    "A test order of the demo tenant must go through in less than {10..50} seconds.",
    "Compare the number of rows on both sides; a difference of more than {2..40} is an error.",
    "Call the person on duty of {team} if anything here does not match what you see.",
    "It was last needed {time}, when {effect}.",
    "At the last rehearsal it took {span}, and one step was missing.",
    "The step with the batch size was added after {cause} had been found.",
    "If the first attempt fails, the second one rarely helps: collect the logs and escalate.",
    "Customers notice nothing if it is done outside of office hours, and {share} of them do otherwise.",
    "An older version told you to restart the {system} first, which only hides the cause.",
    "The plan for next year is to {fix}, after which this page can go.",
    "Both zones must show the same version before the work is finished.",
    "The alert is silenced for {30..90} minutes and comes back by itself.",
];
