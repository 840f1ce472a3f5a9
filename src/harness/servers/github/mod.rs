//! `github`: an issue tracker as a server for its public REST interface shows it.
//!
//! One repository, `acme/storefront`. Issues are generated from their numbers when they are asked for, so a fresh
//! server costs nothing; what a trial changes is kept beside them.

mod issue;
mod params;
mod repository;
mod search;
mod text;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use self::{
    issue::{Directory, ExportRecord, Issue, IssueRecord, OWNER, REPO, WEB, label_index},
    params::{
        AddComment, CreateIssue, Direction, FileContents, IssueNumber, ListComments, ListIssues, ListPullRequests,
        NewState, PullNumber, Reason, Repository, Search, Sort, State, UpdateIssue,
    },
    repository::{File, PULL_REQUESTS, PullState},
    search::Query,
};
use super::{
    ServerOptions,
    cursor::Cursors,
    draw::Stream,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::{ISSUES, Moment, NOW, World},
};

/// The user in whose name the server acts, by index.
const SELF: usize = 0;

pub(super) struct GitHub {
    world: World,
    directory: Directory,
    /// The issues that exist from the start have the numbers `1..=issues`.
    issues: u64,
    changes: Mutex<Changes>,
}

#[derive(Default)]
struct Changes {
    /// Issues that were changed or created, by number.
    issues: BTreeMap<u64, Issue>,
    created: u64,
    comments: BTreeMap<u64, Vec<Value>>,
}

impl GitHub {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let world = World { seed: options.seed };
        let issues = total(options);
        let server = Self { world, directory: Directory::new(world), issues, changes: Mutex::default() };
        Recorded::new("github", server, Self::tool_router())
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        lock(&self.changes)
    }

    /// Pull requests take the numbers after the first issues; issues created later come after them.
    fn first_created(&self) -> u64 {
        self.issues + PULL_REQUESTS + 1
    }

    fn issue(&self, changes: &Changes, number: u64) -> Result<Issue, String> {
        match changes.issues.get(&number) {
            Some(issue) => Ok(issue.clone()),
            None if (1..=self.issues).contains(&number) => Ok(Issue::generate(self.world, number, self.issues)),
            None => refuse(format_args!("404 Not Found: no issue #{number} in {OWNER}/{REPO}")),
        }
    }

    /// Every issue, by ascending number.
    fn all<'a>(&'a self, changes: &'a Changes) -> impl Iterator<Item = Issue> + 'a {
        let created = self.first_created()..self.first_created() + changes.created;
        (1..=self.issues).chain(created).filter_map(|number| self.issue(changes, number).ok())
    }

    fn user_indices(&self, logins: &[String]) -> Result<Vec<usize>, String> {
        let find = |login: &String| {
            let found = self.directory.handles.iter().position(|handle| handle == login);
            found.ok_or_else(|| format!("422 Validation Failed: no user `{login}` can be assigned in {OWNER}/{REPO}"))
        };
        logins.iter().map(find).collect()
    }
}

fn label_indices(names: &[String]) -> Result<Vec<usize>, String> {
    let find = |name: &String| {
        label_index(name).ok_or_else(|| format!("422 Validation Failed: label `{name}` does not exist"))
    };
    names.iter().map(find).collect()
}

fn repository(owner: &str, repo: &str) -> Result<(), String> {
    if owner.eq_ignore_ascii_case(OWNER) && repo.eq_ignore_ascii_case(REPO) {
        return Ok(());
    }
    refuse(format_args!("404 Not Found: repository {owner}/{repo} does not exist or you have no access to it"))
}

/// The part of `items` that a page holds.
fn page<T>(items: Vec<T>, page: Option<u32>, per_page: Option<u32>) -> Result<Vec<T>, String> {
    let per_page = page_size(per_page)?;
    let page = page.unwrap_or(1);
    if page == 0 {
        return refuse("422 Validation Failed: page must be at least 1");
    }
    Ok(items.into_iter().skip((page as usize - 1).saturating_mul(per_page)).take(per_page).collect())
}

