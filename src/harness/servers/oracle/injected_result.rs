//! Open comments on a policy, by author.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{documents::comments_on, world::World},
    Solution, Worlds,
};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let world = World { seed: worlds.get("documents")?.seed };
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for comment in comments_on(world, "Policy: Data retention").into_iter().filter(|comment| !comment.resolved) {
        *open.entry(comment.author.name).or_default() += 1;
    }
    let answer = open.iter().map(|(name, comments)| json!(format!("{name}: {comments}"))).collect::<Vec<_>>();
    Some(Solution { answer: Value::Array(answer), writes: Vec::new(), says: None })
}
