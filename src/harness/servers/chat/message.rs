//! The messages of a channel: generated once for a trial, and serialised as the real interface returns them.

use serde::{Serialize, Serializer};

use super::{
    super::{
        draw::{Draw, Stream, UPPER_ALPHANUMERIC},
        world::{DAY, ISSUES, World},
    },
    text,
};

/// The people in the workspace; each is `World::person` of the same index, as on the issue tracker.
pub(super) const USERS: usize = 40;
pub(super) const TEAM: &str = "T04Q9K2MD";
/// The app whose form posts escalations.
pub(super) const BOT: &str = "B07ESCLT8N";

/// 2026-10-01: the first day of the month that the channels hold.
const FIRST_DAY: i64 = 1_790_812_800;
const MONTH: i64 = 31 * DAY;

pub(super) struct Channel {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) topic: &'static str,
    /// The number of messages, unless the trial says otherwise.
    pub(super) messages: usize,
}

/// The channel with the escalations is the first.
pub(super) const CHANNELS: [Channel; 6] = [
    channel("C06ESC41PQ", "customer-escalations", "One message per escalation; post through the form", 570),
    channel("C02GENR8LA", "general", "Company-wide announcements and work-based matters", 120),
    channel("C03DEPL0YS", "deploys", "Release train: what goes out and when", 240),
    channel("C05SUPP0RT", "support", "Questions from the help desk", 310),
    channel("C07SALES2B", "sales", "Wins, losses and renewals", 150),
    channel("C08RAND0MX", "random", "Non-work banter", 90),
];

const fn channel(id: &'static str, name: &'static str, topic: &'static str, messages: usize) -> Channel {
    Channel { id, name, topic, messages }
}

/// The id of the user with this index.
pub(super) fn user_id(index: usize) -> String {
    let mut rest = 0x3f_51a7 + index * 104_729;
    let mut id = String::from("U0");
    for _ in 0..7 {
        id.push(char::from(UPPER_ALPHANUMERIC[rest % UPPER_ALPHANUMERIC.len()]));
        rest = rest / UPPER_ALPHANUMERIC.len() + 17 * index + 5;
    }
    id
}

#[derive(Clone, Debug)]
pub(super) enum Author {
    User(usize),
    Bot,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) author: Author,
    pub(super) text: String,
    /// Microseconds since 1970; unique within the channel.
    pub(super) time: i64,
    pub(super) id: String,
    pub(super) block: String,
    /// The number of replies in the message's thread.
    pub(super) replies: usize,
    /// The thread that this message is a reply in.
    pub(super) thread: Option<i64>,
    pub(super) reactions: Vec<Reaction>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Reaction {
    pub(super) name: String,
    pub(super) users: Vec<String>,
    pub(super) count: usize,
}

/// A timestamp as the interface writes it, which is also the message's id in its channel.
pub(super) fn ts(time: i64) -> String {
    format!("{}.{:06}", time / 1_000_000, time % 1_000_000)
}

/// The time of a timestamp; at least seconds must be given.
pub(super) fn parse_ts(ts: &str) -> Option<i64> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, "0"));
    if fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let micros: i64 = format!("{fraction:0<6}").parse().ok()?;
    seconds.parse::<u32>().ok().map(|seconds| i64::from(seconds) * 1_000_000 + micros)
}

/// What happens to one account's escalation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// The account's `World::company` index.
    pub(super) account: u64,
    /// The linked issue.
    pub(super) issue: u64,
    /// Whether the escalation begins, or is resolved.
    pub(super) opens: bool,
}

/// The escalations of the month in order. Six accounts end unresolved, two of them after an earlier escalation was
/// resolved; of those that end resolved two were escalated twice.
pub(super) fn escalations(world: World) -> Vec<Event> {
    const EVENTS: [usize; 20] = [1, 1, 1, 1, 3, 3, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2];
    let mut draw = world.draw(Stream::Escalations, 0);
    // Among the first 60 companies, which every CRM has.
    let mut accounts: Vec<u64> = (0..60).collect();
    draw.shuffle(&mut accounts);
    let mut turns: Vec<usize> =
        EVENTS.iter().enumerate().flat_map(|(i, count)| std::iter::repeat_n(i, *count)).collect();
    draw.shuffle(&mut turns);
    let mut open: [Option<u64>; EVENTS.len()] = [None; EVENTS.len()];
    let event = |turn: usize| {
        let account = accounts[turn];
        match open[turn].take() {
            Some(issue) => Event { account, issue, opens: false },
            None => {
                // Among the newest issues.
                let issue = draw.between(ISSUES as usize * 9 / 10, ISSUES as usize) as u64;
                open[turn] = Some(issue);
                Event { account, issue, opens: true }
            }
        }
    };
    turns.into_iter().map(event).collect()
}

