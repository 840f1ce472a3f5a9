//! The rest of the repository: pull requests and files, generated from the seed.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    super::{
        draw::Stream,
        world::{DAY, Moment, NOW, World},
    },
    issue::{Directory, MAINTAINERS, WEB},
    text::AREAS,
};

/// The pull requests; their numbers follow those of the issues.
pub(super) const PULL_REQUESTS: u64 = 240;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PullState {
    Open,
    Closed,
    Merged,
}

impl PullState {
    /// One in six is still open, and of the others one in seven was not merged.
    pub(super) fn of(world: World, index: u64) -> Self {
        match world.draw(Stream::PullRequest, index).below(42) {
            0..7 => Self::Open,
            7..12 => Self::Closed,
            _ => Self::Merged,
        }
    }
}

/// The branch into which a pull request goes.
pub(super) fn base_branch(index: u64) -> &'static str {
    if index.is_multiple_of(9) { "release/4.x" } else { "main" }
}

/// The pull request with this index (from 0), in the form in which the interface returns it.
pub(super) fn pull_request(world: World, directory: &Directory, index: u64, number: u64) -> Value {
    let state = PullState::of(world, index);
    let mut draw = world.draw(Stream::PullRequest, index);
    draw.word();
    let area = draw.pick(&AREAS);
    let change =
        draw.pick(&["keep the session", "retry once", "validate the address", "cache totals", "drop dead code"]);
    let created = Moment(NOW.0 - (PULL_REQUESTS - index) as i64 * DAY - draw.below(DAY as usize) as i64);
    let ended = Moment(created.0 + draw.between(1, 20) as i64 * 3_600);
    let issue = draw.between(1, 999);
    json!({
        "number": number,
        "title": format!("{area}: {change}"),
        "state": if state == PullState::Open { "open" } else { "closed" },
        "draft": draw.percent(8),
        "merged": state == PullState::Merged,
        "user": directory.users[draw.below(MAINTAINERS)],
        "body": format!("Fixes #{issue}.\n\nTests: unit and one end-to-end run in the {area} suite."),
        "head": { "ref": format!("{area}/{}", change.replace(' ', "-")), "sha": draw.hex(40) },
        "base": { "ref": base_branch(index), "sha": draw.hex(40) },
        "additions": draw.between(3, 420),
        "deletions": draw.between(0, 160),
        "changed_files": draw.between(1, 14),
        "comments": draw.below(9),
        "created_at": created,
        "updated_at": ended,
        "merged_at": (state == PullState::Merged).then_some(ended),
        "html_url": format!("{WEB}/pull/{number}"),
    })
}

/// A file of the repository.
#[derive(Clone, Debug, Serialize)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) content: String,
}

/// All files, sorted by path.
pub(super) fn files(world: World) -> Vec<File> {
    let mut files = vec![
        File {
            path: "README.md".to_owned(),
            content: "# storefront\n\nThe shop: cart, checkout and everything behind them.\n\n    npm ci && npm test\n"
                .to_owned(),
        },
        File {
            path: "package.json".to_owned(),
            content: "{\n  \"name\": \"storefront\",\n  \"version\": \"4.18.2\",\n  \"type\": \"module\"\n}\n"
                .to_owned(),
        },
    ];
    for (index, area) in AREAS.iter().enumerate() {
        for (part, name) in ["service", "controller", "types"].iter().enumerate() {
            let mut draw = world.draw(Stream::File, (index * 3 + part) as u64);
            let mut content = format!("import {{ log }} from \"../log.js\";\n\n/** The {area} {name}. */\n");
            for step in 0..draw.between(3, 9) {
                let (verb, noun) = (
                    draw.pick(&["load", "merge", "validate", "apply", "publish", "render"]),
                    draw.pick(&["Order", "Line", "Session", "Total", "Address", "Event"]),
                );
                let limit = draw.between(2, 90);
                content.push_str(&format!(
                    "export async function {verb}{noun}{step}(id: string): Promise<void> {{\n  log.debug(\"{area}\", \
                     id);\n  if (id.length > {limit}) throw new RangeError(\"id too long\");\n}}\n\n"
                ));
            }
            files.push(File { path: format!("src/{area}/{name}.ts"), content });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
