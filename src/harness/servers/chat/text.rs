//! What people write in the chat: short messages composed from a vocabulary.

use super::super::draw::Draw;

/// A message of one or two sentences.
pub(super) fn message(draw: &mut Draw, name: &str, company: &str) -> String {
    let opening = match draw.below(24) {
        0 => format!("<@{name}> "),
        1 => format!("Re {company}: "),
        _ => String::new(),
    };
    let mut text = format!("{opening}{}", draw.pick(STATEMENTS));
    if draw.percent(25) {
        text.push(' ');
        text.push_str(draw.pick(FOLLOW_UPS));
    }
    text
}

/// A message that speaks of an escalation and neither opens nor closes one.
pub(super) fn aside(draw: &mut Draw, company: &str) -> String {
    match draw.below(3) {
        0 => format!("Any news on the ESCALATION from {company}? They asked again this morning."),
        1 => format!("I would not call {company} RESOLVED before they have confirmed it."),
        _ => format!("Reminder: one ESCALATION per customer, please use the form. {company} has two threads."),
    }
}

/// What an escalation is about.
pub(super) fn complaint(draw: &mut Draw) -> String {
    format!("{}, {}", draw.pick(COMPLAINTS), draw.pick(IMPACTS))
}

/// How an escalation ended.
pub(super) fn resolution(draw: &mut Draw) -> &'static str {
    draw.pick(RESOLUTIONS)
}

const STATEMENTS: &[&str] = &[
    "The import finished, 3 rows were skipped because of a missing postal code.",
    "I am on support duty today, ping me if something looks odd.",
    "Their admin confirmed that the new certificate works.",
    "Quick heads-up: the status page still shows the maintenance banner.",
    "Moved the call to Thursday, the invite is out.",
    "I checked the logs of the last hour and saw nothing unusual.",
    "The refund went through, finance has the receipt.",
    "Could someone with access to the sandbox tenant have a look?",
    "They run an old version of the plugin, that explains the warnings.",
    "Queue depth is back to normal since the second worker was added.",
    "The customer sent a screenshot, I put it into the shared folder.",
    "Rolled out to ten percent, error rate is flat so far.",
    "Their contract renews next quarter, let us be quick with this one.",
    "I wrote down the steps in the runbook so that we find them next time.",
    "The vendor answered: fixed in their next release.",
    "Good call with them, they are happy with the new dashboard.",
    "The nightly export was late again, about forty minutes.",
    "Please do not restart the workers before the backfill is done.",
];
const FOLLOW_UPS: &[&str] = &[
    "Will update here after lunch.",
    "Nothing to do for us.",
    "Thanks for the help!",
    "I will take it from here.",
    "Can you confirm?",
    "Details are in the ticket.",
    "Adding the account owner for context.",
    "Let us look at it together tomorrow.",
];
const COMPLAINTS: &[&str] = &[
    "checkout times out",
    "orders are duplicated",
    "webhooks arrive hours late",
    "staff cannot sign in",
    "stock levels are wrong",
    "invoices show the wrong tax",
    "search returns nothing",
    "images do not load",
];
const IMPACTS: &[&str] = &[
    "all stores affected",
    "about one in ten customers affected",
    "they have paused their campaign",
    "their CFO is on copy",
    "workaround in place",
    "started after Tuesday's release",
];
const RESOLUTIONS: &[&str] = &[
    "hotfix deployed and confirmed by the customer",
    "configuration corrected, customer is happy",
    "vendor outage is over, backlog processed",
    "data repaired, credit note sent",
];
