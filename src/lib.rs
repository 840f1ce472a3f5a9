#![doc = include_str!("../README.md")]
//!
//! # A map of the crate
//!
//! Imports point down this list only; `tests/it/layering.rs` holds it to that.
//!
//! - [`cli`] — the command line; the only place that prints and exits.
//! - [`criteria`] — what all of it has to do, tried now.
//! - [`regression`] — a run beside the one that was accepted, and whether it is worse.
//! - [`report`] — the table, HTML, CSV and JSON of a run; renders and computes nothing.
//! - [`harness`] — scenarios, built-in servers, trials, token accounts, the gate.
//! - [`gateway`] — an MCP server between any client and any servers; its HTTP surface.
//! - [`router`] — a request by its route, and from the one to the other when a program fails.
//! - [`executor`] — a program, limits and a host in; an execution out.
//! - [`sandbox`] — one isolate, in a process of its own or on a thread, that runs one program and can do nothing but call
//!   tools.
//! - [`upstream`] — connections to MCP servers, as a tool host.
//! - [`cache`] — answers that are given again, as a decorator over a host.
//! - [`catalog`] — the tools that there are, and finding among them.
//! - [`activity`] — the latest requests, for whoever watches.
//! - [`audit`] — every tool call, in a file.
//! - [`journal`] — what a request asked of its tools, in order.
//! - [`codegen`] — tool definitions to TypeScript.
//! - [`observations`] — the shapes of results that tools without an output schema gave: learned, kept in a file.
//! - [`program`] — TypeScript to JavaScript, with source maps; checks of its types.
//! - [`config`] — `mcp.json` and `codefirst.toml`.
//! - [`policy`] — which calls may be made, and how; one check for both routes.
//! - `telemetry` — traces over OTLP, behind the feature `otlp`.
//! - [`alert`] — the rolling fallback rate, and who is told when it is too high.
//! - `http_client` — the client for what is sent of our own accord.
//! - [`metrics`] — what is counted and measured of all that, for Prometheus.
//! - [`host`] — the one port through which tools are called.
//! - [`redact`] — secrets, taken out of what is shown.
//! - [`tokens`] — counting tokens.
//! - `canonical` — inputs as one text each.
//! - [`tool`] — what a tool, a call and an answer are.
//! - `format` — how figures and foreign text are written.
//! - `files` — writing files whole or not at all.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | server, client, tool | as in the MCP specification |
//! | upstream | a server that we call |
//! | program | TypeScript that a model wrote |
//! | wrapper | the generated TypeScript of one tool |
//! | execution, outcome | one run of one program; what became of it |
//! | isolation, layer | where a program runs: a process or a thread; one of the things that confine the process |
//! | route | how a request is carried out: by a program (code) or by planned calls (direct) |
//! | plan, fallback | the calls that are made instead of a program; making them because it failed |
//! | principal | on whose behalf calls are made |
//! | effect | whether a call reads or writes |
//! | journal, wave | a request's tool calls in order; those of them that were in flight together |
//! | scenario | a task, its servers, its program and the answer that is right |
//! | seed | what a scenario's servers hold follows from it; the task does not |
//! | arm | a configuration compared: `direct`, `search`, `code` or `code+cache` |
//! | trial | one scenario on one arm with one seed |
//! | oracle | finds the right answer from what the servers are made of, without their tools |
//! | transcript | what a model was shown and said in a trial |
//! | comparison | what one arm saves beside another, over the seeds with which both were right |
//! | gate, band | what is demanded of a saving, which becomes an exit code; between which figures it has to be |
//! | baseline | the figures of a run that were accepted |

pub mod activity;
pub mod alert;
pub mod audit;
pub mod cache;
mod canonical;
pub mod catalog;
pub mod cli;
pub mod codegen;
pub mod config;
pub mod criteria;
pub mod executor;
mod files;
mod format;
pub mod gateway;
pub mod harness;
pub mod host;
mod http_client;
pub mod journal;
pub mod metrics;
pub mod observations;
pub mod policy;
pub mod program;
pub mod redact;
pub mod regression;
pub mod report;
pub mod router;
pub mod sandbox;
#[cfg(feature = "otlp")]
pub mod telemetry;
pub mod tokens;
pub mod tool;
pub mod upstream;
