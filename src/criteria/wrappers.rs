//! Whether the wrappers on disk are those that would be generated now.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::Found;
use crate::{codegen, harness::Fleet, observations::Observations};

pub(super) async fn up_to_date(folder: &Path) -> Found {
    let definitions = Fleet::start_built_in().await?.upstreams.definitions();
    let tools: usize = definitions.iter().map(|(_, tools)| tools.len()).sum();
    let generated = codegen::wrappers(&definitions, &Observations::default()).files;
    let mut on_disk = BTreeMap::new();
    read(folder, folder, &mut on_disk).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut wrong = Vec::new();
    for file in &generated {
        match on_disk.remove(&file.path) {
            Some(text) if text == file.source => {}
            Some(_) => wrong.push(format!("{} differs", file.path)),
            None => wrong.push(format!("{} is missing", file.path)),
        }
    }
    wrong.extend(on_disk.into_keys().map(|path| format!("{path} is of no tool")));
    Ok(match wrong.first() {
        None => (true, format!("{} files of {tools} tools, every byte", generated.len())),
        Some(first) => (false, format!("{first}, and {} more; run `codefirst generate`", wrong.len() - 1)),
    })
}

/// Every file below a folder, by its path in it.
fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            files.insert(relative.to_string_lossy().replace('\\', "/"), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
