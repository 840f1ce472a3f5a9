//! The web globals that programs reach for and the engine lacks: `console`, timers, `URL`, `TextEncoder`, `structuredClone` …
//!
//! In: nothing but deno_core's internals, handed over once per isolate. Out: [`SCRIPT`], the JavaScript that defines the
//! globals and takes the engine's leftovers away; [`ops`], which it calls besides `op_console(level: u8, text: &str)`; and
//! [`absent_hint`], what to say of names that are missing on purpose. A program cannot reach the internals from what is
//! defined here: the scripts keep them in closures and use only built-ins captured before any program ran.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use deno_core::{OpDecl, OpState, op2, url};
use deno_error::JsErrorBox;

mod encoding;
mod timers;

pub use timers::Timers;

macro_rules! sources {
    ($($file:literal)*) => { &[$(($file, include_str!(concat!("js/", $file, ".js")))),*] };
}

/// The files that js/globals.js loads, by name. Each is a function of `{ core, ops, primordials, shared }`.
const SOURCES: &[(&str, &str)] = sources! {
    "abort" "brand" "clone" "console" "encoding" "errors" "events" "inspect" "platform" "shapes" "table" "text" "timers" "url"
};

/// The source of a function of `(core, ops)` that defines the globals. It reads deno_core's primordials from
/// `globalThis.__bootstrap`, so it must be called before that is deleted, and before any program runs. It answers with a
/// function that compiles what is otherwise compiled at first use: worth calling before a fork.
pub const SCRIPT: &str = include_str!("js/globals.js");

/// What [`SCRIPT`] defines on `globalThis`, and `__v8xTemporalTimeZone`, which the engine's `Temporal` calls by that name.
pub const NAMES: &[&str] = &[
    "__v8xTemporalTimeZone",
    "AbortController",
    "AbortSignal",
    "CustomEvent",
    "DOMException",
    "Event",
    "EventSource",
    "EventTarget",
    "TextDecoder",
    "TextEncoder",
    "URL",
    "URLSearchParams",
    "WebSocket",
    "Worker",
    "XMLHttpRequest",
    "alert",
    "atob",
    "btoa",
    "clearImmediate",
    "clearInterval",
    "clearTimeout",
    "confirm",
    "console",
    "crypto",
    "fetch",
    "performance",
    "prompt",
    "queueMicrotask",
    "require",
    "self",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "structuredClone",
];

/// The ops that [`SCRIPT`] calls, but for `op_console`.
pub fn ops() -> Vec<OpDecl> {
    vec![
        op_absent_call(),
        encoding::op_atob(),
        encoding::op_btoa(),
        encoding::op_decode_text(),
        op_elapsed_ms(),
        encoding::op_encode_into(),
        op_form_parse(),
        op_form_serialize(),
        op_globals_source(),
        encoding::op_incomplete_tail(),
        op_random_bytes(),
        op_random_uuid(),
        op_time_origin(),
        timers::op_timer_clear(),
        timers::op_timer_set(),
        op_url_parse(),
        op_url_set(),
    ]
}

/// What a program should do instead of using a name that is absent on purpose; completes both the error of the functions
/// that stand in for some of them and the engine's "… is not defined".
pub fn absent_hint(name: &str) -> Option<&'static str> {
    Some(match name {
        "fetch" | "XMLHttpRequest" | "WebSocket" | "EventSource" | "Headers" | "Request" | "Response" => {
            "programs have no network: they reach the outside only through MCP tools (callMCPTool, or import a tool)"
        }
        "require" | "module" | "exports" | "importScripts" => {
            "there are no npm or Node modules: import MCP tools with `import`, and use the built-in globals"
        }
        "process" => {
            "there is no process: arguments, environment and exit codes do not exist; return the result instead"
        }
        "Deno" | "Bun" => "the runtime's API is not available: programs use standard JavaScript and MCP tools only",
        "Buffer" => "use Uint8Array with TextEncoder and TextDecoder, and atob and btoa for base64",
        "localStorage" | "sessionStorage" | "indexedDB" | "caches" => {
            "nothing is stored between executions: keep values in variables and return what is needed later"
        }
        "__dirname" | "__filename" => "programs have no file system: read and write files through MCP tools",
        "global" | "window" => "use globalThis",
        "document" | "navigator" | "location" => "programs do not run in a browser",
        "alert" | "confirm" | "prompt" => {
            "nobody can be asked while a program runs: use console.log and return the result"
        }
        "Worker" | "SharedArrayBuffer" | "Atomics" => {
            "there are no threads: use Promise.all to make tool calls side by side"
        }
        "WebAssembly" => "WebAssembly is not available: write the program in TypeScript",
        "Blob" | "File" | "FormData" | "ReadableStream" | "WritableStream" | "TransformStream" => {
            "use strings, arrays and Uint8Array: there are no blobs and no streams"
        }
        _ => return None,
    })
}

#[op2]
#[string]
fn op_globals_source(#[string] name: &str) -> &'static str {
    SOURCES.iter().find(|(file, _)| *file == name).map_or("", |(_, source)| source)
}

#[op2]
#[string]
fn op_absent_call(#[string] name: &str) -> String {
    format!("{name} is not available: {}", absent_hint(name).unwrap_or("it does not exist in programs"))
}