fn page_size(per_page: Option<u32>) -> Result<usize, String> {
    match per_page.unwrap_or(30) {
        size @ 1..=100 => Ok(size as usize),
        size => refuse(format_args!("422 Validation Failed: perPage must be from 1 to 100, not {size}")),
    }
}

/// Issues, serialised one by one as they are generated.
struct Issues<'a, I>(&'a Directory, std::cell::Cell<Option<I>>);

impl<I: Iterator<Item = Issue>> Serialize for Issues<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.take().into_iter().flatten().map(|issue| ExportRecord(self.0, issue)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IssuePage<'a> {
    issues: Vec<IssueRecord<'a>>,
    page_info: PageInfo,
    #[serde(rename = "totalCount")]
    total: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[tool_router]
impl GitHub {
    /// List issues in a GitHub repository, newest first, in pages. Returns `issues` (number, title, state, labels,
    /// comments, reactions, body and more) and `pageInfo`; pass `pageInfo.endCursor` as `after` for the next page.
    #[tool(annotations(title = "List issues", read_only_hint = true))]
    fn list_issues(&self, Parameters(input): Parameters<ListIssues>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let labels = label_indices(input.labels.as_deref().unwrap_or_default())?;
        let since = input.since.as_deref().map(Moment::parse).transpose()?;
        let size = page_size(input.per_page)?;
        let state = input.state.unwrap_or_default();
        let changes = self.changes();
        let mut matching: Vec<_> = self
            .all(&changes)
            .filter(|issue| in_state(issue, state) && labels.iter().all(|label| issue.labels.contains(label)))
            .filter(|issue| since.is_none_or(|since| issue.updated >= since))
            .collect();
        match input.order_by.unwrap_or_default() {
            Sort::Created => {}
            Sort::Updated => matching.sort_by_key(|issue| issue.updated),
            Sort::Comments => matching.sort_by_key(|issue| issue.comments),
        }
        if input.direction.unwrap_or_default() == Direction::Desc {
            matching.reverse();
        }
        let cursors = Cursors::new(self.world, 0);
        let start = match &input.after {
            Some(after) => cursors.decode(after).ok_or_else(|| format!("`{after}` is not a valid cursor"))? as usize,
            None => 0,
        };
        let total = matching.len();
        let end = start.saturating_add(size).min(total);
        let issues = matching.get(start..end).unwrap_or_default();
        let more = end < total;
        reply(&IssuePage {
            issues: issues.iter().map(|issue| self.directory.record(issue)).collect(),
            page_info: PageInfo { has_next_page: more, end_cursor: more.then(|| cursors.encode(end as u32)) },
            total,
        })
    }

    /// Export all issues of a GitHub repository in one answer, oldest first, without paging. Returns `total_count`
    /// and `issues` (number, title, state, author, labels, assignees, comments, created_at, updated_at, closed_at, url,
    /// body).
    #[tool(annotations(title = "Export all issues", read_only_hint = true))]
    fn export_issues(&self, Parameters(input): Parameters<Repository>) -> Reply {
        #[derive(Serialize)]
        struct Export<I> {
            total_count: usize,
            issues: I,
        }
        repository(&input.owner, &input.repo)?;
        let changes = self.changes();
        let total_count = (self.issues + changes.created) as usize;
        let issues = self.all(&changes);
        let export = Export { total_count, issues: Issues(&self.directory, std::cell::Cell::new(Some(issues))) };
        // An issue takes a little less than 1 KiB: one allocation holds them all.
        let mut text = Vec::with_capacity(64 + total_count * 1024);
        serde_json::to_writer(&mut text, &export).map_err(|error| format!("Internal error: {error}"))?;
        String::from_utf8(text).map_err(|error| format!("Internal error: {error}"))
    }

    /// Get one issue of a GitHub repository by its number. Returns number, title, state (open or closed), labels,
    /// assignees, comments, reactions, body and timestamps.
    #[tool(annotations(title = "Get issue", read_only_hint = true))]
    fn get_issue(&self, Parameters(input): Parameters<IssueNumber>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let issue = self.issue(&self.changes(), input.issue_number)?;
        reply(&self.directory.record(&issue))
    }

    /// List the comments of an issue, oldest first. Returns an array of comments (id, user, body, created_at).
    #[tool(annotations(title = "List issue comments", read_only_hint = true))]
    fn list_issue_comments(&self, Parameters(input): Parameters<ListComments>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let changes = self.changes();
        let issue = self.issue(&changes, input.issue_number)?;
        let added = changes.comments.get(&issue.number).map(Vec::as_slice).unwrap_or_default();
        let written = issue.comments as usize - added.len();
        let generated = (0..written).map(|index| {
            let mut draw = self.world.draw(Stream::IssueComments, issue.number << 16 | index as u64);
            let author = draw.below(issue::USERS);
            let hours = (index as i64 + 1) * 3_600;
            self.comment(issue.number, index, author, &text::comment(&mut draw), Moment(issue.created.0 + hours))
        });
        let comments: Vec<_> = generated.chain(added.iter().cloned()).collect();
        reply(&page(comments, input.page, input.per_page)?)
    }

    /// Create a new issue in a GitHub repository. Returns the created issue with its number and html_url.
    #[tool(annotations(title = "Create issue", read_only_hint = false, destructive_hint = false))]
    fn create_issue(&self, Parameters(input): Parameters<CreateIssue>) -> Reply {
        repository(&input.owner, &input.repo)?;
        if input.title.trim().is_empty() {
            return refuse("422 Validation Failed: title must not be empty");
        }
        let labels = label_indices(input.labels.as_deref().unwrap_or_default())?;
        let assignees = self.user_indices(input.assignees.as_deref().unwrap_or_default())?;
        let mut changes = self.changes();
        let issue = Issue {
            number: self.first_created() + changes.created,
            title: input.title,
            body: input.body.unwrap_or_default(),
            open: true,
            reason: None,
            author: SELF,
            labels,
            assignees,
            comments: 0,
            reactions: [0; 2],
            created: NOW,
            updated: NOW,
            closed: None,
        };
        changes.created += 1;
        let answer = reply(&self.directory.record(&issue));
        changes.issues.insert(issue.number, issue);
        answer
    }

    /// Update an issue: title, body, state, labels or assignees. Fields that are not given stay as they are. Returns
    /// the updated issue.
    #[tool(annotations(
        title = "Update issue",
        read_only_hint = false,
        destructive_hint = true,
        idempotent_hint = true
    ))]
    fn update_issue(&self, Parameters(input): Parameters<UpdateIssue>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let mut changes = self.changes();
        let mut issue = self.issue(&changes, input.issue_number)?;
        if let Some(title) = input.title {
            issue.title = title;
        }
        if let Some(body) = input.body {
            issue.body = body;
        }
        if let Some(labels) = &input.labels {
            issue.labels = label_indices(labels)?;
        }
        if let Some(assignees) = &input.assignees {
            issue.assignees = self.user_indices(assignees)?;
        }
        match input.state {
            Some(NewState::Open) => (issue.open, issue.closed, issue.reason) = (true, None, None),
            Some(NewState::Closed) => {
                issue.open = false;
                issue.closed = issue.closed.or(Some(NOW));
                issue.reason = match input.state_reason {
                    Some(Reason::NotPlanned) => Some("not_planned"),
                    Some(Reason::Completed) | None => Some("completed"),
                };
            }
            None => {}
        }
        issue.updated = NOW;
        let answer = reply(&self.directory.record(&issue));
        changes.issues.insert(issue.number, issue);
        answer
    }

    /// Add a comment to an issue. Returns the created comment with its id and html_url.
    #[tool(annotations(title = "Add issue comment", read_only_hint = false, destructive_hint = false))]
    fn add_issue_comment(&self, Parameters(input): Parameters<AddComment>) -> Reply {
        repository(&input.owner, &input.repo)?;
        if input.body.trim().is_empty() {
            return refuse("422 Validation Failed: body must not be empty");
        }
        let mut changes = self.changes();
        let mut issue = self.issue(&changes, input.issue_number)?;
        let comment = self.comment(issue.number, issue.comments as usize, SELF, &input.body, NOW);
        issue.comments += 1;
        issue.updated = NOW;
        let answer = reply(&comment);
        changes.comments.entry(issue.number).or_default().push(comment);
        changes.issues.insert(issue.number, issue);
        answer
    }

    /// Search the issues of a GitHub repository by text and qualifiers, newest first; at most 1,000 results can be
    /// reached. Returns `total_count` and `items`, which are issues.
    #[tool(annotations(title = "Search issues", read_only_hint = true))]
    fn search_issues(&self, Parameters(input): Parameters<Search>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let query = Query::parse(&input.query)?;
        let changes = self.changes();
        let mut found: Vec<_> = self
            .all(&changes)
            .filter(|issue| query.matches_issue(issue, &self.directory.handles[issue.author]))
            .collect();
        found.reverse();
        let total = found.len();
        found.truncate(1_000);
        let found = page(found, input.page, input.per_page)?;
        let items: Vec<_> = found.iter().map(|issue| self.directory.record(issue)).collect();
        reply(&json!({ "total_count": total, "incomplete_results": false, "items": items }))
    }

    /// List the labels of a GitHub repository. Returns an array of labels (name, color, description).
    #[tool(annotations(title = "List labels", read_only_hint = true))]
    fn list_labels(&self, Parameters(input): Parameters<Repository>) -> Reply {
        repository(&input.owner, &input.repo)?;
        reply(&self.directory.labels)
    }

    /// List pull requests of a GitHub repository, newest first. Returns an array of pull requests (number, title,
    /// state, merged, user, head, base and more).
    #[tool(annotations(title = "List pull requests", read_only_hint = true))]
    fn list_pull_requests(&self, Parameters(input): Parameters<ListPullRequests>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let state = input.state.unwrap_or_default();
        let wanted = |index: &u64| {
            let open = PullState::of(self.world, *index) == PullState::Open;
            let in_state = state == State::All || open == (state == State::Open);
            in_state && input.base.as_deref().is_none_or(|base| base == repository::base_branch(*index))
        };
        let indices: Vec<_> = (0..PULL_REQUESTS).rev().filter(wanted).collect();
        let shown = page(indices, input.page, input.per_page)?;
        let number = |index: u64| self.issues + 1 + index;
        let pull = |index| repository::pull_request(self.world, &self.directory, index, number(index));
        reply(&shown.into_iter().map(pull).collect::<Vec<_>>())
    }

    /// Get one pull request by its number. Returns title, state, merged, head, base, additions, deletions and more.
    #[tool(annotations(title = "Get pull request", read_only_hint = true))]
    fn get_pull_request(&self, Parameters(input): Parameters<PullNumber>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let number = input.pull_number;
        match number.checked_sub(self.issues + 1).filter(|index| *index < PULL_REQUESTS) {
            Some(index) => reply(&repository::pull_request(self.world, &self.directory, index, number)),
            None => refuse(format_args!("404 Not Found: no pull request #{number} in {OWNER}/{REPO}")),
        }
    }

    /// Get the contents of a file, or the entries of a directory, of a GitHub repository. Returns an object with
    /// `content` for a file, an array of entries (type, name, path, size) for a directory.
    #[tool(annotations(title = "Get file or directory contents", read_only_hint = true))]
    fn get_file_contents(&self, Parameters(input): Parameters<FileContents>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let branch = input.r#ref.as_deref().unwrap_or("main");
        if !["main", "refs/heads/main"].contains(&branch) {
            return refuse(format_args!("404 Not Found: no commit found for the ref {branch}"));
        }
        let files = repository::files(self.world);
        let path = input.path.as_deref().unwrap_or_default().trim_matches('/');
        if let Some(file) = files.iter().find(|file| file.path == path) {
            return reply(&file_record(file, true));
        }
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut entries: Vec<Value> = Vec::new();
        for file in &files {
            let Some(rest) = file.path.strip_prefix(&prefix) else { continue };
            match rest.split_once('/') {
                None => entries.push(file_record(file, false)),
                Some((directory, _)) => {
                    let path = format!("{prefix}{directory}");
                    if entries.last().is_none_or(|entry| entry["path"] != path.as_str()) {
                        let html_url = format!("{WEB}/tree/main/{path}");
                        entries.push(json!({ "type": "dir", "name": directory, "path": path, "html_url": html_url }));
                    }
                }
            }
        }
        if entries.is_empty() {
            return refuse(format_args!("404 Not Found: no file or directory `{path}` on main"));
        }
        reply(&entries)
    }

    /// Search the code of a GitHub repository. Returns `total_count` and `items` (name, path and the matching lines).
    #[tool(annotations(title = "Search code", read_only_hint = true))]
    fn search_code(&self, Parameters(input): Parameters<Search>) -> Reply {
        repository(&input.owner, &input.repo)?;
        let query = Query::parse(&input.query)?;
        let files = repository::files(self.world);
        let found: Vec<_> = files.iter().filter(|file| query.matches_file(file)).collect();
        let total = found.len();
        let item = |file: &File| {
            let mut item = file_record(file, false);
            item["text_matches"] = query.matching_lines(&file.content).into();
            item
        };
        let items: Vec<_> = page(found, input.page, input.per_page)?.into_iter().map(item).collect();
        reply(&json!({ "total_count": total, "incomplete_results": false, "items": items }))
    }

    fn comment(&self, issue: u64, index: usize, author: usize, body: &str, created: Moment) -> Value {
        let id = issue * 1_000 + index as u64;
        json!({
            "id": id,
            "user": self.directory.users[author],
            "body": body,
            "created_at": created,
            "updated_at": created,
            "html_url": format!("{WEB}/issues/{issue}#issuecomment-{id}"),
        })
    }
}

