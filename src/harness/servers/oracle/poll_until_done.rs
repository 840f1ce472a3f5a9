//! `poll-until-done`: how the one deployment of the trial ends.

use serde_json::json;

use super::{super::deployments, Solution, Worlds, write};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let (revision, digest, restarts) = deployments::first(worlds.get("deployments")?.seed);
    let input = json!({ "service": "storefront-web", "version": "4.19.0", "environment": "production" });
    let answer = json!({ "phase": "succeeded", "revision": revision, "digest": digest, "restarts": restarts });
    Some(Solution { writes: vec![write("deployments", "create_deployment", input)], ..Solution::read(answer) })
}
