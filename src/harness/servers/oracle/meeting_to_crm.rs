//! The transcript of the long meeting as a note on the customer's account.

use serde_json::json;

use super::{
    super::{Write, crm, documents::long_meeting, world::World},
    Solution, Worlds,
};
use crate::tool::JsonObject;

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let world = World { seed: worlds.get("documents")?.seed };
    let (company, transcript) = long_meeting(world);
    // JavaScript counts UTF-16 code units.
    let answer = json!(format!("{}: {} characters", world.company(company).name, transcript.encode_utf16().count()));
    let input = JsonObject::from_iter([
        ("account_id".to_owned(), crm::account_id(company).into()),
        ("body".to_owned(), transcript.into()),
    ]);
    let write = Write { tool: "create_note".to_owned(), input };
    Some(Solution { answer, writes: vec![("crm".to_owned(), write)], says: None })
}
