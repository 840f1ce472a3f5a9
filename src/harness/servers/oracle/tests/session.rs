//! The servers of one scenario, started, and what was read from them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::super::{
    ServerOptions, Write, WriteLog,
    tests::{Client, call, connect},
};
use crate::tokens::{O200k, TokenCounter};

/// A scenario file as it is written.
pub(super) fn scenario(name: &str) -> toml::Table {
    let path = format!("{}/scenarios/{name}/scenario.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")).parse().unwrap()
}

/// The servers of a scenario: name, built-in server, options.
pub(super) fn servers(name: &str, seed: u64) -> Vec<(String, String, ServerOptions)> {
    let file = scenario(name);
    let server = |entry: &toml::Value| {
        let options = match entry.get("options") {
            Some(options) => serde_json::to_value(options).unwrap().as_object().unwrap().clone(),
            None => Default::default(),
        };
        let built_in = entry["builtin"].as_str().unwrap();
        let options = ServerOptions::parse(built_in, seed, &options).unwrap();
        (entry["name"].as_str().unwrap().to_owned(), built_in.to_owned(), options)
    };
    file["servers"].as_array().unwrap().iter().map(server).collect()
}

pub(super) struct Session {
    servers: BTreeMap<String, (Client, WriteLog)>,
    results: Vec<(&'static str, String)>,
}

impl Session {
    pub(super) async fn open(scenario: &str, seed: u64) -> Self {
        let mut connected = BTreeMap::new();
        for (name, built_in, options) in servers(scenario, seed) {
            connected.insert(name, connect(&built_in, &options).await);
        }
        Self { servers: connected, results: Vec::new() }
    }

    pub(super) async fn attempt(&mut self, server: &str, tool: &'static str, input: Value) -> Result<Value, String> {
        let text = call(&self.servers[server].0, tool, input).await?;
        let value = serde_json::from_str(&text).unwrap();
        self.results.push((tool, text));
        Ok(value)
    }

    pub(super) async fn call(&mut self, server: &str, tool: &'static str, input: Value) -> Value {
        self.attempt(server, tool, input).await.unwrap()
    }

    /// The writes of all servers: those of one in their order, the servers by name.
    pub(super) fn writes(&self) -> Vec<(String, Write)> {
        let of = |(name, (_, log)): (&String, &(Client, WriteLog))| {
            log.entries().into_iter().map(|write| (name.clone(), write)).collect::<Vec<_>>()
        };
        self.servers.iter().flat_map(of).collect()
    }

    /// How often each tool was called.
    pub(super) fn calls(&self) -> BTreeMap<&'static str, usize> {
        let mut calls = BTreeMap::new();
        self.results.iter().for_each(|(tool, _)| *calls.entry(*tool).or_default() += 1);
        calls
    }

    /// The number of tools, and the tokens of their definitions.
    pub(super) async fn definition_tokens(&self) -> (usize, u64) {
        let (mut tools, mut tokens) = (0, 0);
        for (client, _) in self.servers.values() {
            for tool in client.list_all_tools().await.unwrap() {
                let schema = serde_json::to_string(&tool.input_schema).unwrap();
                let texts = [&*tool.name, tool.description.as_deref().unwrap(), &schema];
                tokens += texts.iter().map(|text| O200k.count(text).0).sum::<u64>();
                tools += 1;
            }
        }
        (tools, tokens)
    }

    /// The tokens of the results, counted until there are more than enough.
    pub(super) fn result_tokens(&self, enough: u64) -> u64 {
        let mut tokens = 0;
        for (_, text) in &self.results {
            tokens += O200k.count(text).0;
            if tokens > enough {
                break;
            }
        }
        tokens
    }
}
