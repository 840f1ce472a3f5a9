//! `forms`: a wizard of five steps, each of which answers with the fields of the next and the token that submits it.
//!
//! Nothing can be done in advance: what a step asks for, the ids of its options and its token are in the answer to the
//! step before. Four small tools.

mod params;
mod wizard;

use std::sync::Mutex;

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde_json::{Value, json};

use self::{
    params::{Nothing, RequestNumber, StartForm, SubmitStep},
    wizard::{FORM, STEPS},
};
use super::{
    ServerOptions, Write,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::{NOW, World},
};
use crate::tool::JsonObject;

pub(super) struct Forms {
    world: World,
    /// What has been submitted, by request and step.
    requests: Mutex<Vec<Vec<JsonObject>>>,
}

#[tool_router]
impl Forms {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let server = Self { world: World { seed: options.seed }, requests: Mutex::default() };
        Recorded::new("forms", server, Self::tool_router())
    }

    /// List the forms that can be filled in. Returns an array of forms (name, title, steps).
    #[tool(annotations(title = "List forms", read_only_hint = true))]
    fn list_forms(&self, Parameters(Nothing {}): Parameters<Nothing>) -> Reply {
        reply(&json!([{ "name": FORM, "title": "Request a business trip", "steps": STEPS.len() }]))
    }

    /// Start to fill in a form. Returns the first step: `token`, and `fields` (name, label, type, and for a choice
    /// options with id and label).
    #[tool(annotations(title = "Start form", read_only_hint = false, destructive_hint = false))]
    fn start_form(&self, Parameters(input): Parameters<StartForm>) -> Reply {
        if input.form != FORM {
            return refuse(format_args!("not_found: there is no form `{}`; there is `{FORM}`", input.form));
        }
        let mut requests = lock(&self.requests);
        requests.push(Vec::new());
        reply(&wizard::record(self.world, requests.len() as u64 - 1, 0))
    }

    /// Submit the values of one step. Returns the next step with its own token and fields or, after the last, `complete`
    /// true and the number of the request.
    #[tool(annotations(title = "Submit step", read_only_hint = false, destructive_hint = false))]
    fn submit_step(&self, Parameters(input): Parameters<SubmitStep>) -> Reply {
        let mut requests = lock(&self.requests);
        let upcoming = |(request, steps): (u64, &Vec<JsonObject>)| {
            steps.len() < STEPS.len() && wizard::token(self.world, request, steps.len()) == input.token
        };
        let Some(request) = (0..).zip(requests.iter()).position(upcoming) else {
            return refuse(format_args!("invalid_token: `{}` is not the token of a step to be submitted", input.token));
        };
        let step = requests[request].len();
        wizard::check(self.world, step, &input.values)?;
        requests[request].push(input.values);
        if step + 1 < STEPS.len() {
            return reply(&wizard::record(self.world, request as u64, step + 1));
        }
        reply(&json!({
            "complete": true,
            "number": wizard::number(self.world, request as u64),
            "form": FORM,
            "status": "waiting_for_approval",
            "submitted_at": NOW,
        }))
    }

    /// Get a submitted request by its number. Returns its status and the values of all steps.
    #[tool(annotations(title = "Get request", read_only_hint = true))]
    fn get_request(&self, Parameters(input): Parameters<RequestNumber>) -> Reply {
        let requests = lock(&self.requests);
        let complete = |(request, steps): &(u64, &Vec<JsonObject>)| {
            steps.len() == STEPS.len() && wizard::number(self.world, *request) == input.number
        };
        match (0..).zip(requests.iter()).find(complete) {
            Some((_, steps)) => {
                let values: JsonObject = steps.iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect();
                reply(&json!({ "number": input.number, "status": "waiting_for_approval", "values": values }))
            }
            None => refuse(format_args!("not_found: there is no request `{}`", input.number)),
        }
    }
}

/// The writes that fill in the form as the first request of a trial, and its number; `wanted` gives the value for a label
/// as a person would write it.
pub(super) fn first_request(seed: u64, wanted: impl Fn(&str) -> Option<Value>) -> (Vec<Write>, String) {
    let world = World { seed };
    let object = |value: Value| match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    };
    let start = Write { tool: "start_form".to_owned(), input: object(json!({ "form": FORM })) };
    let submit = |step| {
        let values = wizard::filled(world, step, &wanted);
        let input = object(json!({ "token": wizard::token(world, 0, step), "values": values }));
        Write { tool: "submit_step".to_owned(), input }
    };
    (std::iter::once(start).chain((0..STEPS.len()).map(submit)).collect(), wizard::number(world, 0))
}
