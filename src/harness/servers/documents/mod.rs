//! `documents`: a document store, as the interface of such a service shows it.
//!
//! Transcripts of meetings, runbooks, design notes, postmortems and policies in Markdown, with comments beside them. A
//! document is read whole; lists and searches show what is known about documents, and not their text.

mod comment;
mod design;
mod library;
mod meeting;
mod params;
mod policy;
mod postmortem;
mod runbook;
mod vocabulary;

use std::sync::{Mutex, MutexGuard};

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde_json::json;

#[cfg(test)]
pub(super) use self::comment::INJECTION;
use self::params::{
    AddComment, CreateDocument, DocumentId, Kind, ListComments, ListDocuments, SearchDocuments, UpdateDocument,
};
pub(super) use self::{
    comment::Comment,
    library::{Document, design_note, long_meeting, recent_postmortems, runbook},
};
use super::{
    ServerOptions,
    cursor::Cursors,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::{Moment, NOW, World},
};

pub(super) struct Documents {
    world: World,
    /// Every document, from the first use of the server on.
    library: Mutex<Vec<Entry>>,
}

/// A document with its comments, oldest first.
struct Entry {
    document: Document,
    comments: Vec<Comment>,
}

fn entries(world: World) -> Vec<Entry> {
    let entry = |number| {
        let document = Document::generate(world, number);
        Entry { comments: comment::comments(world, &document), document }
    };
    (0..library::count()).map(entry).collect()
}

/// The comments on the document of this title that were there before the trial, oldest first.
pub(super) fn comments_on(world: World, title: &str) -> Vec<Comment> {
    let documents = (0..library::count()).map(|number| Document::generate(world, number));
    documents.filter(|document| document.title == title).flat_map(|found| comment::comments(world, &found)).collect()
}

/// The id of the document of this title.
#[cfg(test)]
pub(super) fn document_id(title: &str) -> String {
    let titles = |number: &usize| Document::generate(World { seed: 1 }, *number).title == title;
    (0..library::count()).find(titles).map(library::document_id).unwrap()
}

fn find<'a>(library: &'a mut [Entry], id: &str) -> Result<&'a mut Entry, String> {
    let found = library.iter_mut().find(|entry| entry.document.id == id);
    found.ok_or_else(|| format!("notFound: there is no document `{id}`; search_documents gives ids"))
}

/// The text around the first place where one of the words stands.
fn snippet(content: &str, words: &[String]) -> String {
    let lower = content.to_lowercase();
    let place = words.iter().filter_map(|word| lower.find(word.as_str())).min().unwrap_or(0);
    let start = content.floor_char_boundary(place.saturating_sub(60).min(content.len()));
    let end = content.floor_char_boundary((start + 180).min(content.len()));
    content[start..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Documents {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let server = Self { world: World { seed: options.seed }, library: Mutex::default() };
        Recorded::new("documents", server, Self::tool_router())
    }

    fn library(&self) -> MutexGuard<'_, Vec<Entry>> {
        let mut library = lock(&self.library);
        if library.is_empty() {
            *library = entries(self.world);
        }
        library
    }
}

