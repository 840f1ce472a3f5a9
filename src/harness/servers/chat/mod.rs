//! `chat`: a workplace chat as its web interface shows it.
//!
//! Six channels with one month of messages each. History is read newest first in pages of at most 15 messages behind
//! an opaque cursor, the limit that Slack has set for apps outside its marketplace since 29 May 2025, so reading a
//! channel is a chain of calls in which each needs the answer of the one before.

mod message;
mod params;
mod text;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde_json::{Value, json};

use self::{
    message::{Author, CHANNELS, Message, Reaction, TEAM, USERS, parse_ts, ts, user_id},
    params::{AddReaction, GetUser, ListChannels, ListMessages, ListUsers, PostMessage, SearchMessages, Thread},
};
use super::{
    ServerOptions,
    cursor::Cursors,
    draw::Stream,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::{NOW, World},
};

/// The user in whose name the server acts, by index.
const SELF: usize = 0;

const TITLES: [&str; 4] = ["Support Engineer", "Account Manager", "Developer", "Solutions Architect"];

pub(super) struct Chat {
    world: World,
    /// The number of messages in the first channel.
    messages: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The messages of a channel, oldest first, from its first use on.
    channels: BTreeMap<usize, Vec<Message>>,
    /// Replies posted in a thread, by channel and the time of its first message.
    replies: BTreeMap<(usize, i64), Vec<Message>>,
    /// The number of messages posted; each takes one second.
    posted: i64,
}

/// The part of a list that a cursor page holds, and the cursor of the next.
fn cursor_page<'a, T>(
    items: &'a [T],
    cursors: &Cursors,
    cursor: Option<&str>,
    limit: Option<u32>,
    most: u32,
) -> Result<(&'a [T], String), String> {
    let limit = match limit.unwrap_or(most) {
        limit if (1..=most).contains(&limit) => limit as usize,
        limit => return refuse(format_args!("invalid_limit: limit must be from 1 to {most}, not {limit}")),
    };
    // The interface gives an empty cursor after the last page; given back, it means the first.
    let start = match cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => match cursors.decode(cursor).map(|start| start as usize).filter(|start| *start < items.len()) {
            Some(start) => start,
            None => return refuse("invalid_cursor: value passed for `cursor` is not valid or is no longer valid"),
        },
        None => 0,
    };
    let end = (start + limit).min(items.len());
    let next = if end < items.len() { cursors.encode(end as u32) } else { String::new() };
    Ok((&items[start..end], next))
}

fn channel_index(channel: &str) -> Result<usize, String> {
    let name = channel.strip_prefix('#');
    let found = CHANNELS.iter().position(|known| known.id == channel || Some(known.name) == name);
    found.ok_or_else(|| format!("channel_not_found: there is no channel `{channel}`"))
}

fn time_of(ts: &str) -> Result<i64, String> {
    parse_ts(ts).ok_or_else(|| format!("invalid_ts: `{ts}` is not a timestamp, such as 1790812800.000009"))
}

impl Chat {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let messages = options.messages.unwrap_or(CHANNELS[0].messages);
        let server = Self { world: World { seed: options.seed }, messages, state: Mutex::default() };
        Recorded::new("chat", server, Self::tool_router())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn channel<'a>(&self, state: &'a mut State, index: usize) -> &'a mut Vec<Message> {
        let count = if index == 0 { self.messages } else { CHANNELS[index].messages };
        state.channels.entry(index).or_insert_with(|| Message::channel(self.world, index, count))
    }

    fn message<'a>(&self, state: &'a mut State, index: usize, ts: &str) -> Result<&'a mut Message, String> {
        let time = time_of(ts)?;
        let messages = self.channel(state, index);
        match messages.binary_search_by_key(&time, |message| message.time) {
            Ok(position) => Ok(&mut messages[position]),
            Err(_) => refuse(format_args!("message_not_found: no message {ts} in #{}", CHANNELS[index].name)),
        }
    }

    fn user(&self, index: usize) -> Value {
        let person = self.world.person(index);
        let (first, last) = person.name.split_once(' ').unwrap_or((&person.name, ""));
        json!({
            "id": user_id(index),
            "team_id": TEAM,
            "name": person.handle,
            "deleted": false,
            "real_name": person.name,
            "tz": "Europe/Berlin",
            "profile": {
                "title": TITLES[index % TITLES.len()],
                "display_name": person.handle,
                "first_name": first,
                "last_name": last,
                "email": format!("{}@acme.example", person.handle),
                "status_text": "",
            },
            "is_admin": index < 3,
            "is_bot": false,
        })
    }
}

