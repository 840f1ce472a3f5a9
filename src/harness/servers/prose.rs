//! English text from templates: [`Prose`] fills the `{slots}` of a sentence from lists of phrases.
//!
//! A phrase may have slots of its own. `{12..80}` is a number from that range, and `{^name}` a phrase with a capital first
//! letter. A [`Deck`] deals the templates of a list so that none comes again before all the others have.

use super::draw::Draw;

/// Phrases by the name of the slot that they fill.
pub(super) type Lists<'a> = &'a [(&'a str, &'a [&'a str])];

/// What fills slots: of lists with the same name the first counts.
#[derive(Clone, Copy)]
pub(super) struct Prose<'a> {
    pub(super) lists: &'a [Lists<'a>],
}

impl Prose<'_> {
    /// The template with every slot filled. A slot that no list fills stays as it is.
    pub(super) fn text(&self, draw: &mut Draw, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        self.write(draw, template, &mut text);
        text
    }

    fn write(&self, draw: &mut Draw, template: &str, text: &mut String) {
        let mut rest = template;
        while let Some((before, (slot, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            text.push_str(before);
            let start = text.len();
            self.fill(draw, slot.trim_start_matches('^'), text);
            if slot.starts_with('^') && text.is_char_boundary(start + 1) {
                text[start..=start].make_ascii_uppercase();
            }
            rest = after;
        }
        text.push_str(rest);
    }

    fn fill(&self, draw: &mut Draw, slot: &str, text: &mut String) {
        let range = slot.split_once("..").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        let list = self.lists.iter().flat_map(|lists| lists.iter()).find(|(name, _)| *name == slot);
        match (range, list) {
            (Some((low, high)), _) => text.push_str(&draw.between(low, high).to_string()),
            (None, Some((_, phrases))) => {
                let phrase = draw.pick(phrases);
                self.write(draw, phrase, text);
            }
            (None, None) => {
                text.push('{');
                text.push_str(slot);
                text.push('}');
            }
        }
    }

    /// Some sentences from a deck, as one paragraph.
    pub(super) fn paragraph(&self, draw: &mut Draw, deck: &mut Deck, sentences: usize) -> String {
        let sentences: Vec<_> = (0..sentences).map(|_| self.sentence(draw, deck)).collect();
        sentences.join(" ")
    }

    /// The next sentence of a deck.
    pub(super) fn sentence(&self, draw: &mut Draw, deck: &mut Deck) -> String {
        let template = deck.deal(draw);
        self.text(draw, template)
    }
}

/// Templates in a shuffled order.
pub(super) struct Deck {
    templates: Vec<&'static str>,
    next: usize,
}

impl Deck {
    /// A deck of a list that is not empty.
    pub(super) fn new(templates: &[&'static str]) -> Self {
        Self { templates: templates.to_vec(), next: 0 }
    }

    pub(super) fn deal(&mut self, draw: &mut Draw) -> &'static str {
        if self.next == 0 {
            draw.shuffle(&mut self.templates);
        }
        let template = self.templates[self.next];
        self.next = (self.next + 1) % self.templates.len();
        template
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::draw::Stream, *};

    #[test]
    fn slots_are_filled_from_the_first_list_of_the_name() {
        let own: Lists = &[("who", &["Mira"])];
        let shared: Lists = &[("who", &["Jonas"]), ("what", &["the {thing} of {who}"]), ("thing", &["queue"])];
        let prose = Prose { lists: &[own, shared] };
        let draw = &mut Draw::new(1, Stream::Document, 0);
        for (template, text) in [
            ("{^what} has {7..7} rows.", "The queue of Mira has 7 rows."),
            ("{who}{who}", "MiraMira"),
            ("no {slot}", "no {slot}"),
            ("an open {who", "an open {who"),
            ("", ""),
        ] {
            assert_eq!(prose.text(draw, template), text);
        }
    }

    #[test]
    fn a_deck_deals_every_template_before_one_comes_again() {
        let draw = &mut Draw::new(1, Stream::Document, 0);
        let mut deck = Deck::new(&["a", "b", "c", "d"]);
        for _ in 0..5 {
            assert_eq!((0..4).map(|_| deck.deal(draw)).collect::<BTreeSet<_>>().len(), 4);
        }
    }
}
