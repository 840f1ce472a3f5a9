//! The tools on offer, and how a program or a model finds them.
//!
//! In: every server's name and definitions, once. Out: definitions by [`ToolId`], tools by the names that programs and
//! models use ([`Catalog::resolve`]), wrappers by path ([`Catalog::wrapper`]), and the answers of
//! discovery ([`Catalog::search`], [`Catalog::describe`], [`Catalog::browse`]), each of which says how many match and how
//! to see more, and keeps to its [`Budgets`]. Servers and tools are in byte order of their names, whatever order they came
//! in. A catalog never changes; clones share it.

mod browse;
mod budget;
mod describe;
mod effect;
mod index;
mod input;
mod lexicon;
mod nearest;
mod rank;
mod search;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde_json::Value;

pub use self::{
    browse::{Browsed, Excerpt, Listing, UnknownPath},
    budget::Budgets,
    describe::DescribeAnswer,
    search::{Cut, Detail, SearchAnswer, SearchHit, Unmatched},
};
use self::{index::Index, input::InputSchema};
use crate::{
    codegen::{
        self, emit,
        names::{self, Scope, ToolNames},
    },
    host::ToolError,
    observations::{Observation, Observations},
    tool::{JsonObject, ToolCall, ToolDef, ToolId},
};

/// All tools of all servers. Cheap to clone.
#[derive(Clone)]
pub struct Catalog(Arc<Contents>, Budgets);

struct Contents {
    servers: Vec<Server>,
    /// Sorted by id: servers in order, and each one's tools in order.
    tools: Vec<Tool>,
    namespaces: Vec<(Arc<str>, Arc<str>)>,
    index: OnceLock<Index>,
}

struct Server {
    name: Arc<str>,
    namespace: Arc<str>,
    /// Wrapper identifier to position in `tools`.
    functions: BTreeMap<String, usize>,
    index_source: OnceLock<String>,
}

struct Tool {
    id: ToolId,
    def: ToolDef,
    namespace: Arc<str>,
    names: ToolNames,
    observation: Option<Observation>,
    wrapper: OnceLock<String>,
    input_schema: OnceLock<InputSchema>,
}

/// A name that no tool has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no tool {tool}{}", nearest::suggestion(nearest))]
pub struct UnknownTool {
    pub tool: ToolId,
    /// Up to three tools whose names resemble it, as `server/tool`, the nearest first.
    pub nearest: Vec<String>,
}

impl From<UnknownTool> for ToolError {
    fn from(UnknownTool { tool, nearest }: UnknownTool) -> Self {
        Self::Unknown { tool, nearest }
    }
}

impl Catalog {
    /// Takes every server's definitions, in any order. What the names of wrappers are is settled here.
    pub fn new(servers: Vec<(Arc<str>, Vec<ToolDef>)>) -> Self {
        Self::with_observations(servers, &Observations::default())
    }

    /// The same, with what has been observed of the outputs that servers do not declare.
    pub fn with_observations(servers: Vec<(Arc<str>, Vec<ToolDef>)>, observations: &Observations) -> Self {
        let ordered = codegen::in_order(&servers);
        let identifiers = names::identifiers(ordered.keys().copied(), Scope::Server);
        let mut contents =
            Contents { servers: Vec::new(), tools: Vec::new(), namespaces: Vec::new(), index: OnceLock::new() };
        for (name, defs) in ordered {
            let (namespace, name): (Arc<str>, Arc<str>) = (identifiers[name].as_str().into(), name.into());
            let mut tool_names = names::tool_names(defs.keys().copied());
            let mut functions = BTreeMap::new();
            for (tool, def) in defs {
                let Some(names) = tool_names.remove(tool) else { unreachable!("every tool has been given names") };
                functions.insert(names.function.clone(), contents.tools.len());
                let id = ToolId { server: name.clone(), tool: def.name.clone() };
                contents.tools.push(Tool {
                    observation: observations.get(&id, def).cloned(),
                    id,
                    def: def.clone(),
                    namespace: namespace.clone(),
                    names,
                    wrapper: OnceLock::new(),
                    input_schema: OnceLock::new(),
                });
            }
            contents.namespaces.push((namespace.clone(), name.clone()));
            contents.servers.push(Server { name, namespace, functions, index_source: OnceLock::new() });
        }
        Self(Arc::new(contents), Budgets::default())
    }

    /// The same tools, with answers of these lengths.
    pub fn with_budgets(self, budgets: Budgets) -> Self {
        Self(self.0, budgets)
    }

    /// The servers' names, those without tools among them.
    pub fn servers(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.servers.iter().map(|server| &server.name)
    }

    pub fn tools(&self) -> impl Iterator<Item = (&ToolId, &ToolDef)> {
        self.0.tools.iter().map(|tool| (&tool.id, &tool.def))
    }

