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
    /// information, such as another scale of a decimal; `bytes` that become a `string`; numbers and closed enums that do not
    /// have all values of the old ones; repeated fields that become single; other types of extensions.
    Wire,
    /// Also what changes the JSON form of values: other names of fields and enum values, fields and values that are removed
    /// and not `reserved`, what was `reserved` and is used or free, types with another form, fields that become repeated.
    WireJson,
    /// Also what breaks code that is written for the old version: other names of fields and types, other logical types,
    /// other defaults, fields that move between oneofs or get presence.
    Strict,
}

impl RuleSet {
    /// Every set, the weakest first.
    pub const ALL: [Self; 4] = [Self::Registry, Self::Wire, Self::WireJson, Self::Strict];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Wire => "wire",
            Self::WireJson => "wire-json",
            Self::Strict => "strict",
        }
    }
}

impl std::fmt::Display for RuleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not the name of a set of rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a set of rules: registry, wire, wire-json or strict")]
pub struct UnknownRuleSet(pub String);

impl std::str::FromStr for RuleSet {
    type Err = UnknownRuleSet;

    fn from_str(name: &str) -> Result<Self, UnknownRuleSet> {
        let set = Self::ALL.into_iter().find(|set| set.as_str() == name);
        set.ok_or_else(|| UnknownRuleSet(name.to_owned()))
    }
}
