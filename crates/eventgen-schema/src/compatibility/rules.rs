//! The sets of rules that versions are compared by.

/// How much a new version may change. Each set contains the rules of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum RuleSet {
    /// What a Schema Registry forbids: Avro by the rules of Apache's `SchemaCompatibility`, Protobuf by those of
    /// Confluent's registry.
    #[default]
    Registry,
    /// Also what registries accept and readers do not read, or read as other values: logical types that lose
    /// information, such as another scale of a decimal; `bytes` that become a `string`.
    Wire,
}

impl RuleSet {
    /// Every set, the weakest first.
    pub const ALL: [Self; 2] = [Self::Registry, Self::Wire];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Wire => "wire",
        }
    }
}

impl std::fmt::Display for RuleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
