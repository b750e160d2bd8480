//! A registry that fails in every way while members ask it.

use std::time::Duration;

use crate::Failure;
use crate::proxy::{Mode, Proxy};
use crate::trial::Trial;

/// In each round a new member knows no schema yet when the registry begins to fail. It waits, and handles everything later.
pub(super) async fn faults(trial: &mut Trial) -> Result<(), Failure> {
    let proxy = Proxy::start(&trial.cluster.registry)?;
    let arguments = &mut trial.members.consuming.arguments;
    arguments.retain(|argument| !argument.starts_with("--schema-registry="));
    arguments.push(format!("--schema-registry={}", proxy.url()));
    trial.create_topics(12).await?;
    let rounds = u32::try_from(Mode::FAULTS.len())?;
    let fails_for =
        (trial.size.lasting / rounds).saturating_sub(Duration::from_secs(1)).max(Duration::from_secs(2));
    trial.size.records /= rounds;
    trial.size.lasting /= rounds;
    for mode in Mode::FAULTS {
        println!("  the registry {}", mode.about());
        // Without a registry from the start on, or only when the first record arrives: a refusal at the start is an error.
        if !mode.refuses() {
            proxy.set(mode);
        }
        let member = trial.members.join()?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        proxy.set(mode);
        let feed = trial.feed(100);
        trial.start(feed)?;
        trial.wait(fails_for).await?;
        proxy.set(Mode::Works);
        trial.members.disturb();
        trial.caught_up().await?;
        trial.members.leave(member)?;
        trial.members.settle().await?;
    }
    trial.members.join()?;
    Ok(())
}