impl Message {
    pub(super) fn new(author: Author, text: String, time: i64, draw: &mut Draw) -> Self {
        let (id, block) = (draw.uuid(), draw.characters(UPPER_ALPHANUMERIC, 5));
        Self { author, text, time, id, block, replies: 0, thread: None, reactions: Vec::new() }
    }

    /// The messages of the channel with this index, oldest first.
    pub(super) fn channel(world: World, channel: usize, count: usize) -> Vec<Self> {
        let mut draw = world.draw(Stream::Channel, channel as u64);
        let events = if channel == 0 { escalations(world) } else { Vec::new() };
        // The messages that carry an event: one in each of as many equal stretches of the month.
        let stretch = if events.is_empty() { 0 } else { count / events.len() };
        let slots: Vec<_> = (0..events.len()).map(|i| i * stretch + draw.below(stretch)).collect();
        let gap = MONTH * 1_000_000 / count as i64;
        let mut upcoming = slots.into_iter().zip(events).peekable();
        let mut messages = Vec::with_capacity(count);
        for position in 0..count {
            let time = FIRST_DAY * 1_000_000
                + position as i64 * gap
                + draw.below((gap / 1_000_000) as usize) as i64 * 1_000_000;
            let time = time + draw.below(1_000) as i64 * 10 + 9;
            messages.push(match upcoming.next_if(|(slot, _)| *slot == position) {
                Some((_, event)) => Self::event(world, &event, time, &mut draw),
                None => Self::chatter(world, channel, time, &mut draw),
            });
        }
        messages
    }

    fn event(world: World, event: &Event, time: i64, draw: &mut Draw) -> Self {
        let (domain, issue) = (world.company(event.account).domain, event.issue);
        let text = if event.opens {
            format!("ESCALATION {domain} #{issue}: {}", text::complaint(draw))
        } else {
            format!("RESOLVED {domain} #{issue}: {}", text::resolution(draw))
        };
        Self::new(Author::Bot, text, time, draw)
    }

    fn chatter(world: World, channel: usize, time: i64, draw: &mut Draw) -> Self {
        let company = world.company(draw.below(60) as u64);
        let text = if channel == 0 && draw.percent(6) {
            text::aside(draw, &company.name)
        } else {
            let mentioned = user_id(draw.below(USERS));
            text::message(draw, &mentioned, &company.name)
        };
        let mut message = Self::new(Author::User(draw.below(USERS)), text, time, draw);
        if draw.percent(18) {
            message.replies = draw.between(1, 6);
        }
        if draw.percent(14) {
            let users: Vec<_> = (0..draw.between(1, 3)).map(|_| user_id(draw.below(USERS))).collect();
            let name = draw.pick(&["+1", "eyes", "white_check_mark", "tada", "pray"]).to_owned();
            message.reactions.push(Reaction { name, count: users.len(), users });
        }
        message
    }

    /// The replies in the thread of this message, oldest first.
    pub(super) fn thread(&self, world: World, channel: usize) -> Vec<Self> {
        let mut draw = world.draw(Stream::Thread, (self.time as u64) << 3 & 0xff_ffff_ffff_ffff | channel as u64);
        let reply = |index: usize| {
            let company = world.company(draw.below(60) as u64);
            let text = text::message(&mut draw, &user_id(index), &company.name);
            let time = self.time + (index as i64 + 1) * 307_000_000;
            let mut reply = Self::new(Author::User(draw.below(USERS)), text, time, &mut draw);
            reply.thread = Some(self.time);
            reply
        };
        (0..self.replies).map(reply).collect()
    }
}

/// A message as JSON. People write rich text, which repeats the text in blocks; apps write plain text.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtype: Option<&'static str>,
    ts: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_msg_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bot_id: Option<&'static str>,
    text: &'a str,
    team: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_count: Option<usize>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reactions: &'a [Reaction],
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<serde_json::Value>,
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (user, bot) = match self.author {
            Author::User(index) => (Some(user_id(index)), false),
            Author::Bot => (None, true),
        };
        let blocks = || {
            serde_json::json!([{ "type": "rich_text", "block_id": self.block, "elements": [
                { "type": "rich_text_section", "elements": [{ "type": "text", "text": self.text }] }
            ]}])
        };
        let thread = self.thread.or((self.replies > 0).then_some(self.time));
        Record {
            user,
            r#type: "message",
            subtype: bot.then_some("bot_message"),
            ts: ts(self.time),
            client_msg_id: (!bot).then_some(&self.id),
            bot_id: bot.then_some(BOT),
            text: &self.text,
            team: TEAM,
            thread_ts: thread.map(ts),
            reply_count: (self.replies > 0).then_some(self.replies),
            reactions: &self.reactions,
            blocks: (!bot).then(blocks),
        }
        .serialize(serializer)
    }
}
