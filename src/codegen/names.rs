//! Names of servers, tools and properties as TypeScript can say them.
//!
//! In: any Unicode strings, hostile ones among them. Out: identifiers that are also safe file and directory names,
//! unique within their scope, the same whatever order the names came in. An identifier here is ASCII
//! (`[A-Za-z_$][A-Za-z0-9_$]*`), so that file systems that fold case or normalise Unicode cannot confuse two of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::codegen::text::string_literal;

/// Longer identifiers are cut here: with a suffix and an extension they stay below every file system's 255 bytes.
const MAX_LENGTH: usize = 120;

/// Words that no binding of a module may have, or that would break the module around it: `Promise` and `callMCPTool`
/// are used by every wrapper, an exported `then` turns the module itself into a thenable, `index` is the server's own
/// file, and assigning `__proto__` would change an object instead of extending it.
const RESERVED: &str = "arguments await break callMCPTool case catch class const continue debugger default delete do \
    else enum eval export extends false finally for function globalThis if implements import in index instanceof \
    interface let new null package private Promise protected public return static super switch then this \
    throw true try typeof undefined var void while with yield __proto__";

/// Globals of the language, of the sandbox, of other runtimes (a program that says `fetch` should be told that there
/// is none, not given a server), and of a browser, which TypeScript's default library declares.
const GLOBALS: &str = "AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt \
    BigInt64Array BigUint64Array Blob Boolean Buffer Bun DOMException DataView Date Deno DisposableStack Error EvalError \
    Event EventTarget File FinalizationRegistry Float16Array Float32Array Float64Array FormData Function Headers Infinity \
    Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Proxy RangeError ReferenceError Reflect \
    RegExp Request Response Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TextDecoder \
    TextEncoder TypeError URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap \
    WeakRef WeakSet WebAssembly WebSocket Worker XMLHttpRequest alert atob blur btoa caches clearImmediate clearInterval \
    clearTimeout close closed confirm console constructor crypto decodeURI decodeURIComponent document encodeURI \
    encodeURIComponent escape event exports external fetch focus frames global globals hasOwnProperty history isFinite \
    isNaN length location locationbar menubar module name navigation navigator open opener orientation origin parent \
    parseFloat parseInt performance personalbar print process prompt queueMicrotask reportError require scheduler screen \
    scroll scrollbars self setImmediate setInterval setTimeout status statusbar stop structuredClone toString toolbar top \
    unescape valueOf window";

/// Types that wrappers use.
const GENERIC_TYPES: [&str; 3] = ["Object", "Promise", "Record"];

/// File names that Windows keeps for devices, whatever their extension.
const DEVICES: &str = "aux con conin$ conout$ clock$ nul prn com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt0 lpt1 \
    lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9";

/// What a name is going to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A directory of the wrapper tree and a global of every program.
    Server,
    /// A file in its server's directory and the function that it exports.
    Tool,
}

/// Whether the text can stand in a program as a name, here: in ASCII.
pub fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'$') && bytes.all(is_identifier_byte)
}

fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// The identifier of one name, regardless of its neighbours: other characters become `_`, a leading digit gets a `_`
/// before it and a reserved word one after it.
pub fn identifier(name: &str, scope: Scope) -> String {
    let keep = |c: char| if c.is_ascii() && is_identifier_byte(c as u8) { c } else { '_' };
    let mut identifier: String = name.chars().take(MAX_LENGTH).map(keep).collect();
    if !identifier.starts_with(|c: char| !c.is_ascii_digit()) {
        identifier.insert(0, '_');
    }
    if is_reserved(&identifier, scope) {
        identifier.push('_');
    }
    identifier
}

fn is_reserved(identifier: &str, scope: Scope) -> bool {
    let among = |words: &str| words.split_ascii_whitespace().any(|word| word == identifier);
    let folded = identifier.to_ascii_lowercase();
    among(RESERVED)
        || folded == "index"
        || DEVICES.split_ascii_whitespace().any(|device| device == folded)
        || (scope == Scope::Server && among(GLOBALS))
}

