//! Three design notes as they stand, and what they come down to.

use super::{
    super::{documents::design_note, world::World},
    Solution, Worlds,
};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let world = World { seed: worlds.get("documents")?.seed };
    let notes = [0, 1, 2].map(|index| design_note(world, index));
    let contents: Vec<&str> = notes.iter().map(|note| note.content.as_str()).collect();
    let points: Vec<String> = notes.iter().map(|note| note.points.join(" ")).collect();
    Some(Solution { answer: contents.join("\n\n").into(), writes: Vec::new(), says: Some(points.join("\n\n")) })
}
