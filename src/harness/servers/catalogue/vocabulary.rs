//! The words of which the catalogue's definitions are composed.

/// What calling a tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Add,
    Destructive,
}

pub(super) struct Action {
    pub(super) verb: &'static str,
    pub(super) noun: &'static str,
    pub(super) effect: Effect,
    /// What the tool is about; its id is the required property.
    pub(super) entity: &'static str,
    /// What the tool does, without the full stop.
    pub(super) summary: &'static str,
}

/// The tools of each server.
pub(super) const ACTIONS: usize = 9;

pub(super) struct Domain {
    pub(super) server: &'static str,
    pub(super) actions: [Action; ACTIONS],
    /// What the tools speak of; each lends its name to properties.
    pub(super) entities: &'static [&'static str],
    /// Sentences of which descriptions are made.
    pub(super) rules: &'static [&'static str],
}

pub(super) const fn action(
    verb: &'static str,
    noun: &'static str,
    effect: Effect,
    entity: &'static str,
    summary: &'static str,
) -> Action {
    Action { verb, noun, effect, entity, summary }
}

/// How a property's value is written.
pub(super) enum Form {
    Text,
    Time,
    Flag,
    Count { maximum: u32 },
    Choice(&'static [&'static str]),
    Texts,
    Pairs,
}

/// Which tools have a property: those that read, those that write, or both.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Reads,
    Writes,
    Both,
}

/// A property that any entity can have; `{}` in its text stands for the entity.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) used: Use,
    pub(super) text: &'static str,
}

const fn attribute(name: &'static str, form: Form, used: Use, text: &'static str) -> Attribute {
    Attribute { name, form, used, text }
}

pub(super) const DOMAINS: [Domain; 3] = [
    Domain {
        server: "calendar",
        actions: [
            action("list", "events", Effect::Read, "calendar", "List events of one or more calendars in a time range"),
            action("get", "event", Effect::Read, "event", "Get one event with its attendees and attachments"),
            action("create", "event", Effect::Add, "calendar", "Create an event and invite its attendees"),
            action("update", "event", Effect::Destructive, "event", "Change an event, or one occurrence of a series"),
            action("delete", "event", Effect::Destructive, "event", "Delete an event and notify its attendees"),
            action("find", "free_slots", Effect::Read, "calendar", "Find time slots in which all attendees are free"),
            action("book", "room", Effect::Add, "room", "Book a meeting room with its equipment"),
            action(
                "respond_to",
                "invitation",
                Effect::Destructive,
                "invitation",
                "Accept, decline or tentatively accept an invitation",
            ),
            action("list", "calendars", Effect::Read, "delegate", "List the calendars that the user can see"),
        ],
        entities: &[
            "event",
            "calendar",
            "attendee",
            "room",
            "reminder",
            "recurrence",
            "organizer",
            "attachment",
            "working_hours",
            "time_zone",
            "conference",
            "delegate",
            "invitation",
            "location",
            "equipment",
            "series",
            "absence",
            "booking",
        ],
        rules: &[
            "Times without an offset are read in the time zone of the calendar.",
            "A series counts as one event unless single occurrences are asked for.",
            "Cancelled events are left out unless they are asked for.",
            "Private events of other people show only their start and end.",
            "Attendees are notified once, after all changes have been stored.",
            "Recurrence rules follow RFC 5545; rules that never end are cut after two years.",
            "Rooms that need approval are booked provisionally.",
            "Conflicts do not prevent the change, but are returned as warnings.",
            "The caller must be able to write to the calendar.",
            "Results are ordered by start time, then by title.",
            "All-day events end on the day after their last day.",
            "External attendees receive an email with a calendar file attached.",
        ],
    },
    Domain {
        server: "monitoring",
        actions: [
            action("query", "metrics", Effect::Read, "metric", "Query time series and return their values"),
            action("search", "logs", Effect::Read, "log_stream", "Search log lines of one or more services"),
            action("list", "alerts", Effect::Read, "service", "List alerts that fire or have fired"),
            action("create", "alert_rule", Effect::Add, "threshold", "Create a rule that fires an alert"),
            action(
                "update",
                "alert_rule",
                Effect::Destructive,
                "threshold",
                "Change the conditions or the receivers of an alert rule",
            ),
            action("silence", "alert", Effect::Destructive, "alert", "Silence matching alerts for some time"),
            action("get", "dashboard", Effect::Read, "dashboard", "Get a dashboard with its panels and variables"),
            action("create", "incident", Effect::Add, "service", "Open an incident and page who is on call"),
            action("list", "services", Effect::Read, "environment", "List services with their owners and health"),
        ],
        entities: &[
            "metric",
            "service",
            "alert",
            "dashboard",
            "panel",
            "incident",
            "log_stream",
            "trace",
            "threshold",
            "receiver",
            "schedule",
            "data_source",
            "annotation",
            "environment",
            "deployment",
            "objective",
            "probe",
            "host_group",
        ],
        rules: &[
            "Time ranges end now unless an end is given.",
            "Series are downsampled so that no more than 1,000 points are returned for each.",
            "Label matchers are joined with a logical and.",
            "A rule starts to fire after its condition has held for the whole pending period.",
            "Queries that scan more than seven days need the long-range permission.",
            "Silences do not stop alerts from being recorded.",
            "Percentiles are computed from histograms and are approximate.",
            "Log lines longer than 16 KiB are cut.",
            "Whoever is on call is paged once for each incident, however many alerts belong to it.",
            "Changes take effect with the next evaluation, at most one minute later.",
            "Units are those of the data source; no conversion takes place.",
            "Deleted dashboards can be restored for thirty days.",
        ],
    },
    Domain {
        server: "wiki",
        actions: [
            action("search", "pages", Effect::Read, "space", "Search pages and databases by title and content"),
            action("get", "page", Effect::Read, "page", "Get a page with its blocks as Markdown"),
            action("create", "page", Effect::Add, "parent", "Create a page under a parent page or in a database"),
            action("update", "page", Effect::Destructive, "page", "Change the properties or the content of a page"),
            action("archive", "page", Effect::Destructive, "page", "Move a page and all pages below it to the archive"),
            action("append", "blocks", Effect::Add, "page", "Append blocks to a page or to another block"),
            action(
                "query",
                "database",
                Effect::Read,
                "database",
                "Query the rows of a database with filters and sorts",
            ),
            action("add", "comment", Effect::Add, "page", "Add a comment to a page or to a discussion"),
            action("list", "spaces", Effect::Read, "author", "List the spaces that the user can see"),
        ],
        entities: &[
            "page",
            "block",
            "database",
            "space",
            "comment",
            "template",
            "parent",
            "row",
            "column",
            "filter",
            "sort",
            "author",
            "revision",
            "permission",
            "mention",
            "export",
            "embed",
            "heading",
        ],
        rules: &[
            "Content is read and written as Markdown; blocks without a Markdown form become links.",
            "Search looks at titles first and ranks recent pages higher.",
            "Archived pages are found only if they are asked for.",
            "A page inherits the permissions of its parent unless it has its own.",
            "Filters can be nested up to three levels deep.",
            "Properties that the database does not have are refused, not created.",
            "At most 100 blocks can be appended at once.",
            "Mentions notify the people mentioned unless notifications are switched off.",
            "The revision that the change is based on can be given to detect conflicts.",
            "Rows are returned in the order of the sorts, then of their creation.",
            "Formulas and rollups are computed when the row is read.",
            "Templates are applied after all properties have been set.",
        ],
    },
];

