//! Opaque cursors: where the next page begins, in a form that a client can only hand back.
//!
//! Real cursors cannot be guessed, so pages can only be fetched one after the other; ours are scrambled with the seed
//! for the same reason, and a cursor from another list is refused.

use super::{
    draw::{Draw, Stream},
    world::World,
};

/// Makes and reads the cursors of one list.
pub(super) struct Cursors {
    key: u64,
}

impl Cursors {
    /// `list` names the list among all lists of the world.
    pub(super) fn new(world: World, list: u64) -> Self {
        Self { key: Draw::new(world.seed, Stream::Cursor, list).word() }
    }

    /// The cursor of the page that begins at `position`.
    pub(super) fn encode(&self, position: u32) -> String {
        format!("bmV4dDo{:016x}", (u64::from(position) << 32 | CHECK).wrapping_mul(ODD) ^ self.key)
    }

    /// The position that a cursor stands for; `None` if it is not one of ours.
    pub(super) fn decode(&self, cursor: &str) -> Option<u32> {
        let scrambled = u64::from_str_radix(cursor.strip_prefix("bmV4dDo")?, 16).ok()?;
        let plain = (scrambled ^ self.key).wrapping_mul(ODD_INVERSE);
        ((plain & 0xffff_ffff) == CHECK).then_some((plain >> 32) as u32)
    }
}

const CHECK: u64 = 0x5ca1_ab1e;
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
/// `ODD * ODD_INVERSE` is 1 modulo 2^64.
const ODD_INVERSE: u64 = 0xf1de_83e1_9937_733d;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_cursors_are_read() {
        let world = World { seed: 3 };
        let cursors = Cursors::new(world, 1);
        for position in [0, 1, 15, 9_999, u32::MAX] {
            assert_eq!(cursors.decode(&cursors.encode(position)), Some(position));
            assert_eq!(Cursors::new(world, 2).decode(&cursors.encode(position)), None);
        }
        for text in ["", "15", "bmV4dDo", "bmV4dDo0000000000000001", "bmV4dDoé"] {
            assert_eq!(cursors.decode(text), None, "{text:?}");
        }
    }
}
