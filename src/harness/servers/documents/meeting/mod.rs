//! Transcripts of meetings, turn by turn, as a recording service writes them down.

mod vocabulary;

use self::vocabulary::{ANSWERED, ASKED, CLOSINGS, COMMON, OPENINGS, REMARKED, TOPICS};
use super::{
    super::{
        draw::Draw,
        prose::{Deck, Lists, Prose},
        world::{Moment, World},
    },
    vocabulary::SHARED,
};

/// A meeting between a customer and the vendor.
pub(super) struct Meeting {
    pub(super) title: String,
    /// The customer's `World::company` index.
    pub(super) company: u64,
    pub(super) date: Moment,
    /// The transcript ends with the point of the agenda in which it reaches this length.
    pub(super) characters: usize,
}

struct Speaker {
    name: String,
    side: &'static str,
    asks: bool,
}

/// The people in the room: the first is the host.
fn speakers(world: World, draw: &mut Draw) -> Vec<Speaker> {
    let vendor = draw.below(30);
    let customer = 100 + draw.below(800);
    let speaker = |index: usize, side, asks| Speaker { name: world.person(index).name, side, asks };
    (0..3)
        .map(|index| speaker(vendor + index, "Acme", false))
        .chain((0..4).map(|index| speaker(customer + index * 3, "customer", true)))
        .collect()
}

/// The transcript in Markdown.
pub(super) fn transcript(world: World, draw: &mut Draw, meeting: &Meeting) -> String {
    let company = world.company(meeting.company);
    let speakers = speakers(world, draw);
    let present: Vec<_> = speakers.iter().map(|speaker| format!("{} ({})", speaker.name, speaker.side)).collect();
    let mut text = format!(
        "# {}\n\nCustomer: {}\nDate: {}\nPresent: {}\n",
        meeting.title,
        company.name,
        meeting.date.date(),
        present.join(", ")
    );
    let mut talk = Talk {
        speakers,
        second: 0,
        last: 0,
        asked: Deck::new(ASKED),
        answered: Deck::new(ANSWERED),
        remarked: Deck::new(REMARKED),
    };
    let mut topics: Vec<_> = TOPICS.iter().collect();
    draw.shuffle(&mut topics);
    for (round, topic) in (0..2).flat_map(|round| topics.iter().map(move |topic| (round, topic))) {
        if text.len() >= meeting.characters {
            break;
        }
        talk.discuss(draw, topic, round, meeting.characters, &mut text);
    }
    text
}

/// A talk as it goes on.
struct Talk {
    speakers: Vec<Speaker>,
    /// Seconds since the recording began.
    second: usize,
    /// Who spoke last.
    last: usize,
    asked: Deck,
    answered: Deck,
    remarked: Deck,
}

impl Talk {
    /// One point of the agenda, as far as the length of the whole allows.
    fn discuss(&mut self, draw: &mut Draw, topic: Lists, round: usize, characters: usize, text: &mut String) {
        let lists: [Lists; 3] = [topic, COMMON, SHARED];
        let prose = Prose { lists: &lists };
        let again = if round == 0 { "" } else { ", continued" };
        text.push_str(&format!("\n## {}{again}\n\n", prose.text(draw, "{^topic}")));
        let opening = draw.pick(OPENINGS);
        self.say(0, &prose.text(draw, opening), draw, text);
        for _ in 0..draw.between(26, 34) {
            if text.len() >= characters {
                break;
            }
            let speaker = (self.last + draw.between(1, self.speakers.len() - 1)) % self.speakers.len();
            let deck = if self.speakers[speaker].asks { &mut self.asked } else { &mut self.answered };
            let sentences = draw.between(1, 3);
            let mut said = prose.paragraph(draw, deck, sentences);
            if draw.percent(45) {
                said = format!("{} {said}", prose.sentence(draw, &mut self.remarked));
            }
            self.say(speaker, &said, draw, text);
        }
        let closing = draw.pick(CLOSINGS);
        self.say(0, &prose.text(draw, closing), draw, text);
    }

    fn say(&mut self, speaker: usize, said: &str, draw: &mut Draw, text: &mut String) {
        let (hours, minutes, seconds) = (self.second / 3_600, self.second / 60 % 60, self.second % 60);
        let name = &self.speakers[speaker].name;
        text.push_str(&format!("[{hours:02}:{minutes:02}:{seconds:02}] {name}: {said}\n"));
        self.last = speaker;
        // Some 14 characters a second, and a pause.
        self.second += said.len() / 14 + draw.between(1, 4);
    }
}