fn in_state(issue: &Issue, state: State) -> bool {
    state == State::All || issue.open == (state == State::Open)
}

fn file_record(file: &File, with_content: bool) -> Value {
    let mut record = json!({
        "type": "file",
        "name": file.path.rsplit('/').next(),
        "path": file.path,
        "size": file.content.len(),
        "html_url": format!("{WEB}/blob/main/{}", file.path),
    });
    if with_content {
        record["encoding"] = "utf-8".into();
        record["content"] = file.content.as_str().into();
    }
    record
}

/// What an oracle wants to know of an issue.
pub(super) struct KnownIssue {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) open: bool,
    pub(super) labels: Vec<&'static str>,
    pub(super) assigned: bool,
    pub(super) comments: u32,
    pub(super) customers_affected: usize,
}

/// The issue with this number as it is when a trial begins.
pub(super) fn known_issue(options: &ServerOptions, number: u64) -> KnownIssue {
    let world = World { seed: options.seed };
    let issue = Issue::generate(world, number, total(options));
    KnownIssue {
        number,
        title: issue.title,
        open: issue.open,
        labels: issue.labels.iter().map(|label| issue::LABELS[*label].0).collect(),
        assigned: !issue.assignees.is_empty(),
        comments: issue.comments,
        customers_affected: issue::customers_affected(world, number),
    }
}

/// Every issue as it is when a trial begins, by ascending number.
pub(super) fn known_issues(options: &ServerOptions) -> impl Iterator<Item = KnownIssue> {
    (1..=total(options)).map(|number| known_issue(options, number))
}

/// The open pull requests in the form in which the interface returns them.
pub(super) fn open_pull_requests(options: &ServerOptions) -> Vec<Value> {
    let world = World { seed: options.seed };
    let directory = Directory::new(world);
    let open = (0..PULL_REQUESTS).filter(|index| PullState::of(world, *index) == PullState::Open);
    open.map(|index| repository::pull_request(world, &directory, index, total(options) + 1 + index)).collect()
}

/// The contents of all files below `src`.
pub(super) fn sources(seed: u64) -> Vec<String> {
    let files = repository::files(World { seed }).into_iter().filter(|file| file.path.starts_with("src/"));
    files.map(|file| file.content).collect()
}

fn total(options: &ServerOptions) -> u64 {
    options.issues.map_or(ISSUES, |issues| issues as u64)
}
