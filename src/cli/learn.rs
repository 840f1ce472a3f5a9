//! `codefirst run --learn`: what a run adds to a file of learned shapes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;

use crate::{
    observations::{Learner, Observations},
    tool::ToolDef,
};

/// Where learned shapes are kept unless another file is named.
const LEARNED: &str = "codefirst.learned.json";

/// What a run adds to a file of learned shapes.
pub struct Lesson {
    file: PathBuf,
    pub known: Observations,
    pub learner: Arc<Learner>,
}

impl Lesson {
    /// Reads the file first: one that cannot be added to must be known before any tool is called.
    pub fn start(
        file: &Option<PathBuf>,
        config: Option<&Path>,
        definitions: &[(Arc<str>, Vec<ToolDef>)],
    ) -> anyhow::Result<Self> {
        let file = match (file, config) {
            (Some(file), _) => file.clone(),
            (None, Some(config)) => config.with_file_name(LEARNED),
            (None, None) => PathBuf::from(LEARNED),
        };
        let known = if file.exists() { Observations::load(&file)? } else { Observations::default() };
        let learner = Learner::start(definitions).context("cannot start a thread to learn on")?;
        Ok(Self { file, known, learner })
    }

    pub async fn end(self) -> anyhow::Result<()> {
        let learned = self.learner.observations().await;
        let (tools, skipped) = (learned.iter().count(), self.learner.skipped());
        let results: u64 = learned.iter().map(|(_, observation)| observation.samples()).sum();
        if !learned.is_empty() {
            learned.save(&self.file)?;
        }
        let file = self.file.display();
        eprintln!("learned from {results} results of {tools} tools: {file} ({skipped} results passed over)");
        Ok(())
    }
}