#[tool_router]
impl Chat {
    /// List the channels of the workspace. Returns `channels` (id, name, topic, num_members).
    #[tool(annotations(title = "List channels", read_only_hint = true))]
    fn list_channels(&self, Parameters(input): Parameters<ListChannels>) -> Reply {
        let cursors = Cursors::new(self.world, 100);
        let (shown, next_cursor) = cursor_page(&CHANNELS, &cursors, input.cursor.as_deref(), input.limit, 100)?;
        let channel = |channel: &message::Channel| {
            json!({
                "id": channel.id,
                "name": channel.name,
                "is_channel": true,
                "is_archived": false,
                "topic": { "value": channel.topic },
                "num_members": USERS - channel.name.len(),
            })
        };
        let channels: Vec<_> = shown.iter().map(channel).collect();
        reply(&json!({ "ok": true, "channels": channels, "response_metadata": { "next_cursor": next_cursor } }))
    }

    /// List the messages of a channel, newest first, in pages of at most 15. Returns `messages` (ts, user, text,
    /// reply_count, reactions, blocks), `has_more`, and `response_metadata.next_cursor`, which is empty on the last
    /// page.
    #[tool(annotations(title = "List messages", read_only_hint = true))]
    fn list_messages(&self, Parameters(input): Parameters<ListMessages>) -> Reply {
        let index = channel_index(&input.channel)?;
        let oldest = input.oldest.as_deref().map_or(Ok(0), time_of)?;
        let latest = input.latest.as_deref().map_or(Ok(i64::MAX), time_of)?;
        let mut state = self.state();
        let messages = self.channel(&mut state, index);
        let matching: Vec<_> =
            messages.iter().rev().filter(|message| message.time > oldest && message.time < latest).collect();
        let cursors = Cursors::new(self.world, index as u64);
        let (shown, next_cursor) = cursor_page(&matching, &cursors, input.cursor.as_deref(), input.limit, 15)?;
        reply(&json!({
            "ok": true,
            "messages": shown,
            "has_more": !next_cursor.is_empty(),
            "pin_count": 0,
            "response_metadata": { "next_cursor": next_cursor },
        }))
    }

    /// Get a thread: the message that started it and all replies, oldest first. Returns `messages`.
    #[tool(annotations(title = "Get thread", read_only_hint = true))]
    fn get_thread(&self, Parameters(input): Parameters<Thread>) -> Reply {
        let index = channel_index(&input.channel)?;
        let mut state = self.state();
        let first = self.message(&mut state, index, &input.thread_ts)?.clone();
        let added = state.replies.get(&(index, first.time)).cloned().unwrap_or_default();
        let generated = Message { replies: first.replies - added.len(), ..first.clone() };
        let mut messages = vec![first];
        messages.extend(generated.thread(self.world, index));
        messages.extend(added);
        reply(&json!({ "ok": true, "messages": messages, "has_more": false }))
    }

    /// Post a message to a channel, or a reply to a thread. Returns the message with its `ts`.
    #[tool(annotations(title = "Post message", read_only_hint = false, destructive_hint = false))]
    fn post_message(&self, Parameters(input): Parameters<PostMessage>) -> Reply {
        let index = channel_index(&input.channel)?;
        if input.text.trim().is_empty() {
            return refuse("no_text: the message is empty");
        }
        let mut state = self.state();
        let time = (NOW.0 + state.posted) * 1_000_000 + 9;
        let mut draw = self.world.draw(Stream::Thread, 1 << 55 | state.posted as u64);
        let mut message = Message::new(Author::User(SELF), input.text, time, &mut draw);
        match &input.thread_ts {
            Some(thread) => {
                let first = self.message(&mut state, index, thread)?;
                first.replies += 1;
                let key = (index, first.time);
                message.thread = Some(first.time);
                state.replies.entry(key).or_default().push(message.clone());
            }
            None => self.channel(&mut state, index).push(message.clone()),
        }
        state.posted += 1;
        reply(&json!({ "ok": true, "channel": CHANNELS[index].id, "ts": ts(time), "message": message }))
    }

