//! `billing`: records that belong together, and changes that last.

use super::*;

#[tokio::test]
async fn invoices_belong_to_the_customers_and_changes_last() {
    let (client, writes) = connect("billing", &ServerOptions::new(1)).await;
    let (crm, _) = connect("crm", &ServerOptions::new(1)).await;
    let account = value(&crm, "get_account", json!({"account_id": crm::account_id(7)})).await;
    let found = value(&client, "find_customers", json!({"domain": account["domain"]})).await;
    let customer = &found["data"][0];
    assert_eq!((&customer["name"], &found["total_count"]), (&account["name"], &json!(1)));
    let open = json!({"customer": customer["id"], "status": "open", "limit": 100});
    let invoices = value(&client, "list_invoices", open).await;
    let invoice = &invoices["data"][0];
    assert_eq!((&invoice["customer"], &invoice["currency"]), (&customer["id"], &customer["currency"]));
    let lines = value(&client, "list_invoice_lines", json!({"invoice_id": invoice["id"]})).await;
    let sum: u64 = lines.as_array().unwrap().iter().map(|line| line["amount"].as_u64().unwrap()).sum();
    assert_eq!(invoice["subtotal"], sum);

    let change = json!({"invoice_id": invoice["id"], "metadata": {"cost_centre": "", "note": "called"}});
    value(&client, "update_invoice", change).await;
    let changed = value(&client, "get_invoice", json!({"invoice_id": invoice["id"]})).await;
    assert_eq!((changed["metadata"].get("cost_centre"), &changed["metadata"]["note"]), (None, &json!("called")));
    let paid = value(&client, "list_invoices", json!({"status": "paid", "limit": 1})).await;
    let refused = json!({"invoice_id": paid["data"][0]["id"], "collection_state": "reminded"});
    assert!(call(&client, "update_invoice", refused).await.unwrap_err().starts_with("invoice_not_open"));
    value(&client, "update_customer", json!({"customer_id": customer["id"], "email": "ap@x.example"})).await;
    let by_email = value(&client, "find_customers", json!({"email": "ap@x.example"})).await;
    assert_eq!(by_email["data"][0]["id"], customer["id"]);
    assert_eq!(writes.entries().len(), 2);
}
