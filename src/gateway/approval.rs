//! Asks the client's user before calls that need an approval.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use rmcp::model::{ElicitRequest, ElicitRequestParams, InputRequest};
use serde_json::json;

use crate::{
    host::Principal,
    policy::{Approval, Approver},
    tool::ToolCall,
    upstream::Caller,
};

/// How much of a call's input is shown.
const INPUT_SHOWN: usize = 1_000;

/// Whoever sits before a client that can show questions.
pub(super) struct User(pub(super) Arc<Caller>);

impl Approver for User {
    fn approve<'a>(&'a self, _: &'a Principal, call: &'a ToolCall) -> BoxFuture<'a, Approval> {
        Box::pin(async move {
            let declined = |reason: &str| Approval::Declined { reason: Some(reason.to_owned()) };
            let Some(request) = question(call) else { return declined("the question cannot be put") };
            match self.0.ask(None, request).await {
                Ok(answer) if answer.get("action").and_then(|action| action.as_str()) == Some("accept") => {
                    Approval::Approved
                }
                Ok(_) => Approval::Declined { reason: None },
                Err(error) => declined(&error.message),
            }
        })
    }
}

fn question(call: &ToolCall) -> Option<InputRequest> {
    let mut input = serde_json::to_string(&call.input).ok()?;
    if input.len() > INPUT_SHOWN {
        input.truncate(input.floor_char_boundary(INPUT_SHOWN));
        input.push('…');
    }
    let params = json!({
        "message": format!("Allow a call of {}?\n{input}", call.id),
        "requestedSchema": { "type": "object", "properties": {} },
    });
    let params: ElicitRequestParams = serde_json::from_value(params).ok()?;
    Some(InputRequest::Elicitation(ElicitRequest::new(params)))
}
