//! The generated dashboards with live data: every query of every panel is asked, and the panels are drawn on a page for each
//! dashboard, which Chromium makes a picture of if it is installed.
//!
//! Prometheus answers and Grafana's classic form is drawn by the rules of Grafana, as far as the dashboards use it: the grid,
//! units, thresholds, legends, variables, `$__rate_interval`, annotations. It is not Grafana.

mod chromium;
mod dashboard;
mod draw;
mod page;
mod query;
mod unit;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use eventgen_artifacts::{Exporter, Settings, grafana};

use crate::prometheus::Source;
use crate::rules;
use dashboard::{Dashboard, Kind};
pub(crate) use query::Range;

/// What never has data here: the service writes nothing to the topic, and no partition is held.
const NEVER: [&str; 2] = ["messaging_client_sent_messages_total", "eventgen_hold_reason"];

/// Draws the dashboards of a source into a folder. Fails if a panel shows nothing, although everything that it shows has
/// happened, or if two of its series have one name.
pub(crate) fn look(source: &Source, exporter: Exporter, range: &Range, folder: &Path) {
    let folder = folder.join(source.name);
    fs::create_dir_all(&folder).expect("a folder");
    let dashboards = grafana::dashboards(&rules::contract(), &Settings::new(exporter)).expect("dashboards");
    let mut problems = Vec::new();
    for file in dashboards {
        let dashboard = Dashboard::read(&file.text);
        let marks = query::marks(source, &dashboard, range);
        let mut drawn = Vec::new();
        for panel in &dashboard.panels {
            let answers = query::answers(source, &dashboard, panel, range);
            let place = format!("{}, {}", dashboard.title, panel.title);
            for (target, series) in panel.targets.iter().zip(&answers) {
                let never = NEVER.iter().any(|metric| target.expression.contains(metric));
                if series.iter().all(query::Series::is_empty) != never {
                    let found = if never { "data, which is not expected" } else { "no data" };
                    problems.push(format!("{place}: {found}\n  {}", target.expression));
                }
            }
            let all = || answers.iter().flatten().map(|series| &series.name);
            if all().collect::<BTreeSet<_>>().len() != all().count() {
                problems.push(format!("{place}: series with one name: {:?}", all().collect::<Vec<_>>()));
            }
            if all().any(|name| name.trim().is_empty()) {
                problems.push(format!("{place}: a series without a name"));
            }
            drawn.push(match panel.kind {
                Kind::Row => String::new(),
                Kind::Text => page::markdown(&panel.content),
                Kind::Stat => draw::numbers(panel, &answers, range),
                Kind::Graph => draw::graph(panel, &answers, &marks, range),
            });
        }
        let name = file.path.replace('/', "-").replace(".json", "");
        let html = folder.join(&name).with_extension("html");
        let (text, height) = page::page(&dashboard, source.name, &drawn);
        fs::write(&html, text).expect("a page");
        match chromium::picture(&html, page::WIDTH, height) {
            Some(picture) => println!("{}: {}", source.name, picture.display()),
            None => println!("{}: {} (no Chromium for a picture)", source.name, html.display()),
        }
    }
    assert!(problems.is_empty(), "{}: {}", source.name, problems.join("\n"));
}
