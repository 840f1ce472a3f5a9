//! Policies: what holds for everybody, in numbered sections.

use super::{
    super::{
        draw::Draw,
        prose::{Deck, Prose},
    },
    vocabulary::SHARED,
};

/// What the policies are about. Every world has one for each.
pub(super) const SUBJECTS: [&str; 12] = [
    "Data retention",
    "Access to production",
    "Incident communication",
    "Password and keys",
    "Remote work",
    "Travel and expenses",
    "Code review",
    "Third-party software",
    "On-call compensation",
    "Customer data in tests",
    "Backups and restores",
    "Accessibility of the shop",
];

/// The title and the text.
pub(super) fn generate(draw: &mut Draw, number: usize) -> (String, String) {
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let prose = Prose { lists: &[SHARED] };
    let title = format!("Policy: {subject}");
    let mut content = format!(
        "# {title}\n\nVersion: {}.{}\nApproved by: {}\nReview: every {} months\n",
        draw.between(1, 6),
        draw.below(9),
        prose.text(draw, "{team}"),
        [6, 12, 24][draw.below(3)]
    );
    let mut rules = Deck::new(RULES);
    for (section, heading) in HEADINGS.iter().enumerate() {
        content.push_str(&format!("\n## {}. {heading}\n\n", section + 1));
        for rule in 1..=draw.between(3, 4) {
            content.push_str(&format!("{}.{rule} {}\n", section + 1, prose.sentence(draw, &mut rules)));
        }
    }
    (title, content)
}

const HEADINGS: [&str; 6] = ["Purpose", "Scope", "Rules", "Exceptions", "Responsibilities", "Records"];
const RULES: &[&str] = &[
    "It applies to everybody who works with the {system}, employed or not.",
    "Requests are answered within {2..10} working days, and a silence is a refusal.",
    "Records are kept for {6..84} months and then deleted by the system that holds them.",
    "An exception is granted for {1..6} months at most, in writing, and named in the register.",
    "{^team} review the register every quarter and report to the management.",
    "Access is given to roles and never to single people, apart from an emergency.",
    "Whoever finds a violation reports it, and has no disadvantage from it.",
    "Copies of the {system} outside of production hold made-up data only.",
    "Costs above {80..900} euros need the approval of the head of the department beforehand.",
    "A second person confirms every change that cannot be undone.",
    "Customers are told within {12..72} hours if their data is concerned.",
    "The text is published in the handbook, and older versions stay readable.",
    "Contractors sign it before their first day and again after {6..24} months.",
    "Where the law of a country asks for more, the law counts.",
    "Questions go to {team}, who answer in the open channel so that others can read it.",
    "Training takes {30..120} minutes and is repeated every {1..3} years.",
    "Logs of the {system} show who did what and when, and nothing about why.",
    "Tools that are not on the list are tried on a machine without access to production.",
    "The owner of a system answers for it even if somebody else operates it.",
    "A rule that nobody can follow is to be reported and changed rather than ignored.",
    "Deviations that were found in an audit are closed within {14..90} days.",
    "Backups are encrypted, and the keys are held by {team}.",
    "The rules are measured by the {metric} where that is possible.",
    "Devices that are lost are locked within {1..8} hours after the report.",
];
