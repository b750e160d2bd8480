//! Panels as SVG.

use std::fmt::Write as _;

use super::dashboard::{Panel, Target};
use super::page::{escaped, size};
use super::query::{Mark, Range, Series};
use super::unit::shown;

/// Grafana's colors for series, in the order in which it takes them.
const PALETTE: [&str; 10] = [
    "#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0", "#508642",
    "#cca300",
];
/// The space of the axes.
const LEFT: f64 = 70.0;
const BOTTOM: f64 = 22.0;
/// The space of the heading of a panel.
const HEADING: f64 = 34.0;
/// The height of a line of the legend, and how many characters it holds for each pixel.
const LINE: f64 = 20.0;
const CHARACTERS: f64 = 0.14;

/// The lines or bars of a panel over time, with its legend.
pub(super) fn graph(panel: &Panel, answers: &[Vec<Series>], marks: &[Mark], range: &Range) -> String {
    let all: Vec<(&Target, &Series)> = panel
        .targets
        .iter()
        .zip(answers)
        .flat_map(|(target, series)| series.iter().map(move |series| (target, series)))
        .filter(|(_, series)| !series.is_empty())
        .collect();
    let Some((first, _)) = all.first() else {
        return format!("<div class=none>{}</div>", escaped(&panel.no_value));
    };
    let (width, height) = size(panel.place);
    let lines = legend_lines(&all, width);
    let area = Area {
        width: width - LEFT - 20.0,
        height: height - HEADING - BOTTOM - lines * LINE - 12.0,
        top: axis(upper_end(panel, &all)),
        from: range.from,
        to: range.to,
    };
    let mut svg = format!("<svg width={width} height={}>", height - HEADING - lines * LINE);
    for line in 0..=4 {
        let value = area.top * f64::from(line) / 4.0;
        let y = area.y(value);
        let _ = write!(svg, "<line x1={LEFT} y1={y:.1} x2={:.1} y2={y:.1} class=grid />", LEFT + area.width);
        let _ = write!(
            svg,
            "<text x={} y={:.1} text-anchor=end>{}</text>",
            LEFT - 6.0,
            y + 4.0,
            shown(value, &first.unit)
        );
    }
    for line in 0..=6 {
        let passed = (range.to - range.from) * f64::from(line) / 6.0;
        let _ = write!(
            svg,
            "<text x={:.1} y={:.1} text-anchor=middle>{passed:.0} s</text>",
            area.x(range.from + passed),
            area.height + BOTTOM
        );
    }
    for mark in marks {
        let (from, to) = (area.x(mark.from), area.x(mark.to));
        let _ = write!(
            svg,
            "<rect x={from:.1} y=6 width={:.1} height={:.1} fill={} opacity=.08><title>{}</title></rect><line x1={from:.1} y1=6 x2={from:.1} y2={:.1} \
             stroke={} stroke-dasharray=3 />",
            (to - from).max(1.0),
            area.height,
            mark.color,
            escaped(&mark.title),
            area.height + 6.0,
            mark.color,
        );
    }
    if panel.bars {
        bars(&mut svg, &all, &area);
    } else {
        for (index, (_, series)) in all.iter().enumerate() {
            line(&mut svg, &series.points, color(index), &area);
        }
    }
    if panel.dashed {
        for (value, color) in
            first.thresholds.iter().filter(|(value, _)| *value <= area.top && value.is_finite())
        {
            let y = area.y(*value);
            let _ = write!(
                svg,
                "<line x1={LEFT} y1={y:.1} x2={:.1} y2={y:.1} stroke={color} stroke-dasharray=8 stroke-width=2 />",
                LEFT + area.width
            );
        }
    }
    svg + "</svg>" + &legend(&all)
}

/// The area between the axes.
struct Area {
    width: f64,
    height: f64,
    top: f64,
    from: f64,
    to: f64,
}

impl Area {
    fn x(&self, at: f64) -> f64 {
        LEFT + (at - self.from) / (self.to - self.from) * self.width
    }

    fn y(&self, value: f64) -> f64 {
        6.0 + self.height * (1.0 - (value / self.top).clamp(0.0, 1.0))
    }
}

