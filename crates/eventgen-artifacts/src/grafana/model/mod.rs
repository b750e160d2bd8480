//! Grafana's classic form of dashboards, as far as the dashboards here use it.

mod annotation;
mod dashboard;
mod link;
mod panel;
mod source;
mod variable;

pub(super) use annotation::Annotation;
pub(super) use dashboard::Dashboard;
pub(super) use link::Link;
pub(super) use panel::{
    Color, Custom, Defaults, FieldConfig, GridPosition, Item, Options, Override, Panel, Property, Row,
    Target, Thresholds,
};
pub(super) use source::DataSource;
pub(super) use variable::Variable;
