//! The figures: totals on a logarithmic axis, and the make-up of each total on a linear one.
//!
//! In goes a summary; out comes the inside of an inline SVG, drawn by plotters. Bars on a logarithmic axis would have
//! lengths that mean nothing, so totals are points; shares are bars that all have the same length, so that arms which
//! differ fifty times can both be read. Plotters knows colours, a page knows light and dark: each colour drawn here
//! is a stand-in for a style-sheet class, and is replaced by it afterwards.

mod ink;
mod shares;
mod totals;

pub(super) use {ink::part_class, shares::shares, totals::totals};

use std::io;

use plotters::{
    coord::Shift,
    drawing::{DrawingAreaErrorKind, IntoDrawingArea},
    prelude::{Circle, DrawingArea, PathElement, Polygon, Rectangle, SVGBackend, Text},
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

/// The width of every figure in its own units: two for each pixel of a narrow phone, since plotters has no half
/// pixels.
const WIDTH: i32 = 880;
const FONT: i32 = 26;
/// What a character takes at most, digits mostly.
const CHARACTER: i32 = 16;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws on a canvas of the given height with what the page's style sheet will colour.
fn draw(height: i32, picture: impl FnOnce(&Canvas<'_>) -> Result<(), PlotError>) -> Result<Drawing, PlotError> {
    let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
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

    fn heading(&self, text: &str, at: Point) -> Result<(), PlotError> {
        self.styled_text(
            &super::format::clipped(&super::format::visible(text), 48),
            at,
            HPos::Left,
            Ink::Text,
            FontStyle::Bold,
        )
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
        self.area.draw(&PathElement::new(vec![from, to], ShapeStyle::from(ink.stand_in()).stroke_width(width)))
    }

    fn bar(&self, upper_left: Point, lower_right: Point, ink: Ink) -> Result<(), PlotError> {
        self.area.draw(&Rectangle::new([upper_left, lower_right], ShapeStyle::from(ink.stand_in()).filled()))
    }

    fn disc(&self, at: Point, radius: i32, ink: Ink) -> Result<(), PlotError> {
        self.area.draw(&Circle::new(at, radius, ShapeStyle::from(ink.stand_in()).filled()))
    }

    /// A square on its corner.
    fn diamond(&self, (x, y): Point, radius: i32, ink: Ink) -> Result<(), PlotError> {
        let corners = [(x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)];
        self.area.draw(&Polygon::new(corners, ShapeStyle::from(ink.stand_in()).filled()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Metric, fixture};

    #[test]
    fn drawings_have_classes_and_no_colours() {
        let mut summary = fixture::summary();
        summary.scenarios[0].name = "</svg><script>\" fill=\"#F00C00\"".into();
        let mut drawings = vec![totals(&summary).unwrap().unwrap()];
        drawings.extend(Metric::ALL.map(|metric| shares(&summary, metric).unwrap()));
        for drawing in drawings {
            let shapes = drawing.shapes;
            assert!(!shapes.contains("fill=\"#") && !shapes.contains("stroke=\"#"), "a colour was left: {shapes}");
            assert!(!shapes.contains("<script") && !shapes.contains("</svg>") && !shapes.contains("xmlns"));
            assert!(shapes.contains("&lt;/svg&gt;") && shapes.contains("class=\"fill-text\""));
        }
    }

    #[test]
    fn the_same_summary_draws_the_same_bytes() {
        let drawn = || shares(&fixture::summary(), Metric::Cumulative).unwrap().shapes;
        assert_eq!(drawn(), drawn());
    }
}