/// The largest value, or what the panel shows at least.
fn upper_end(panel: &Panel, all: &[(&Target, &Series)]) -> f64 {
    let finite = |series: &Series| {
        series.points.iter().map(|(_, value)| *value).filter(|value| value.is_finite()).fold(0.0, f64::max)
    };
    let each = all.iter().map(|(_, series)| finite(series));
    let largest = if panel.bars { each.sum() } else { each.fold(0.0, f64::max) };
    largest.max(panel.soft_max.unwrap_or(0.0))
}

/// A round number at or above a value.
fn axis(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
    steps.map(|step| step * power).into_iter().find(|step| *step >= value).unwrap_or(value)
}

fn line(svg: &mut String, points: &[(f64, f64)], color: &str, area: &Area) {
    let mut path = String::new();
    let mut before: Option<f64> = None;
    for &(at, value) in points {
        if !value.is_finite() {
            before = None;
            continue;
        }
        // A line ends where values are missing.
        let command = if before.is_some_and(|before| at - before < 1.5) { 'L' } else { 'M' };
        let _ = write!(path, "{command}{:.1} {:.1}", area.x(at), area.y(value));
        if command == 'M' {
            path.push_str("h1.5");
        }
        before = Some(at);
    }
    let _ = write!(svg, "<path d=\"{path}\" fill=none stroke={color} stroke-width=1.5 />");
}

fn bars(svg: &mut String, all: &[(&Target, &Series)], area: &Area) {
    let width = (area.width / (area.to - area.from) * 0.8).max(1.0);
    let mut tops: std::collections::BTreeMap<u64, f64> = std::collections::BTreeMap::new();
    for (index, (_, series)) in all.iter().enumerate() {
        for &(at, value) in series.points.iter().filter(|(_, value)| value.is_finite() && *value > 0.0) {
            let top = tops.entry(at.to_bits()).or_default();
            let lower = area.y(*top);
            *top += value;
            let upper = area.y(*top);
            let _ = write!(
                svg,
                "<rect x={:.1} y={upper:.1} width={width:.1} height={:.1} fill={} opacity=.7 />",
                area.x(at) - width / 2.0,
                lower - upper,
                color(index)
            );
        }
    }
}

fn color(index: usize) -> &'static str {
    PALETTE[index % PALETTE.len()]
}

fn legend_lines(all: &[(&Target, &Series)], width: f64) -> f64 {
    let characters: usize = all.iter().map(|(_, series)| series.name.chars().count() + 6).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few characters")]
    let lines = (characters as f64 / (width * CHARACTERS)).ceil();
    lines.clamp(1.0, 3.0)
}

fn legend(all: &[(&Target, &Series)]) -> String {
    let entries = all.iter().enumerate().map(|(index, (_, series))| {
        format!("<span><i style=background:{}></i>{}</span>", color(index), escaped(&series.name))
    });
    format!("<div class=legend>{}</div>", entries.collect::<String>())
}

/// The latest values of a panel in numbers, each with its line.
pub(super) fn numbers(panel: &Panel, answers: &[Vec<Series>], range: &Range) -> String {
    let (width, height) = size(panel.place);
    let all: Vec<(&Target, &Series)> = panel
        .targets
        .iter()
        .zip(answers)
        .flat_map(|(target, series)| series.iter().map(move |series| (target, series)))
        .collect();
    if all.is_empty() {
        return format!("<div class=none>{}</div>", escaped(&panel.no_value));
    }
    #[expect(clippy::cast_precision_loss, reason = "a few numbers")]
    let each = (width - 16.0) / all.len() as f64;
    let tiles = all.iter().map(|(target, series)| {
        let value = series.last();
        let text = value.map_or_else(|| panel.no_value.clone(), |value| shown(value, &target.unit));
        let color = value.map_or("gray", |value| {
            let passed = target.thresholds.iter().rev().find(|(from, _)| value >= *from);
            passed.map_or("gray", |(_, color)| color.as_str())
        });
        let area = Area {
            width: each - LEFT - 8.0,
            height: (height - HEADING) / 2.0,
            top: axis(upper_end(panel, &[(target, series)])),
            from: range.from,
            to: range.to,
        };
        let mut svg = format!("<svg width={each:.0} height={:.0}>", (height - HEADING) / 2.0 + 8.0);
        line(&mut svg, &series.points, color, &area);
        format!(
            "<div class=tile style=width:{each:.0}px><b style=color:{color}>{text}</b><small>{}</small>{svg}</svg></div>",
            escaped(&series.name)
        )
    });
    format!("<div class=tiles>{}</div>", tiles.collect::<String>())
}