/// The identifiers of all names of one scope. Where two would be the same, letter case aside, a name that is its own
/// identifier goes first, then byte order decides; the others are numbered `_2`, `_3`, ….
pub fn identifiers<'a>(names: impl IntoIterator<Item = &'a str>, scope: Scope) -> BTreeMap<&'a str, String> {
    let wanted: BTreeSet<(bool, &str, String)> = names
        .into_iter()
        .map(|name| {
            let identifier = identifier(name, scope);
            (identifier != name, name, identifier)
        })
        .collect();
    let mut taken = HashSet::new();
    // Whoever can have the name itself gets it before any number is given out: `a_2` is not displaced by a second `a`.
    let (first, rest): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|(_, _, wanted)| taken.insert(wanted.to_ascii_lowercase()));
    let mut identifiers: BTreeMap<_, _> = first.into_iter().map(|(_, name, identifier)| (name, identifier)).collect();
    for (_, name, wanted) in rest {
        identifiers.insert(name, claim(&wanted, "_", &mut taken, |name| vec![name.to_ascii_lowercase()]));
    }
    identifiers
}

/// Takes `wanted`, or the first of `wanted` + `separator` + 2, 3, … that claims nothing already `taken`.
fn claim(wanted: &str, separator: &str, taken: &mut HashSet<String>, claims: impl Fn(&str) -> Vec<String>) -> String {
    let mut candidate = wanted.to_owned();
    for number in 2_u64.. {
        let claimed = claims(&candidate);
        if claimed.iter().all(|name| !taken.contains(name)) {
            taken.extend(claimed);
            break;
        }
        candidate = format!("{wanted}{separator}{number}");
    }
    candidate
}

/// The names that one tool's wrapper exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolNames {
    /// The function, and the stem of the file.
    pub function: String,
    /// The input interface, `ListIssuesInput`.
    pub input: String,
    /// The output type, `ListIssuesOutput`.
    pub output: String,
}

impl ToolNames {
    fn new(function: String, stem: &str) -> Self {
        Self { function, input: format!("{stem}Input"), output: format!("{stem}Output") }
    }
}

/// The names of all tools of one server. Every exported name is unique, since the server's index exports them all.
pub fn tool_names<'a>(tools: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, ToolNames> {
    let functions = identifiers(tools, Scope::Tool);
    let mut taken: HashSet<String> = functions.values().cloned().collect();
    let type_names = |stem: &str| vec![format!("{stem}Input"), format!("{stem}Output")];
    functions
        .into_iter()
        .map(|(tool, function)| {
            let stem = claim(&pascal_case(&function), "", &mut taken, type_names);
            (tool, ToolNames::new(function, &stem))
        })
        .collect()
}

/// What the definitions of one wrapper's schemas are called in it, in order. `taken` are the names that it exports.
pub fn definition_names<'a>(names: impl IntoIterator<Item = &'a str>, taken: [&String; 3]) -> Vec<String> {
    let mut taken: HashSet<String> = taken.into_iter().cloned().collect();
    taken.extend(GENERIC_TYPES.map(str::to_owned));
    // Thousands may want the same name, so the numbers are not tried from the start each time.
    let mut numbers: HashMap<String, u64> = HashMap::new();
    let mut name = |name: &str| {
        let wanted = pascal_case(&identifier(name, Scope::Tool));
        let number = numbers.entry(wanted.clone()).or_insert(0);
        loop {
            *number += 1;
            let candidate = if *number == 1 { wanted.clone() } else { format!("{wanted}{number}") };
            if taken.insert(candidate.clone()) {
                break candidate;
            }
        }
    };
    names.into_iter().map(&mut name).collect()
}

fn pascal_case(identifier: &str) -> String {
    let mut pascal = String::with_capacity(identifier.len() + 1);
    for word in identifier.split(['_', '$']) {
        let mut chars = word.chars();
        pascal.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        pascal.push_str(chars.as_str());
    }
    if !is_identifier(&pascal) {
        pascal.insert_str(0, "Tool");
    }
    pascal
}

