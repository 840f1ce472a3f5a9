//! [`Observations`]: what has been learned of each tool, in memory and in a file.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{fingerprint::Fingerprint, shape::Shape};
use crate::{
    files::write_whole,
    tool::{ToolDef, ToolId},
};

/// The version of the file's format.
const VERSION: u64 = 1;

/// The observation of each tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observations {
    tools: BTreeMap<ToolId, Observation>,
}

/// What has been learned of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    definition: Fingerprint,
    shape: Shape,
}

impl Observation {
    /// The shape of the tool's results.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// How many results it was learned from.
    pub fn samples(&self) -> u64 {
        self.shape.count()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ObservationsError {
    #[error("cannot read the learned shapes in {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} does not hold learned shapes; delete it to learn anew, or name another file", path.display())]
    Malformed { path: PathBuf, source: serde_json::Error },
    #[error(
        "{} was written by a newer codefirst (format {found}, this one knows {VERSION}); update codefirst, or name \
         another file",
        path.display()
    )]
    Newer { path: PathBuf, found: u64 },
    #[error("cannot write the learned shapes to {}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl Observations {
    /// What is known of a tool, if it is still the tool that was observed.
    pub fn get(&self, id: &ToolId, def: &ToolDef) -> Option<&Observation> {
        self.tools.get(id).filter(|observation| observation.definition == Fingerprint::of(def))
    }

    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// The tools that have been observed, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&ToolId, &Observation)> {
        self.tools.iter()
    }

    /// Adds the shape of one or more results. When the tool's definition has changed, what was known of it is
    /// forgotten.
    pub fn record(&mut self, id: ToolId, definition: Fingerprint, shape: Shape) {
        let observation = match self.tools.entry(id) {
            Entry::Occupied(entry) if entry.get().definition == definition => {
                let observation = entry.into_mut();
                observation.shape.merge(shape);
                observation
            }
            entry => entry.insert_entry(Observation { definition, shape }).into_mut(),
        };
        observation.shape.settle();
    }

    /// Adds what was observed after this. Of a tool whose definition differs between the two, the later one counts.
    pub fn extend(&mut self, later: Self) {
        for (id, observation) in later.tools {
            self.record(id, observation.definition, observation.shape);
        }
    }

    /// Reads a file that [`Observations::save`] wrote.
    pub fn load(path: &Path) -> Result<Self, ObservationsError> {
        let text = fs::read(path).map_err(|source| ObservationsError::Read { path: path.to_owned(), source })?;
        let malformed = |source| ObservationsError::Malformed { path: path.to_owned(), source };
        // The version decides how the rest is to be read.
        let Version { version } = serde_json::from_slice(&text).map_err(malformed)?;
        if version > VERSION {
            return Err(ObservationsError::Newer { path: path.to_owned(), found: version });
        }
        let contents: Contents = serde_json::from_slice(&text).map_err(malformed)?;
        let mut observations = Self::default();
        for each in contents.tools {
            observations.record(ToolId::new(each.server, each.tool), each.definition, each.shape);
        }
        Ok(observations)
    }

    /// Adds these observations to those in a file, which is made if there is none, and answers with all of them. Any
    /// number of processes may do so at once. So these must be new ones: what was loaded from the file and is saved to
    /// it again counts twice.
    ///
    /// Waits while another process saves; the lock file beside the file stays. The file is there whole or as it was.
    pub fn save(self, path: &Path) -> Result<Self, ObservationsError> {
        let failed = |source| ObservationsError::Write { path: path.to_owned(), source };
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let name = path.file_name().ok_or_else(|| failed(io::ErrorKind::IsADirectory.into()))?;
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::create(folder.join(format!(".{}.lock", name.display()))).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut all = match Self::load(path) {
            Err(ObservationsError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Self::default(),
            loaded => loaded?,
        };
        all.extend(self);
        let text = all.to_json().map_err(|error| failed(error.into()))?;
        write_whole(path, text.as_bytes()).map_err(failed)?;
        Ok(all)
    }

    /// The file's text: the same for the same observations.
    fn to_json(&self) -> serde_json::Result<String> {
        let saved = self.tools.iter().map(|(id, Observation { definition, shape })| SavedTool {
            server: &*id.server,
            tool: &*id.tool,
            definition: *definition,
            shape,
        });
        let contents = Contents { version: VERSION, tools: saved.collect() };
        Ok(serde_json::to_string_pretty(&contents)? + "\n")
    }
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Contents<T = SavedTool<String, Shape>> {
    version: u64,
    tools: Vec<T>,
}

#[derive(Serialize, Deserialize)]
struct SavedTool<N, S> {
    server: N,
    tool: N,
    definition: Fingerprint,
    shape: S,
}
