//! Design notes: some 3,000 tokens of argument, whose five sentences of weight stand in five of the sections.

mod vocabulary;

use self::vocabulary::{ARGUMENTS, POINTS, SECTIONS};
use super::{
    super::{
        draw::Draw,
        prose::{Deck, Prose},
    },
    vocabulary::SHARED,
};

/// What the design notes are about, and the system that changes. Every world has one for each.
pub(super) const SUBJECTS: [(&str, &str); 16] = [
    ("Idempotent webhook delivery", "webhook dispatcher"),
    ("Stock levels by warehouse", "inventory feed"),
    ("A read replica for reports", "order database"),
    ("Prices that depend on the season", "pricing engine"),
    ("Search that respects stock", "search cluster"),
    ("Carts that survive a change of device", "session store"),
    ("Partial refunds", "payment gateway"),
    ("Rate limits by tenant", "webhook dispatcher"),
    ("Images in modern formats", "image pipeline"),
    ("An archive for old orders", "order database"),
    ("One login for several shops", "login service"),
    ("Events instead of polling", "notification queue"),
    ("Tax calculation outside of the order", "tax calculator"),
    ("Deletion of customers on request", "export worker"),
    ("A sandbox for every partner", "product catalogue"),
    ("Canary releases for the storefront", "checkout service"),
];

/// A design note, and what is worth remembering of it.
pub(in super::super) struct DesignNote {
    pub(in super::super) title: String,
    pub(in super::super) content: String,
    /// The problem, the proposal, the cost, the risk and the decision, as they stand in the text.
    pub(in super::super) points: Vec<String>,
}

pub(super) fn generate(draw: &mut Draw, number: usize) -> DesignNote {
    let (subject, system) = SUBJECTS[number % SUBJECTS.len()];
    let title = format!("Design note: {subject}");
    let own: &[(&str, &[&str])] = &[("system", &[system])];
    let prose = Prose { lists: &[own, SHARED] };
    let mut content = format!("# {title}\n");
    let mut points = Vec::new();
    let mut arguments = Deck::new(ARGUMENTS);
    for (heading, paragraphs) in SECTIONS {
        content.push_str(&format!("\n## {heading}\n"));
        let point = POINTS.iter().find(|(section, _)| *section == heading);
        for paragraph in 0..paragraphs {
            let sentences = draw.between(6, 8);
            let mut text: Vec<_> = (0..sentences).map(|_| prose.sentence(draw, &mut arguments)).collect();
            if let (0, Some((_, ways))) = (paragraph, point) {
                let way = draw.pick(ways);
                let sentence = prose.text(draw, way);
                // Somewhere in the middle, where only a reader finds it.
                text.insert(draw.between(1, sentences - 1), sentence.clone());
                points.push(sentence);
            }
            content.push_str(&format!("\n{}\n", text.join(" ")));
        }
    }
    DesignNote { title, content, points }
}
