//! The module loader: an allow-list. Only the tool tree resolves, and its modules come from the host.

use deno_core::{
    ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleSource, ModuleSourceCode,
    ModuleSpecifier, ModuleType, RequestedModuleType, ResolutionKind, error::ModuleLoaderError,
};
use deno_error::JsErrorBox;

use super::{bridge::SharedBridge, wire::MAX_NAME_BYTES};
use crate::program::{IMPORTABLE, PROGRAM_SOURCE, tree_path};

/// The program's own URL. The scheme is ours, so that nothing else can be meant by it. What the engine runs is JavaScript;
/// places in it that have been mapped back to TypeScript are in [`PROGRAM_SOURCE`](crate::program::PROGRAM_SOURCE).
pub(super) const PROGRAM_URL: &str = "codefirst:///program.js";
/// What is run in its stead to make an isolate warm; each time under a name of its own, because an engine keeps its modules.
pub(super) const REHEARSAL_URL: &str = "codefirst:///rehearsal/";
pub(super) const TREE: &str = "codefirst:///tools/";

/// Marks the messages of this loader, by which an unknown module is told from other errors.
pub(super) const UNKNOWN_MODULE: &str = "cannot import ";

pub(super) struct ToolTreeLoader {
    bridge: SharedBridge,
}

impl ToolTreeLoader {
    pub fn new(bridge: SharedBridge) -> Self {
        Self { bridge }
    }
}

/// The path of a module in the tool tree, such as `github/list_issues.ts`, for a specifier that stands in the program.
///
/// # Errors
/// What is wrong with the specifier and what is allowed, for the program's author.
pub fn resolve_import(specifier: &str) -> Result<String, String> {
    if specifier.len() > MAX_NAME_BYTES {
        return Err(format!("{UNKNOWN_MODULE}a module whose name has {} bytes: no tool's has", specifier.len()));
    }
    tree_path(specifier).ok_or_else(|| format!("{UNKNOWN_MODULE}{specifier:?}: {IMPORTABLE}"))
}

impl ModuleLoader for ToolTreeLoader {
    fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        _: ResolutionKind,
    ) -> Result<ModuleSpecifier, ModuleLoaderError> {
        let is_entry = self.bridge.borrow().entry() == specifier;
        let url = if is_entry && !referrer.starts_with(specifier) {
            specifier.to_owned()
        } else if let (Some(module), Some(folder)) =
            (specifier.strip_prefix("./"), referrer.strip_prefix(TREE).and_then(|path| path.split('/').next()))
        {
            // Modules of the tree name their neighbours: an index its wrappers.
            format!("{TREE}{}", resolve_import(&format!("tools/{folder}/{module}")).map_err(JsErrorBox::type_error)?)
        } else {
            format!("{TREE}{}", resolve_import(specifier).map_err(JsErrorBox::type_error)?)
        };
        ModuleSpecifier::parse(&url).map_err(JsErrorBox::from_err)
    }

    fn load(
        &self,
        specifier: &ModuleSpecifier,
        _: Option<&ModuleLoadReferrer>,
        options: ModuleLoadOptions,
    ) -> ModuleLoadResponse {
        let refuse = |message| ModuleLoadResponse::Sync(Err(JsErrorBox::type_error(message)));
        if options.requested_module_type != RequestedModuleType::None {
            return refuse(format!("{UNKNOWN_MODULE}\"{specifier}\" with a type: only TypeScript modules exist here"));
        }
        let module = |code: String, url: &ModuleSpecifier| {
            Ok(ModuleSource::new(ModuleType::JavaScript, ModuleSourceCode::String(code.into()), url, None))
        };
        if self.bridge.borrow().entry() == specifier.as_str() {
            return ModuleLoadResponse::Sync(module(self.bridge.borrow().code(), specifier));
        }
        let Some(path) = specifier.as_str().strip_prefix(TREE) else {
            return refuse(format!("{UNKNOWN_MODULE}\"{specifier}\": it is not in the tool tree"));
        };
        let source = self.bridge.borrow_mut().load(path.to_owned());
        let specifier = specifier.clone();
        ModuleLoadResponse::Async(Box::pin(async move {
            let source = match source.await {
                Ok(source) => source.map_err(|reason| JsErrorBox::type_error(format!("{UNKNOWN_MODULE}{reason}")))?,
                Err(_) => return Err(JsErrorBox::generic("the execution has ended")),
            };
            module(source, &specifier)
        }))
    }

    fn get_source_map(&self, file_name: &str) -> Option<std::borrow::Cow<'_, [u8]>> {
        (file_name == PROGRAM_URL).then(|| self.bridge.borrow().source_map().into())
    }

    /// The engine renames a mapped place only to a file that exists.
    fn source_map_source_exists(&self, source: &str) -> Option<bool> {
        Some(source.strip_prefix("codefirst:///") == Some(PROGRAM_SOURCE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tool_tree_resolves() {
        for (specifier, path) in [
            ("./tools/github/list_issues.ts", "github/list_issues.ts"),
            ("tools/github/list_issues", "github/list_issues.ts"),
            ("/tools/github/index.js", "github/index.ts"),
            ("./tools/github", "github/index.ts"),
            ("./tools/github/", "github/index.ts"),
        ] {
            assert_eq!(resolve_import(specifier).as_deref(), Ok(path), "{specifier}");
        }
        for specifier in [
            "",
            "file:///etc/passwd",
            "data:text/javascript,1",
            "http://a/b.ts",
            "npm:left-pad",
            "node:fs",
            "fs",
            "../x.ts",
            "./tools/../program.ts",
            "./tools/github/../../x.ts",
            "./tools/github/a/b.ts",
            "ext:core/ops",
            "./tools/a%2fb/c.ts",
            "./tools/..",
            "./tools/./x.ts",
            "tools\\github\\x.ts",
            "./tools/git\u{2215}hub/x.ts",
            "codefirst:///program.ts",
        ] {
            let error = resolve_import(specifier).expect_err(specifier);
            assert!(error.contains(&format!("{specifier:?}")) && error.contains("./tools/<server>"), "{error}");
        }
    }
}