/// When the program began: the zero of `performance.now()` and `console.time`. Put a new one into the `OpState` when a
/// program starts; without one the clock starts when it is first read.
#[derive(Clone, Copy, Debug)]
pub struct ProgramClock {
    started: Instant,
    /// Milliseconds since the Unix epoch.
    origin_ms: u64,
}

impl ProgramClock {
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), origin_ms: since_epoch.as_millis() as u64 }
    }

    fn of(state: &mut OpState) -> Self {
        if !state.has::<Self>() {
            state.put(Self::start());
        }
        *state.borrow::<Self>()
    }
}

/// Whole milliseconds: a finer clock is a tool for measuring what the process shares with others.
#[op2(fast)]
fn op_elapsed_ms(state: &mut OpState) -> f64 {
    ProgramClock::of(state).started.elapsed().as_millis() as f64
}

#[op2(fast)]
fn op_time_origin(state: &mut OpState) -> f64 {
    ProgramClock::of(state).origin_ms as f64
}

/// Asks the system each time: a generator's state would be the same in every process forked from this one.
#[op2(fast)]
fn op_random_bytes(#[buffer] bytes: &mut [u8]) -> Result<(), JsErrorBox> {
    getrandom::fill(bytes).map_err(no_randomness)
}

#[op2]
#[string]
fn op_random_uuid() -> Result<String, JsErrorBox> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(no_randomness)?;
    // Version 4, variant 1, as RFC 9562 has it.
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

fn no_randomness(error: getrandom::Error) -> JsErrorBox {
    JsErrorBox::generic(format!("no random numbers: {error}"))
}

/// The parts of a URL, one on each line; empty when it is not one.
#[op2]
#[string]
fn op_url_parse(#[string] input: &str, #[string] base: &str, has_base: bool) -> String {
    let parsed = match has_base {
        true => url::Url::parse(base).and_then(|base| base.join(input)),
        false => url::Url::parse(input),
    };
    parsed.as_ref().map(url_parts).unwrap_or_default()
}

/// The parts of a URL after one of them (by its line in [`url_parts`]) has been set. A value that cannot be set is ignored.
#[op2]
#[string]
fn op_url_set(#[string] href: &str, part: u8, #[string] value: &str) -> String {
    let Ok(mut url) = url::Url::parse(href) else { return String::new() };
    // An `Err` means that the setter left the URL as it was, which is what the standard asks for.
    let _ignored = match part {
        2 => url::quirks::set_protocol(&mut url, value),
        3 => url::quirks::set_username(&mut url, value),
        4 => url::quirks::set_password(&mut url, value),
        5 => url::quirks::set_host(&mut url, value),
        6 => url::quirks::set_hostname(&mut url, value),
        7 => url::quirks::set_port(&mut url, value),
        part => {
            match part {
                8 => url::quirks::set_pathname(&mut url, value),
                9 => url::quirks::set_search(&mut url, value),
                _ => url::quirks::set_hash(&mut url, value),
            }
            Ok(())
        }
    };
    url_parts(&url)
}

fn url_parts(url: &url::Url) -> String {
    use url::quirks;
    let origin = quirks::origin(url);
    [
        quirks::href(url),
        &origin,
        quirks::protocol(url),
        quirks::username(url),
        quirks::password(url),
        quirks::host(url),
        quirks::hostname(url),
        quirks::port(url),
        quirks::pathname(url),
        quirks::search(url),
        quirks::hash(url),
    ]
    .join("\n")
}

/// Names and values by turns.
#[op2]
#[serde]
fn op_form_parse(#[string] query: &str) -> Vec<String> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.flat_map(|(name, value)| [name.into_owned(), value.into_owned()]).collect()
}

#[op2]
#[string]
fn op_form_serialize(#[serde] names_and_values: Vec<String>) -> String {
    let mut serializer = url::form_urlencoded::Serializer::new(String::new());
    for pair in names_and_values.as_chunks::<2>().0 {
        serializer.append_pair(&pair[0], &pair[1]);
    }
    serializer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_the_script_loads_is_there_and_is_ascii() {
        let listed = SCRIPT.split_once("const files = {").and_then(|(_, rest)| rest.split_once("};")).unwrap().0;
        let names: Vec<&str> =
            listed.lines().filter_map(|line| line.trim().split_once(": [")).map(|(name, _)| name).collect();
        assert_eq!(names, SOURCES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        assert!(SOURCES.iter().all(|(_, source)| source.is_ascii()) && SCRIPT.is_ascii());
    }

    #[test]
    fn every_name_is_defined_by_a_file() {
        for name in NAMES {
            let quoted = [format!("\"{name}\""), format!("    {name}(")];
            let is_in = |source: &str| quoted.iter().any(|form| source.contains(form));
            assert!(is_in(SCRIPT) || SOURCES.iter().any(|(_, source)| is_in(source)) || *name == "console", "{name}");
        }
    }

    #[test]
    fn a_name_that_is_absent_has_a_hint_and_one_that_exists_has_none() {
        for name in ["fetch", "process", "Buffer", "require", "Deno", "XMLHttpRequest", "alert", "localStorage"] {
            assert!(absent_hint(name).is_some(), "{name}");
        }
        for name in ["URL", "console", "undeclared", ""] {
            assert_eq!(absent_hint(name), None, "{name}");
        }
    }
}