pub(super) const ATTRIBUTES: [Attribute; 28] = [
    attribute(
        "name",
        Form::Text,
        Use::Both,
        "Name of the {}, as shown to users. Names are compared without regard to case.",
    ),
    attribute("description", Form::Text, Use::Both, "Text that explains what the {} is for. Markdown is allowed."),
    attribute("owner", Form::Text, Use::Both, "User id or email address of whoever is responsible for the {}."),
    attribute("tags", Form::Texts, Use::Both, "Tags of the {}; an empty list stands for any."),
    attribute("created_after", Form::Time, Use::Reads, "Only where the {} was created at or after this time."),
    attribute("updated_before", Form::Time, Use::Reads, "Only where the {} was last changed before this time."),
    attribute(
        "status",
        Form::Choice(&["active", "paused", "archived"]),
        Use::Both,
        "State of the {}. Default: active.",
    ),
    attribute("visibility", Form::Choice(&["private", "team", "organization"]), Use::Both, "Who can see the {}."),
    attribute("priority", Form::Choice(&["low", "normal", "high"]), Use::Both, "How much the {} matters to others."),
    attribute("limit", Form::Count { maximum: 200 }, Use::Reads, "The largest number of results per {}. Default: 50."),
    attribute("offset", Form::Count { maximum: 10_000 }, Use::Reads, "The number of results per {} to skip."),
    attribute("include_archived", Form::Flag, Use::Reads, "Whether an archived {} is included in the results."),
    attribute("order", Form::Choice(&["ascending", "descending"]), Use::Reads, "The order of results within the {}."),
    attribute("fields", Form::Texts, Use::Reads, "Fields of the {} to return. If omitted, all fields are returned."),
    attribute("query", Form::Text, Use::Reads, "Words that the text of the {} must contain, in any order."),
    attribute("exclude_ids", Form::Texts, Use::Reads, "Ids for which the {} is left out of the results."),
    attribute("group_by", Form::Text, Use::Reads, "Field of the {} by whose values the results are grouped."),
    attribute("notify", Form::Flag, Use::Writes, "Whether people who follow the {} are notified of the change."),
    attribute(
        "dry_run",
        Form::Flag,
        Use::Writes,
        "Whether the change to the {} is only checked and nothing is stored.",
    ),
    attribute(
        "revision",
        Form::Text,
        Use::Writes,
        "Revision of the {} on which the change is based; a newer one is a conflict.",
    ),
    attribute("starts_at", Form::Time, Use::Writes, "When the change of the {} takes effect. Default: now."),
    attribute("ends_at", Form::Time, Use::Writes, "When the change of the {} ends. If omitted, it has no end."),
    attribute("reason", Form::Text, Use::Writes, "Why the {} is changed; the reason is kept in the audit log."),
    attribute(
        "metadata",
        Form::Pairs,
        Use::Writes,
        "Values that your integration keeps with the {}; they are never interpreted.",
    ),
    attribute("labels", Form::Pairs, Use::Both, "Labels of the {} as pairs of key and value."),
    attribute("external_ids", Form::Texts, Use::Both, "Ids under which the {} is known in other systems."),
    attribute("locale", Form::Text, Use::Both, "Language tag for texts of the {}, such as en-GB."),
    attribute(
        "timeout_seconds",
        Form::Count { maximum: 300 },
        Use::Both,
        "Seconds to wait for the {} before giving up.",
    ),
];

/// Remarks that some property descriptions end with; each fits any property.
pub(super) const NOTES: &[&str] = &[
    "Needs the editor role.",
    "Inherited from the parent if omitted.",
    "Has no effect on results that are already cached.",
    "Not available on the free plan.",
    "Shown in the audit log.",
    "Most callers leave it out.",
    "Ignored where the workspace has a policy of its own.",
];
