//! The figures: totals, the way from the direct arm to the code arm, the surface of the break-even, and growth.
//!
//! In go records of the harness; out comes the inside of an inline SVG, drawn by plotters. Bars on a logarithmic axis would have
//! lengths that mean nothing, so what lies far apart is drawn as points. Plotters knows colours, a page knows light and dark: each
//! colour drawn here is a stand-in for a style-sheet class, and is replaced by it afterwards.

mod growth;
mod ink;
mod surface;
mod totals;
mod waterfall;

pub(super) use {
    growth::{context as growth_of_context, time as growth_of_time},
    ink::{HEATS, heat_class, part_class},
    surface::surface,
    totals::totals,
    waterfall::waterfall,
};

use std::io;

use plotters::{
    coord::Shift,
    drawing::{DrawingAreaErrorKind, IntoDrawingArea},
    prelude::{Circle, DrawingArea, PathElement, Rectangle, SVGBackend, Text},
    style::{
        FontStyle, ShapeStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use ink::Ink;

pub(super) type PlotError = DrawingAreaErrorKind<io::Error>;

/// A drawn figure: what goes between `<svg viewBox="0 0 width height">` and `</svg>`.
pub(super) struct Drawing {
    pub width: u32,
    pub height: u32,
    pub shapes: String,
}

/// The width of most figures in their own units, of which plotters has no halves: about one and a half for each pixel.
const WIDTH: i32 = 880;
const FONT: i32 = 22;
/// What a character takes at most, digits mostly.
const CHARACTER: i32 = 13;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws on a canvas of the given size with what the page's style sheet will colour.
fn draw(
    (width, height): (i32, i32),
    picture: impl FnOnce(&Canvas<'_>) -> Result<(), PlotError>,
) -> Result<Drawing, PlotError> {
    let size = (width.unsigned_abs(), height.unsigned_abs());
    let mut svg = String::new();
    {
        let canvas = Canvas { area: SVGBackend::with_string(&mut svg, size).into_drawing_area() };
        picture(&canvas)?;
        canvas.area.present()?;
    }
    // The page writes the outer element itself: with a title, and without a name space, which inline SVG does not
    // need.
    let inside = svg.find('>').map_or("", |end| &svg[end + 1..]);
    let inside = inside.trim_end().trim_end_matches("</svg>");
    Ok(Drawing { width: size.0, height: size.1, shapes: ink::into_classes(inside) })
}

/// A place, in units from the top left.
type Point = (i32, i32);

/// The shapes of which the figures consist.
struct Canvas<'a> {
    area: Area<'a>,
}

impl Canvas<'_> {
    fn text(&self, text: &str, at: Point, side: HPos, ink: Ink) -> Result<(), PlotError> {
        self.styled_text(text, at, side, ink, FontStyle::Normal)
    }

    /// What is as important as a heading.
    fn strong(&self, text: &str, at: Point, side: HPos) -> Result<(), PlotError> {
        self.styled_text(text, at, side, Ink::Text, FontStyle::Bold)
    }

    /// The text of others, of which there is room for so many characters.
    fn foreign(&self, text: &str, limit: usize, at: Point) -> Result<(), PlotError> {
        let text = super::format::clipped(&super::format::visible(text), limit);
        self.text(&text, at, HPos::Left, Ink::Text)
    }

    fn styled_text(&self, text: &str, at: Point, side: HPos, ink: Ink, font: FontStyle) -> Result<(), PlotError> {
        let colour = ink.stand_in();
        // The SVG backend divides sizes by 1.24.
        let style = TextStyle::from(("sans-serif", f64::from(FONT) * 1.24, font))
            .color(&colour)
            .pos(Pos::new(side, VPos::Center));
        self.area.draw(&Text::new(text.to_owned(), at, style))
    }

    fn line(&self, from: Point, to: Point, ink: Ink, width: u32) -> Result<(), PlotError> {
        self.path(vec![from, to], ink, width)
    }

    fn path(&self, points: Vec<Point>, ink: Ink, width: u32) -> Result<(), PlotError> {
        self.area.draw(&PathElement::new(points, ShapeStyle::from(ink.stand_in()).stroke_width(width)))
    }

    fn bar(&self, upper_left: Point, lower_right: Point, ink: Ink) -> Result<(), PlotError> {
        self.area.draw(&Rectangle::new([upper_left, lower_right], ShapeStyle::from(ink.stand_in()).filled()))
    }

    fn disc(&self, at: Point, radius: i32, ink: Ink) -> Result<(), PlotError> {
        self.area.draw(&Circle::new(at, radius, ShapeStyle::from(ink.stand_in()).filled()))
    }
}

/// `0`, `950`, `1.2k`, `35k`, `1M`: for labels that have little room.
pub(super) fn short(number: u64) -> String {
    let units = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    let Some((unit, letter)) = units.into_iter().find(|(unit, _)| number >= *unit) else { return number.to_string() };
    let decimals = usize::from(number < 10 * unit && !number.is_multiple_of(unit));
    format!("{:.decimals$}{letter}", number as f64 / unit as f64)
}

/// The powers of ten around some numbers, none of them below one.
fn decades(numbers: impl Iterator<Item = u64> + Clone) -> Option<(u32, u32)> {
    let (least, most) = (numbers.clone().min()?, numbers.max()?);
    let low = least.max(1).ilog10();
    let high = most.max(1).ilog10() + u32::from(10u64.pow(most.max(1).ilog10()) < most.max(1));
    Some((low, high.max(low + 1)))
}

#[cfg(test)]
mod tests;
