//! The decorator.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::{definition, tool};
use crate::{
    host::{ToolAnswer, ToolError, ToolHost},
    observations::{Kind, Learner, LearningHost, host::MAX_WAITING_KIB},
    tool::{ToolCall, ToolDef, ToolId, ToolOutput},
};

/// Answers each call with the text in its input.
struct Parrot;

impl ToolHost for Parrot {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            match call.input.get("say") {
                Some(Value::String(text)) => Ok(ToolOutput::from_text(text.clone()).into()),
                _ => Err(ToolError::Failed { tool: call.id, message: "{\"error\":1}".into() }),
            }
        })
    }
}

fn learning() -> (LearningHost<Parrot>, Arc<Learner>) {
    let declared = ToolDef { output_schema: Some(Default::default()), ..definition("declared") };
    let servers = [("server", vec![definition("x"), declared])];
    let learner = Learner::start(&servers).expect("a thread");
    (LearningHost::new(Parrot, learner.clone()), learner)
}

async fn call(host: &impl ToolHost, tool: &str, input: Value) -> Result<String, ToolError> {
    let Value::Object(input) = input else { panic!("not an object: {input}") };
    let answer = host.call_tool(ToolCall { id: ToolId::new("server", tool), input }).await?;
    Ok(answer.output.text().to_owned())
}

#[tokio::test]
async fn learns_from_answers_and_hands_them_on_as_they_are() {
    let (host, learner) = learning();
    for text in ["{\"a\": 1}", "plain text", "[2"] {
        assert_eq!(call(&host, "x", json!({"say": text})).await, Ok(text.to_owned()));
    }
    assert!(call(&host, "x", json!({})).await.is_err());
    for unlearned in ["declared", "elsewhere"] {
        assert!(call(&host, unlearned, json!({"say": "[]"})).await.is_ok());
    }
    let observations = learner.observations().await;
    assert_eq!(observations.iter().count(), 1);
    let (id, def, _) = tool("x");
    let observation = observations.get(&id, &def).expect("it was called");
    assert_eq!(observation.samples(), 3);
    assert_eq!(observation.shape().kinds().collect::<Vec<_>>(), [(Kind::String, 2), (Kind::Object, 1)]);
    assert_eq!(learner.skipped(), 0);
}

#[tokio::test]
async fn a_result_that_repeats_its_input_as_a_key_is_passed_over() {
    let (host, learner) = learning();
    for (input, is_learned) in [
        (json!({"users": ["alice"], "say": "[{\"alice\": 3}]"}), false),
        (json!({"users": "Bob, Alice", "say": "{\"alice\": 3}"}), false),
        (json!({"users": {"alice": 1}, "say": "{\"ALICE\": 3}"}), false),
        (json!({"users": ["bob"], "say": "{\"total\": 3}"}), true),
        // A word of the definition.
        (json!({"include": "labels", "say": "{\"labels\": 3}"}), true),
        (json!({"users": [], "say": "{\"users\": 3}"}), true),
    ] {
        let before = learner.skipped();
        assert!(call(&host, "x", input.clone()).await.is_ok());
        learner.observations().await;
        assert_eq!(learner.skipped() == before, is_learned, "{input}");
    }
    let (id, def, _) = tool("x");
    assert_eq!(learner.observations().await.get(&id, &def).map(|observation| observation.samples()), Some(3));
}

#[tokio::test]
async fn a_call_never_waits_for_the_learner() {
    let (host, learner) = learning();
    let all_room = learner.room.acquire_many(MAX_WAITING_KIB).await.expect("it is never closed");
    assert!(call(&host, "x", json!({"say": "[1]"})).await.is_ok());
    drop(all_room);
    assert!(learner.observations().await.is_empty());
    assert_eq!(learner.skipped(), 1);
    // What is larger than all the room takes all of it.
    let large = format!("[{}1]", "\"0123456789abcdef\",".repeat(2 << 20));
    assert!(large.len() > MAX_WAITING_KIB as usize * 1024);
    assert!(call(&host, "x", json!({"say": large})).await.is_ok());
    assert_eq!(learner.observations().await.iter().map(|(_, observation)| observation.samples()).sum::<u64>(), 1);
}
