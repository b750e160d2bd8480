//! Resolves the contract's name of a topic to the cluster's.

use std::fmt;
use std::sync::Arc;

use crate::interned::interned;

/// A function from a name in the contract to a name in the cluster.
type Resolve = dyn Fn(&str) -> String + Send + Sync;

/// Resolves the names of topics.
#[derive(Clone, Default)]
pub(super) struct TopicNames(Option<Arc<Resolve>>);

impl fmt::Debug for TopicNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "resolved" } else { "as in the contract" })
    }
}

impl TopicNames {
    pub(super) fn by(resolve: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(resolve)))
    }

    pub(super) fn name(&self, contract: &str) -> String {
        self.0.as_ref().map_or_else(|| contract.to_owned(), |resolve| resolve(contract))
    }

    /// The name as `&'static str`, which deliveries and topics hold.
    pub(super) fn resolve(&self, contract: &'static str) -> &'static str {
        if self.0.is_some() { interned(self.name(contract)) } else { contract }
    }
}
