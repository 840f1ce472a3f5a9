//! Colours as roles: what plotters is given in place of a colour, and the style-sheet class that takes its place.

use plotters::style::RGBColor;

use crate::harness::summary::Part;

/// What a shape is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Muted,
    Grid,
    /// The page itself: for the inside of a ring.
    Paper,
    Direct,
    Search,
    Code,
    /// Code where it takes more than direct.
    Loss,
    /// A change for the better, and one for the worse.
    Less,
    More,
    /// How much it takes until code-first pays: 0 is nothing, [`HEATS`] − 1 is more than was tried.
    Heat(u8),
    OnHeat(u8),
    Part(Part),
}

/// The steps of a scale of colours.
pub(in crate::report) const HEATS: u8 = 6;

const PLAIN: [Ink; 10] = [
    Ink::Text,
    Ink::Muted,
    Ink::Grid,
    Ink::Paper,
    Ink::Direct,
    Ink::Search,
    Ink::Code,
    Ink::Loss,
    Ink::Less,
    Ink::More,
];

impl Ink {
    fn all() -> impl Iterator<Item = Self> {
        PLAIN
            .into_iter()
            .chain(Part::ALL.map(Self::Part))
            .chain((0..HEATS).map(Self::Heat))
            .chain((0..HEATS).map(Self::OnHeat))
    }

    /// A colour that nothing else has.
    pub(super) fn stand_in(self) -> RGBColor {
        let index = Self::all().position(|ink| ink == self).unwrap_or_default();
        RGBColor(0xF0, 0x0C, index as u8)
    }

    fn class(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Muted => "muted".to_owned(),
            Self::Grid => "grid".to_owned(),
            Self::Paper => "paper".to_owned(),
            Self::Direct => "direct".to_owned(),
            Self::Search => "search".to_owned(),
            Self::Code => "code".to_owned(),
            Self::Loss => "loss".to_owned(),
            Self::Less => "less".to_owned(),
            Self::More => "more".to_owned(),
            Self::Heat(step) => heat_class(step),
            Self::OnHeat(step) => format!("on-{}", heat_class(step)),
            Self::Part(part) => part_class(part),
        }
    }
}

/// The name under which the style sheet colours a part.
pub(in crate::report) fn part_class(part: Part) -> String {
    format!("part-{}", part.name())
}

/// The name under which it colours a step of the scale.
pub(in crate::report) fn heat_class(step: u8) -> String {
    format!("heat-{step}")
}

/// Replaces each stand-in by its class. Text cannot be mistaken for one: its quotation marks are escaped.
pub(super) fn into_classes(svg: &str) -> String {
    Ink::all().fold(svg.to_owned(), |svg, ink| {
        let RGBColor(red, green, blue) = ink.stand_in();
        let class = ink.class();
        svg.replace(&format!("fill=\"#{red:02X}{green:02X}{blue:02X}\""), &format!("class=\"fill-{class}\""))
            .replace(&format!("stroke=\"#{red:02X}{green:02X}{blue:02X}\""), &format!("class=\"stroke-{class}\""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_has_its_own_stand_in_and_its_rule_in_the_style_sheet() {
        let mut seen = std::collections::HashSet::new();
        let style = include_str!("../style.css");
        for ink in Ink::all() {
            let RGBColor(_, _, blue) = ink.stand_in();
            assert!(seen.insert(blue), "{ink:?} shares its stand-in");
            let class = ink.class();
            assert!(
                style.contains(&format!(".fill-{class}")) || style.contains(&format!(".stroke-{class}")),
                "the style sheet does not colour {class}"
            );
        }
    }
}