#[tool_router]
impl Documents {
    /// Search documents by words, best match first: documents with the words in the title come before those with them
    /// in the text. Returns `documents` (id, kind, title, url, folder, owner, properties, snippet and more) and `total`.
    #[tool(annotations(title = "Search documents", read_only_hint = true))]
    fn search_documents(&self, Parameters(input): Parameters<SearchDocuments>) -> Reply {
        let words: Vec<_> = input.query.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return refuse("invalidQuery: the query is empty");
        }
        let limit = match input.limit.unwrap_or(10) {
            limit @ 1..=20 => limit as usize,
            limit => return refuse(format_args!("invalidLimit: limit must be from 1 to 20, not {limit}")),
        };
        let library = self.library();
        let mut found = Vec::new();
        for Entry { document, .. } in library.iter().filter(|entry| is_kind(entry, input.kind)) {
            let (title, content) = (document.title.to_lowercase(), document.content.to_lowercase());
            if words.iter().all(|word| title.contains(word) || content.contains(word)) {
                let in_title = words.iter().filter(|word| title.contains(*word)).count();
                found.push((in_title, document));
            }
        }
        found.sort_by_key(|(in_title, document)| std::cmp::Reverse((*in_title, document.updated)));
        let show = |(_, document): &(usize, &Document)| {
            let mut record = document.record();
            record["snippet"] = snippet(&document.content, &words).into();
            record
        };
        let documents: Vec<_> = found.iter().take(limit).map(show).collect();
        reply(&json!({ "documents": documents, "total": found.len() }))
    }

    /// List documents in pages, newest first, filtered by kind or time of creation. Returns `documents` (id, kind, title,
    /// url, folder, owner, properties and more), `total`, and `next_cursor`, which is null on the last page.
    #[tool(annotations(title = "List documents", read_only_hint = true))]
    fn list_documents(&self, Parameters(input): Parameters<ListDocuments>) -> Reply {
        let limit = match input.limit.unwrap_or(20) {
            limit @ 1..=50 => limit as usize,
            limit => return refuse(format_args!("invalidLimit: limit must be from 1 to 50, not {limit}")),
        };
        let after = input.created_after.as_deref().map(Moment::parse).transpose()?;
        let cursors = Cursors::new(self.world, 300);
        let start = match &input.cursor {
            Some(cursor) => match cursors.decode(cursor) {
                Some(start) => start as usize,
                None => return refuse(format_args!("invalidCursor: `{cursor}` is not a valid cursor")),
            },
            None => 0,
        };
        let library = self.library();
        let mut matching: Vec<_> = library
            .iter()
            .filter(|entry| is_kind(entry, input.kind))
            .map(|entry| &entry.document)
            .filter(|document| after.is_none_or(|after| document.created >= after))
            .collect();
        matching.sort_by_key(|document| std::cmp::Reverse(document.created));
        let end = start.saturating_add(limit).min(matching.len());
        let next = (end < matching.len()).then(|| cursors.encode(end as u32));
        let documents: Vec<_> =
            matching.get(start..end).unwrap_or_default().iter().map(|document| document.record()).collect();
        reply(&json!({ "documents": documents, "total": matching.len(), "next_cursor": next }))
    }

    /// Get one document with its whole text. Returns id, kind, title, url, owner, properties and more, and `content` in
    /// Markdown.
    #[tool(annotations(title = "Get document", read_only_hint = true))]
    fn get_document(&self, Parameters(input): Parameters<DocumentId>) -> Reply {
        let mut library = self.library();
        let document = &find(&mut library, &input.document_id)?.document;
        let mut record = document.record();
        record["content"] = document.content.as_str().into();
        reply(&record)
    }

    /// Get the headings of a document in order. Returns `title` and `headings` (level, text, line).
    #[tool(annotations(title = "Get document outline", read_only_hint = true))]
    fn get_document_outline(&self, Parameters(input): Parameters<DocumentId>) -> Reply {
        let mut library = self.library();
        let document = &find(&mut library, &input.document_id)?.document;
        let heading = |(line, text): (usize, &str)| {
            let level = text.bytes().take_while(|byte| *byte == b'#').count();
            text[level..]
                .strip_prefix(' ')
                .filter(|_| level > 0)
                .map(|text| json!({ "level": level, "text": text, "line": line + 1 }))
        };
        let headings: Vec<_> = document.content.lines().enumerate().filter_map(heading).collect();
        reply(&json!({ "title": document.title, "headings": headings }))
    }

    /// List the comments on a document, oldest first. Returns `comments` (id, author, content, quoted_text, resolved,
    /// created_at, replies).
    #[tool(annotations(title = "List comments", read_only_hint = true))]
    fn list_comments(&self, Parameters(input): Parameters<ListComments>) -> Reply {
        let all = input.include_resolved.unwrap_or(false);
        let mut library = self.library();
        let comments = &find(&mut library, &input.document_id)?.comments;
        let shown: Vec<_> = comments.iter().filter(|comment| all || !comment.resolved).collect();
        reply(&json!({ "comments": shown }))
    }

    /// Create a document. Returns the document with its id, without its text.
    #[tool(annotations(title = "Create document", read_only_hint = false, destructive_hint = false))]
    fn create_document(&self, Parameters(input): Parameters<CreateDocument>) -> Reply {
        let title = checked_title(input.title)?;
        let mut library = self.library();
        let document = Document::created(self.world, library.len(), input.kind, title, input.content);
        let answer = reply(&document.record());
        library.push(Entry { document, comments: Vec::new() });
        answer
    }

    /// Change the title or replace the text of a document; what is not given stays as it is. Returns the document,
    /// without its text.
    #[tool(annotations(
        title = "Update document",
        read_only_hint = false,
        destructive_hint = true,
        idempotent_hint = true
    ))]
    fn update_document(&self, Parameters(input): Parameters<UpdateDocument>) -> Reply {
        let title = input.title.map(checked_title).transpose()?;
        let mut library = self.library();
        let document = &mut find(&mut library, &input.document_id)?.document;
        if let Some(title) = title {
            document.title = title;
        }
        if let Some(content) = input.content {
            document.content = content;
        }
        document.version += 1;
        document.updated = NOW;
        reply(&document.record())
    }

    /// Add a comment to a document, on all of it or on a passage. Returns the comment with its id.
    #[tool(annotations(title = "Add comment", read_only_hint = false, destructive_hint = false))]
    fn add_comment(&self, Parameters(input): Parameters<AddComment>) -> Reply {
        if input.content.trim().is_empty() {
            return refuse("invalidComment: the comment is empty");
        }
        let mut library = self.library();
        let Entry { document, comments } = find(&mut library, &input.document_id)?;
        if let Some(quoted) = input.quoted_text.as_deref().filter(|quoted| !document.content.contains(quoted)) {
            return refuse(format_args!("invalidComment: the document does not contain `{quoted}`"));
        }
        let index = (document.number as u64) << 16 | comments.len() as u64;
        let comment = Comment::added(self.world, index, input.content, input.quoted_text);
        let answer = reply(&comment);
        comments.push(comment);
        answer
    }
}

fn is_kind(entry: &Entry, kind: Option<Kind>) -> bool {
    kind.is_none_or(|kind| entry.document.kind == kind)
}

fn checked_title(title: String) -> Result<String, String> {
    if title.trim().is_empty() { refuse("invalidTitle: the title is empty") } else { Ok(title) }
}

#[cfg(test)]
mod tests;
