//! The page of a dashboard: its panels on Grafana's grid.

use std::fmt::Write as _;

use super::dashboard::{Dashboard, Kind, Place};

/// The width of the page, in pixels.
pub(super) const WIDTH: u32 = 1_600;
/// The grid of Grafana: columns, the height of a row, and the space between panels.
const COLUMNS: f64 = 24.0;
const ROW: f64 = 30.0;
const SPACE: f64 = 8.0;
/// The space of the heading of the page.
const HEADING: f64 = 96.0;

const STYLE: &str = "
body { margin: 0; background: #f4f5f5; font: 13px sans-serif; color: #24292e; }
header { padding: 12px 16px; } h1 { font-size: 20px; margin: 0 0 4px; }
section { position: absolute; background: white; border: 1px solid #ddd; overflow: hidden; box-sizing: border-box; }
section.row { background: none; border: 0; font-weight: bold; padding: 6px; }
h2 { font-size: 13px; margin: 0; padding: 6px 8px 0; white-space: nowrap; }
p { color: #888; font-size: 10px; margin: 0 8px; height: 12px; overflow: hidden; white-space: nowrap; }
text { font-size: 11px; fill: #666; } .grid { stroke: #e8e8e8; }
.legend { padding: 0 12px; line-height: 20px; } .legend span { margin-right: 14px; white-space: nowrap; }
.legend i { display: inline-block; width: 12px; height: 4px; margin: 0 5px 3px 0; }
.tiles { display: flex; } .tile { text-align: center; } .tile b { font-size: 26px; display: block; }
.tile small { display: block; color: #666; }
.none { text-align: center; color: #b00; padding-top: 30px; font-size: 16px; }
table { border-collapse: collapse; margin: 8px; } td, th { border: 1px solid #ddd; padding: 4px 8px; text-align: left; }
";

/// The width and the height of a panel, in pixels.
pub(super) fn size(place: Place) -> (f64, f64) {
    let column = f64::from(WIDTH) / COLUMNS;
    (f64::from(place.w) * column - SPACE, f64::from(place.h) * (ROW + SPACE) - SPACE)
}

/// The page with drawn panels, and its height.
pub(super) fn page(dashboard: &Dashboard, source: &str, drawn: &[String]) -> (String, u32) {
    let mut html = format!(
        "<!doctype html><meta charset=utf-8><title>{0}</title><style>{STYLE}</style>\
         <header><h1>{0}</h1>{1}<br>From {source}. All times are divided by 60: a second is a minute.</header>",
        escaped(&dashboard.title),
        escaped(&dashboard.description),
    );
    let mut end = 0;
    for (panel, drawn) in dashboard.panels.iter().zip(drawn) {
        let (width, height) = size(panel.place);
        let left = f64::from(panel.place.x) * f64::from(WIDTH) / COLUMNS + SPACE / 2.0;
        let top = HEADING + f64::from(panel.place.y) * (ROW + SPACE);
        let class = if panel.kind == Kind::Row { "row" } else { "panel" };
        let title = escaped(&panel.title);
        let heading = if panel.kind == Kind::Row {
            title
        } else {
            format!("<h2>{title}</h2><p>{}</p>", escaped(&panel.description))
        };
        let _ = write!(
            html,
            "<section class={class} style=\"left:{left:.0}px;top:{top:.0}px;width:{width:.0}px;height:{height:.0}px\">\
             {heading}{drawn}</section>"
        );
        end = end.max(panel.place.y + panel.place.h);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let height = (HEADING + f64::from(end) * (ROW + SPACE)) as u32 + 16;
    (html, height)
}

/// A table of Markdown. Links are their words.
pub(super) fn markdown(content: &str) -> String {
    let mut html = "<table>".to_owned();
    for (index, line) in content.lines().enumerate().filter(|(index, _)| *index != 1) {
        let tag = if index == 0 { "th" } else { "td" };
        html.push_str("<tr>");
        for cell in line.trim().trim_matches('|').split('|') {
            let cell = cell.trim();
            let words = cell
                .strip_prefix('[')
                .and_then(|cell| cell.split_once("]("))
                .map_or(cell, |(words, _)| words);
            let _ = write!(html, "<{tag}>{}</{tag}>", escaped(words));
        }
        html.push_str("</tr>");
    }
    html + "</table>"
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
