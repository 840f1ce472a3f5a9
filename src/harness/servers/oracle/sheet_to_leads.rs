//! The twenty leads that are worth a call, on the sheets of their countries.

use serde_json::{Value, json};

use super::{
    super::{
        Write,
        sheets::{Lead, MARKETS, pipeline_id, wanted_leads},
        world::World,
    },
    Solution, Worlds,
};
use crate::tool::JsonObject;

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let world = World { seed: worlds.get("sheets")?.seed };
    let leads = wanted_leads(world);
    let append = |(country, _): &(&str, usize)| {
        let rows = leads.iter().filter(|lead| lead.country == *country);
        let values: Value =
            rows.map(|lead| json!([lead.company, lead.contact, lead.email, lead.employees, lead.score])).collect();
        let input = JsonObject::from_iter([
            ("spreadsheet_id".to_owned(), pipeline_id().into()),
            ("range".to_owned(), (*country).into()),
            ("values".to_owned(), values),
        ]);
        ("sheets".to_owned(), Write { tool: "append_values".to_owned(), input })
    };
    let line = |lead: &Lead| json!(format!("{}: {} <{}>", lead.company, lead.contact, lead.email));
    Some(Solution {
        answer: leads.iter().map(line).collect(),
        writes: MARKETS.iter().map(append).collect(),
        says: None,
    })
}