    /// The number of tools.
    pub fn len(&self) -> usize {
        self.0.tools.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.tools.is_empty()
    }

    pub fn get(&self, id: &ToolId) -> Option<&ToolDef> {
        let position = self.0.tools.binary_search_by(|tool| tool.id.cmp(id)).ok()?;
        Some(&self.0.tools[position].def)
    }

    /// Each namespace global of a program, and the server that it stands for.
    pub fn namespaces(&self) -> &[(Arc<str>, Arc<str>)] {
        &self.0.namespaces
    }

    /// The tool that a program or a model means: by the server's name or namespace, and the tool's own name or the
    /// name of its wrapper. Where one tool's name is another's wrapper, the tool's own name counts.
    pub fn resolve(&self, server: &str, name: &str) -> Result<ToolId, UnknownTool> {
        match self.position(server, name) {
            Some(position) => Ok(self.0.tools[position].id.clone()),
            None => Err(UnknownTool { tool: ToolId::new(server, name), nearest: self.nearest(server, name) }),
        }
    }

    fn position(&self, server: &str, name: &str) -> Option<usize> {
        let servers = &self.0.servers;
        let server = match servers.binary_search_by(|s| (*s.name).cmp(server)) {
            Ok(position) => &servers[position],
            Err(_) => servers.iter().find(|s| &*s.namespace == server)?,
        };
        let own = |tool: &Tool| (&*tool.id.server, &*tool.id.tool).cmp(&(&*server.name, name));
        self.0.tools.binary_search_by(own).ok().or_else(|| server.functions.get(name).copied())
    }

    /// The call that a program or a model means, if there is such a tool and it takes such an input.
    ///
    /// # Errors
    /// Those of [`resolve`](Self::resolve) and [`check_input`](Self::check_input).
    pub fn admit(&self, server: &str, tool: &str, input: JsonObject) -> Result<ToolCall, ToolError> {
        let id = self.resolve(server, tool)?;
        let input = self.check_input(&id, input)?;
        Ok(ToolCall { id, input })
    }

    /// Checks the input of a call, and gives it back if its tool's schema admits it.
    ///
    /// # Errors
    /// [`ToolError::InvalidInput`] with the place and the rule of each fault.
    pub fn check_input(&self, id: &ToolId, input: JsonObject) -> Result<JsonObject, ToolError> {
        let Ok(position) = self.0.tools.binary_search_by(|tool| tool.id.cmp(id)) else { return Ok(input) };
        let tool = &self.0.tools[position];
        let schema = tool.input_schema.get_or_init(|| InputSchema::new(&tool.def.input_schema));
        let input = Value::Object(input);
        match (schema.faults(&input), input) {
            (None, Value::Object(input)) => Ok(input),
            (faults, _) => Err(ToolError::InvalidInput { tool: id.clone(), message: faults.unwrap_or_default() }),
        }
    }

    /// The source of `<namespace>/<function>.ts` or `<namespace>/index.ts`, made when first asked for.
    pub fn wrapper(&self, path: &str) -> Option<String> {
        let (directory, file) = path.split_once('/')?;
        let server = self.0.servers.iter().find(|server| &*server.namespace == directory)?;
        let stem = file.strip_suffix(".ts")?;
        let source = match server.functions.get(stem) {
            Some(&position) => self.0.tools[position].wrapper.get_or_init(|| self.0.tools[position].file()),
            None if stem == "index" => {
                server.index_source.get_or_init(|| emit::index(server.functions.keys().map(String::as_str)))
            }
            None => return None,
        };
        Some(source.clone())
    }

    /// The whole wrapper tree, by path: what `wrapper` knows, and `globals.d.ts`.
    pub fn files(&self) -> Vec<(String, String)> {
        let modules = self.0.servers.iter().flat_map(|server| {
            let stems = server.functions.keys().map(String::as_str).chain(["index"]);
            stems.map(move |stem| format!("{}/{stem}.ts", server.namespace))
        });
        let files = modules.filter_map(|path| self.wrapper(&path).map(|source| (path, source)));
        files.chain([("globals.d.ts".to_owned(), self.globals())]).collect()
    }

    /// The source of `globals.d.ts`, which declares what programs find without an import.
    pub fn globals(&self) -> String {
        emit::globals(self.0.namespaces.iter().map(|(namespace, _)| &**namespace))
    }
}

impl Tool {
    fn file(&self) -> String {
        format!("{}\n{}", emit::HEADER, self.source())
    }

    fn source(&self) -> String {
        emit::wrapper(&self.id.server, &self.def, &self.names, self.observation.as_ref()).source
    }

    fn signature(&self) -> String {
        codegen::signature_as(&self.namespace, &self.names.function, &self.def, self.observation.as_ref())
    }
}

#[cfg(test)]
mod tests;