/// A property's name as an interface writes it: bare if it is an identifier, else quoted.
pub fn property_key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { string_literal(name) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_names() {
        for (name, tool, server) in [
            ("list_issues", "list_issues", "list_issues"),
            ("API-get-self", "API_get_self", "API_get_self"),
            ("a.b/c d", "a_b_c_d", "a_b_c_d"),
            ("3d", "_3d", "_3d"),
            ("", "_", "_"),
            ("..", "__", "__"),
            ("../../etc", "______etc", "______etc"),
            ("nul\0", "nul_", "nul_"),
            ("delete", "delete_", "delete_"),
            ("fetch", "fetch", "fetch_"),
            ("console", "console", "console_"),
            ("then", "then_", "then_"),
            ("Index", "Index_", "Index_"),
            ("NUL", "NUL_", "NUL_"),
            ("com1", "com1_", "com1_"),
            ("列表", "__", "__"),
            ("$x", "$x", "$x"),
        ] {
            assert_eq!(identifier(name, Scope::Tool), tool, "tool {name:?}");
            assert_eq!(identifier(name, Scope::Server), server, "server {name:?}");
        }
        assert_eq!(identifier(&"x".repeat(1000), Scope::Tool).len(), MAX_LENGTH);
    }

    #[test]
    fn collisions_are_numbered_and_an_identifier_keeps_its_name() {
        let mut names = ["A_B", "a_B", "a-b", "a.b", "a_b_2"];
        for _ in 0..names.len() {
            names.rotate_left(1);
            let got = identifiers(names, Scope::Tool);
            let got = ["A_B", "a_b_2", "a_B", "a-b", "a.b"].map(|name| &*got[name]);
            assert_eq!(got, ["A_B", "a_b_2", "a_B_3", "a_b_4", "a_b_5"]);
        }
    }

    #[test]
    fn definitions_are_numbered() {
        let exported = ["list", "ListInput", "ListOutput"].map(str::to_owned);
        let names = definition_names(
            ["item", "Item", "a b", "ListInput", "Promise", "item"],
            [&exported[0], &exported[1], &exported[2]],
        );
        assert_eq!(names, ["Item", "Item2", "AB", "ListInput2", "Promise2", "Item3"]);
    }

    #[test]
    fn type_names_never_meet() {
        let names = tool_names(["list_issues", "listIssues", "ListIssuesInput", "_", "$", "2"]);
        let mut all: Vec<&str> = names.values().flat_map(|n| [&*n.function, &n.input, &n.output]).collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count, "{names:?}");
        assert_eq!(names["listIssues"].input, "ListIssues2Input");
        assert_eq!(tool_names(["API-get-self"])["API-get-self"].input, "APIGetSelfInput");
        assert_eq!(tool_names(["2"])["2"].output, "Tool2Output");
    }

    proptest! {
        #[test]
        fn every_name_becomes_a_safe_unique_stable_identifier(
            mut names in proptest::collection::hash_set("\\PC{0,6}|[a-c_.-]{0,3}|[\\x00-\\x20/\\\\.]{0,4}", 0..24),
        ) {
            names.extend(["then", "..", "CON", "a b", "a_b"].map(str::to_owned));
            for scope in [Scope::Tool, Scope::Server] {
                let forward = identifiers(names.iter().map(String::as_str), scope);
                let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
                sorted.sort_unstable();
                prop_assert_eq!(&identifiers(sorted, scope), &forward);
                let folded: HashSet<String> = forward.values().map(|name| name.to_ascii_lowercase()).collect();
                prop_assert_eq!(folded.len(), names.len());
                for (name, identifier) in forward {
                    prop_assert!(is_identifier(&identifier) && !is_reserved(&identifier, scope), "{}", identifier);
                    prop_assert!(identifier.len() <= MAX_LENGTH + 8);
                    prop_assert!(identifier == name || !is_identifier(name) || is_reserved(name, scope)
                        || identifier.starts_with(name));
                }
            }
        }
    }
}
