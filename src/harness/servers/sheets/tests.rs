//! The spreadsheets as a client sees them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::tests::{call, connect, value},
    *,
};

#[tokio::test]
async fn every_lead_is_another_company() {
    let leads: Vec<_> = lead::leads(World { seed: 1 }).collect();
    assert_eq!(leads.iter().map(|lead| lead.company.as_str()).collect::<BTreeSet<_>>().len(), lead::LEADS);
    assert!(leads.iter().all(|lead| lead.cells().len() == lead::HEADER.len()));
}

#[tokio::test]
async fn at_most_a_thousand_rows_are_read_at_once() {
    let (client, _) = connect("sheets", &ServerOptions::new(1)).await;
    let id = spreadsheet_id(0);
    let read = |range: &'static str| call(&client, "get_values", json!({"spreadsheet_id": id, "range": range}));
    assert!(read("Leads!A2:N1002").await.unwrap_err().contains("has 1001 rows, and at most 1000"));
    assert!(read("Leads").await.unwrap_err().contains("has 10001 rows"));
    assert!(read("Lead").await.unwrap_err().contains("no sheet `Lead`; there are Leads"));
    let page: Value = serde_json::from_str(&read("Leads!A9501:C").await.unwrap()).unwrap();
    assert_eq!((&page["range"], page["values"].as_array().unwrap().len()), (&json!("Leads!A9501:C10001"), 501));
    assert_eq!(page["values"][0].as_array().unwrap().len(), 3);

    let batch = |ranges: Value| call(&client, "batch_get_values", json!({"spreadsheet_id": id, "ranges": ranges}));
    let both: Value = serde_json::from_str(&batch(json!(["Leads!A1:B1", "Leads!H2:H3"])).await.unwrap()).unwrap();
    assert_eq!(both["value_ranges"][0]["values"], json!([["company", "contact"]]));
    assert_eq!(both["value_ranges"][1]["values"].as_array().unwrap().len(), 2);
    assert!(batch(json!(["Leads!A1:A600", "Leads!A1:A600"])).await.unwrap_err().contains("have 1200 rows"));
    assert!(batch(json!([])).await.unwrap_err().contains("from 1 to 10"));
}

#[tokio::test]
async fn writes_are_seen_by_later_reads() {
    let (client, writes) = connect("sheets", &ServerOptions::new(1)).await;
    let created = value(&client, "create_spreadsheet", json!({"title": "Plan", "sheets": ["One", "Two"]})).await;
    let id = &created["id"];
    let call_with = |tool: &'static str, range: &str, values: Value| {
        let mut input = json!({"spreadsheet_id": id, "range": range});
        if !values.is_null() {
            input["values"] = values;
        }
        value(&client, tool, input)
    };
    let appended = call_with("append_values", "Two", json!([["a", 1], ["b", 2.5]])).await;
    assert_eq!((&appended["updated_range"], &appended["updated_cells"]), (&json!("Two!A1:B2"), &json!(4)));
    assert_eq!(call_with("append_values", "Two!B:C", json!([[true]])).await["updated_range"], "Two!B3:B3");
    call_with("update_values", "Two!C1", json!([["x"]])).await;
    call_with("clear_values", "Two!A2:A", json!(null)).await;
    let rows = call_with("get_values", "Two", json!(null)).await;
    assert_eq!(rows["values"], json!([["a", 1, "x"], ["", 2.5], ["", true]]));
    let details = value(&client, "get_spreadsheet", json!({"spreadsheet_id": id})).await;
    assert_eq!(
        (&details["sheets"][1]["row_count"], &details["sheets"][1]["header"]),
        (&json!(3), &json!(["a", 1, "x"]))
    );
    let listed = value(&client, "list_spreadsheets", json!({"title": "plan"})).await;
    assert_eq!(listed["spreadsheets"][0]["id"], *id);
    assert_eq!(writes.entries().len(), 5);
}
