//! The dashboard of a topic.

mod cluster;
mod context;
mod dead_letters;
mod handlers;
mod lag;
mod numbers;
mod throughput;

use super::layout::Layout;
use super::model::{Dashboard, Link};
use super::queries::Queries;
use super::{text, uid};
use crate::monitored::MonitoredTopic;
use crate::settings::Settings;
use context::Context;

pub(super) fn dashboard(topic: &MonitoredTopic, settings: &Settings) -> Dashboard {
    let context = Context { topic, queries: Queries::new(settings), series: settings.exporter.series() };
    let mut dashboard = Dashboard::new(
        uid::of_topic(settings.title(), topic.name()),
        topic.name().to_owned(),
        context.description(),
    );
    dashboard.templating.list = context.variables();
    dashboard.annotations.list = context.annotations();
    dashboard.links = vec![
        Link::to(text::plain(settings.title()), &uid::of_overview(settings.title())),
        Link::to_all("Topics"),
    ];
    let mut layout = Layout::default();
    layout.section("Now", numbers::panels(context));
    layout.section("Throughput", throughput::panels(context));
    for consumer in &topic.topic.consumers {
        layout.section(&format!("Lag of {}", text::plain(&consumer.group)), lag::panels(consumer, context));
    }
    layout.section("Consumers and handlers", handlers::panels(context));
    layout.section("Dead letters", dead_letters::panels(context));
    layout.section("Retention, members and replicas", cluster::panels(context));
    dashboard.panels = layout.into_items();
    dashboard
}