    /// Search messages by words, newest first. Returns `messages.total` and `messages.matches` (channel, ts, user,
    /// text).
    #[tool(annotations(title = "Search messages", read_only_hint = true))]
    fn search_messages(&self, Parameters(input): Parameters<SearchMessages>) -> Reply {
        let words: Vec<_> = input.query.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return refuse("no_query: the query is empty");
        }
        let (count, page) = (input.count.unwrap_or(15), input.page.unwrap_or(1));
        if !(1..=15).contains(&count) || page == 0 {
            return refuse("invalid_arguments: count must be from 1 to 15, and page at least 1");
        }
        let wanted = input.channel.as_deref().map(channel_index).transpose()?;
        let mut state = self.state();
        let mut found = Vec::new();
        for (index, channel) in
            CHANNELS.iter().enumerate().filter(|(index, _)| wanted.is_none_or(|wanted| wanted == *index))
        {
            for message in self.channel(&mut state, index).iter() {
                let text = message.text.to_lowercase();
                if words.iter().all(|word| text.contains(word)) {
                    found.push((message.time, json!({
                        "channel": { "id": channel.id, "name": channel.name }, "type": "message", "ts": ts(message.time),
                        "user": match message.author { Author::User(index) => Some(user_id(index)), Author::Bot => None },
                        "text": message.text,
                        "permalink": format!("https://acme.chat.example/archives/{}/p{}", channel.id, message.time),
                    })));
                }
            }
        }
        found.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
        let total = found.len();
        let skip = (page as usize - 1).saturating_mul(count as usize);
        let matches: Vec<_> = found.into_iter().map(|(_, item)| item).skip(skip).take(count as usize).collect();
        reply(&json!({ "ok": true, "query": input.query, "messages": { "total": total, "matches": matches } }))
    }

    /// List the users of the workspace. Returns `members` (id, name, real_name, profile with title and email).
    #[tool(annotations(title = "List users", read_only_hint = true))]
    fn list_users(&self, Parameters(input): Parameters<ListUsers>) -> Reply {
        let members: Vec<_> = (0..USERS).map(|index| self.user(index)).collect();
        let cursors = Cursors::new(self.world, 101);
        let (shown, next_cursor) = cursor_page(&members, &cursors, input.cursor.as_deref(), input.limit, 100)?;
        reply(&json!({ "ok": true, "members": shown, "response_metadata": { "next_cursor": next_cursor } }))
    }

    /// Get one user by id. Returns `user` (id, name, real_name, profile with title and email).
    #[tool(annotations(title = "Get user", read_only_hint = true))]
    fn get_user(&self, Parameters(input): Parameters<GetUser>) -> Reply {
        match (0..USERS).find(|index| user_id(*index) == input.user) {
            Some(index) => reply(&json!({ "ok": true, "user": self.user(index) })),
            None => refuse(format_args!("user_not_found: there is no user `{}`", input.user)),
        }
    }

    /// Add an emoji reaction to a message. Returns `ok`.
    #[tool(annotations(title = "Add reaction", read_only_hint = false, destructive_hint = false))]
    fn add_reaction(&self, Parameters(input): Parameters<AddReaction>) -> Reply {
        let index = channel_index(&input.channel)?;
        let emoji = input.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte));
        if !emoji || input.name.is_empty() {
            return refuse(format_args!("invalid_name: `{}` is not the name of an emoji", input.name));
        }
        let mut state = self.state();
        let message = self.message(&mut state, index, &input.timestamp)?;
        let user = user_id(SELF);
        match message.reactions.iter_mut().find(|reaction| reaction.name == input.name) {
            Some(reaction) if reaction.users.contains(&user) => {
                return refuse("already_reacted: you have already added this reaction to the message");
            }
            Some(reaction) => {
                reaction.users.push(user);
                reaction.count += 1;
            }
            None => message.reactions.push(Reaction { name: input.name, users: vec![user], count: 1 }),
        }
        reply(&json!({ "ok": true }))
    }
}

/// The companies whose escalations stay open, each with the linked issue, in the order of their last escalation: the
/// plan from which messages are made.
pub(super) fn open_escalations(seed: u64) -> Vec<(u64, u64)> {
    let mut open = Vec::new();
    for event in message::escalations(World { seed }) {
        open.retain(|(account, _)| *account != event.account);
        open.extend(event.opens.then_some((event.account, event.issue)));
    }
    open
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn user_ids_are_distinct() {
        assert_eq!((0..USERS).map(user_id).collect::<BTreeSet<_>>().len(), USERS);
    }

    #[test]
    fn timestamps_are_read_and_written() {
        assert_eq!(parse_ts(&ts(1_790_812_800_000_009)), Some(1_790_812_800_000_009));
        assert_eq!(parse_ts("1790812800"), Some(1_790_812_800_000_000));
        for text in ["", "abc", "1.2.3", "-1", "1.0000000", "1.é"] {
            assert_eq!(parse_ts(text), None, "{text:?}");
        }
    }

    #[test]
    fn six_escalations_stay_open_whatever_the_seed() {
        for seed in 0..20 {
            let mut open = BTreeMap::new();
            for event in message::escalations(World { seed }) {
                let was_open = open.insert(event.account, event.opens);
                assert_ne!(was_open.unwrap_or(false), event.opens, "events alternate");
            }
            assert_eq!((open.len(), open.values().filter(|open| **open).count()), (20, 6), "seed {seed}");
        }
    }

    #[test]
    fn every_event_is_a_message_in_its_order() {
        let world = World { seed: 4 };
        for count in [60, 570] {
            let messages = Message::channel(world, 0, count);
            assert!(messages.is_sorted_by(|a, b| a.time < b.time));
            let posted: Vec<_> = messages.iter().filter(|message| matches!(message.author, Author::Bot)).collect();
            let events = message::escalations(world);
            assert_eq!((messages.len(), posted.len()), (count, events.len()));
            for (message, event) in posted.iter().zip(events) {
                assert!(message.text.contains(&world.company(event.account).domain), "{}", message.text);
            }
        }
    }
}
