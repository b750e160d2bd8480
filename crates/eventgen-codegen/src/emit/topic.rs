//! Topics: constants, the enum of their events, constructors of the producer and consumer, the handler.

use std::collections::BTreeMap;
use std::time::Duration;

use eventgen_schema::contract::{Backoff, Compatibility, MaxLag, Ordering, Topic};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::docs::{docs, escaped, markdown};
use crate::emit::emitter::Emitter;
use crate::emit::idents::{ident, idents};
use crate::emit::literals::number;
use crate::model::paths::RustPath;
use crate::model::scope::{constant_names, method_names, variant_names};

/// An event of a topic.
struct Carried {
    variant: Ident,
    method: Ident,
    path: RustPath,
    doc: TokenStream,
}

impl Emitter<'_> {
    /// Everything about one topic.
    pub(crate) fn topic(self, topic: &Topic) -> TokenStream {
        let (carried, deleted) = self.carried(topic);
        let (constants, enumeration) = (self.constants(topic), self.enumeration_of_events(topic, &carried));
        if self.model.settings.without_clients {
            return quote!(#constants #enumeration);
        }
        let (constructors, handler) = (self.constructors(topic), self.handler(topic, &carried, &deleted));
        quote!(#constants #enumeration #constructors #handler)
    }

    /// The events of a topic, and the name of the method for deletions.
    fn carried(self, topic: &Topic) -> (Vec<Carried>, Ident) {
        let module = &self.model.names.topic(&topic.name).module;
        let events = self.model.events_on(topic);
        let short = |full: &str| full.rsplit('.').next().unwrap_or_default().to_owned();
        let names: Vec<String> = events.iter().map(|event| short(&event.name)).collect();
        let variants = idents(&variant_names(names.iter().map(String::as_str)));
        let methods = names.iter().map(String::as_str).chain(["deleted"]);
        let mut methods = idents(&method_names(methods));
        let deleted = methods.pop().expect("one more than there are events");
        let carried =
            events.iter().zip(variants.into_iter().zip(methods)).map(|(event, (variant, method))| {
                let doc = match self.model.contract.types_of(event).get(event.type_id) {
                    eventgen_schema::Type::Record(record) => record.doc.as_deref(),
                    _ => None,
                };
                let doc = docs(doc, &format!("The event {}.", escaped(&event.name)));
                Carried { variant, method, path: self.model.names.event(event).seen_from(module), doc }
            });
        (carried.collect(), deleted)
    }

    fn constants(self, topic: &Topic) -> TokenStream {
        let module = ident(&self.model.names.topic(&topic.name).constants);
        let (name, summary) = (&topic.name, self.summary(topic));
        let module_doc = markdown(&format!("Constants of the topic `{name}`."));
        let topic_doc = markdown(&summary);
        let partitions = topic.partitions.map(number).map(|count| quote!(.with_partitions(#count)));
        let replicas =
            topic.replication_factor.map(number).map(|count| quote!(.with_replication_factor(#count)));
        let entries = with_config(&topic.config);
        let ordering = ident(match topic.ordering {
            Ordering::Key => "Key",
            Ordering::None => "None",
            Ordering::Total => "Total",
        });
        let retry = &topic.retry;
        let (attempts, jitter) = (number(retry.attempts), retry.jitter);
        let backoff = ident(match retry.backoff {
            Backoff::Fixed => "Fixed",
            Backoff::Exponential => "Exponential",
        });
        let (initial, max) = (duration(retry.initial), duration(retry.max));
        let delays = retry.delays.iter().copied().map(duration);
        let delays = (!retry.delays.is_empty()).then(|| quote!(.with_delays(&[#(#delays),*])));
        let retry_config = topic.retry_config.iter().map(|(name, value)| quote!((#name, #value)));
        let retry_config =
            (!topic.retry_config.is_empty()).then(|| quote!(.with_retry_config(&[#(#retry_config),*])));
        let handler_timeout = topic.handler_timeout.map(duration);
        let handler_timeout = handler_timeout.map(|limit| quote!(.with_handler_timeout(#limit)));
        let dead_letter = topic.dead_letter.as_ref().map(|dead_letter| {
            let (name, config) = (&dead_letter.topic, with_config(&dead_letter.config));
            let partitions = dead_letter.partitions.map(number).map(|count| quote!(.with_partitions(#count)));
            quote!(.with_dead_letter(::eventgen::DeadLetterTopic::new(#name) #partitions #config))
        });
        let first = self.model.events_on(topic).first().copied();
        let level = first.filter(|event| event.states_compatibility).map(|event| event.compatibility);
        let compatibility = level.map(|level| {
            let level = ident(match level {
                Compatibility::None => "None",
                Compatibility::Backward => "Backward",
                Compatibility::BackwardTransitive => "BackwardTransitive",
                Compatibility::Forward => "Forward",
                Compatibility::ForwardTransitive => "ForwardTransitive",
                Compatibility::Full => "Full",
                Compatibility::FullTransitive => "FullTransitive",
            });
            quote!(.with_compatibility(::eventgen::Compatibility::#level))
        });
        let (groups, with_groups) = groups(topic);
        let visibility = self.visibility();
        quote! {
            #module_doc
            #visibility mod #module {
                #topic_doc
                pub const TOPIC: ::eventgen::Topic = ::eventgen::Topic::new(#name)
                    #partitions
                    #replicas
                    #entries
                    .with_ordering(::eventgen::Ordering::#ordering)
                    .with_retry(
                        ::eventgen::Retry::DEFAULT
                            .with_attempts(#attempts)
                            .with_backoff(::eventgen::Backoff::#backoff, #initial, #max)
                            .with_jitter(#jitter)
                            #delays,
                    )
                    #retry_config
                    #handler_timeout
                    #dead_letter
                    #compatibility
                    #with_groups;
                #groups
            }
        }
    }

    fn enumeration_of_events(self, topic: &Topic, carried: &[Carried]) -> TokenStream {
        let names = self.model.names.topic(&topic.name);
        let (enumeration, constants) = (ident(&names.enumeration), ident(&names.constants));
        let doc = markdown(&format!("The events of `{}`.\n\n{}", topic.name, self.summary(topic)));
        let (variants, paths): (Vec<_>, Vec<_>) =
            carried.iter().map(|event| (&event.variant, &event.path)).unzip();
        let variant_docs = carried.iter().map(|event| &event.doc);
        let kinds = (0..carried.len()).map(number);
        let (visibility, derives) = (self.visibility(), self.derives());
        quote! {
            #doc
            #derives
            #visibility enum #enumeration {
                #(#variant_docs #variants(#paths),)*
            }

            impl ::eventgen::TopicEvents for #enumeration {
                const TOPIC: &'static ::eventgen::Topic = &#constants::TOPIC;
                const EVENTS: &'static [::eventgen::EventKind] = &[#(::eventgen::EventKind::of::<#paths>()),*];

                fn read_payload(
                    kind: usize,
                    payload: &[u8],
                    options: ::eventgen::DecodeOptions,
                ) -> ::std::result::Result<Self, ::eventgen::DecodeError> {
                    match kind {
                        #(#kinds => ::eventgen::KafkaEvent::read_payload_with(payload, options).map(Self::#variants),)*
                        _ => ::std::result::Result::Err(::eventgen::DecodeError::UnknownKind { kind }),
                    }
                }
            }
        }
    }

    /// The constructors of the producer and the consumer.
    fn constructors(self, topic: &Topic) -> TokenStream {
        let names = self.model.names.topic(&topic.name);
        let (enumeration, handler, dispatch) =
            (ident(&names.enumeration), ident(&names.handler()), ident(&names.dispatch()));
        quote! {
            impl #enumeration {
                /// A producer of these events; the ids of their schemas are looked up here, once.
                ///
                /// # Errors
                /// A cluster or registry that does not answer, a topic that does not exist, a schema that is not
                /// registered.
                pub async fn producer(
                    client: &::eventgen::Client,
                ) -> ::std::result::Result<::eventgen::Producer<Self>, ::eventgen::Error> {
                    ::eventgen::Producer::new(client).await
                }

                /// A consumer in `group` that hands these events to `handler`.
                pub fn consumer<H: #handler>(
                    client: &::eventgen::Client,
                    group: impl ::std::convert::Into<::std::string::String>,
                    handler: H,
                ) -> ::eventgen::Consumer {
                    ::eventgen::Consumer::new(client, group).subscribe(Self::handler(handler))
                }

                /// `handler` as the runtime takes it, for tests without a broker.
                pub fn handler<H: #handler>(handler: H) -> impl ::eventgen::Handler<Events = Self> {
                    #dispatch(handler)
                }
            }
        }
    }

    fn handler(self, topic: &Topic, carried: &[Carried], deleted: &Ident) -> TokenStream {
        let names = self.model.names.topic(&topic.name);
        let (enumeration, handler, dispatch) =
            (ident(&names.enumeration), ident(&names.handler()), ident(&names.dispatch()));
        let doc = markdown(&format!(
            "Handles the events of `{}`, one method for each.\n\nAn error is retried as the contract says, then \
             dead-lettered; see [`HandlerError`](::eventgen::HandlerError).",
            topic.name
        ));
        let (variants, methods): (Vec<_>, Vec<_>) =
            carried.iter().map(|event| (&event.variant, &event.method)).unzip();
        let (paths, method_docs): (Vec<_>, Vec<_>) =
            carried.iter().map(|event| (&event.path, &event.doc)).unzip();
        let visibility = self.visibility();
        let (deletions, dispatch_deletions) = if topic.is_compacted() {
            let is_typed = self.model.events_on(topic).iter().any(|event| event.typed_key.is_some());
            let key = if is_typed {
                "and `read_key` of\nthe event's type returns its fields"
            } else {
                "in the\nform of `key_of` of the event's type"
            };
            let doc = markdown(&format!(
                "A key was deleted: the topic is compacted, and a record has no value. `key` is the record key, {key}. \
                 Errors are those of events."
            ));
            let method = quote! {
                #doc
                fn #deleted(
                    &self,
                    key: &[u8],
                    delivery: &::eventgen::Delivery,
                ) -> impl ::std::future::Future<
                    Output = ::std::result::Result<(), ::eventgen::HandlerError>,
                > + ::std::marker::Send;
            };
            let dispatch = quote! {
                async fn deleted(
                    &self,
                    key: &[u8],
                    delivery: &::eventgen::Delivery,
                ) -> ::std::result::Result<(), ::eventgen::HandlerError> {
                    self.0.#deleted(key, delivery).await
                }
            };
            (method, dispatch)
        } else {
            (TokenStream::new(), TokenStream::new())
        };
        quote! {
            #doc
            #visibility trait #handler: ::std::marker::Send + ::std::marker::Sync + 'static {
                #(
                    #method_docs
                    fn #methods(
                        &self,
                        event: #paths,
                        delivery: &::eventgen::Delivery,
                    ) -> impl ::std::future::Future<
                        Output = ::std::result::Result<(), ::eventgen::HandlerError>,
                    > + ::std::marker::Send;
                )*
                #deletions
            }

            /// Hands each event to its method.
            struct #dispatch<H>(H);

            impl<H: #handler> ::eventgen::Handler for #dispatch<H> {
                type Events = #enumeration;

                async fn handle(
                    &self,
                    event: #enumeration,
                    delivery: &::eventgen::Delivery,
                ) -> ::std::result::Result<(), ::eventgen::HandlerError> {
                    match event {
                        #(#enumeration::#variants(event) => self.0.#methods(event, delivery).await,)*
                    }
                }

                #dispatch_deletions
            }
        }
    }

    /// The summary of a topic in one line.
    fn summary(self, topic: &Topic) -> String {
        let mut parts = Vec::new();
        match topic.partitions {
            Some(1) => parts.push("1 partition".to_owned()),
            Some(count) => parts.push(format!("{count} partitions")),
            None => {}
        }
        if let Some(retention) = topic.config.get("retention.ms") {
            parts.push(match retention.parse() {
                Ok(ms) => format!("kept {}", human(Duration::from_millis(ms))),
                Err(_) => "kept forever".to_owned(),
            });
        }
        let keys: Vec<String> = self
            .model
            .events_on(topic)
            .first()
            .map(|event| event.key.iter().map(|path| format!("`{}`", path.fields.join("."))).collect())
            .unwrap_or_default();
        if !keys.is_empty() {
            parts.push(format!("keyed by {}", keys.join(" and ")));
        }
        if !topic.retry.delays.is_empty() {
            let delays: Vec<String> = topic.retry.delays.iter().copied().map(human).collect();
            parts.push(format!("retried after {}", delays.join(", ")));
        }
        parts.push(match &topic.dead_letter {
            Some(dead_letter) => format!("dead letters to `{}`", dead_letter.topic),
            None => "no dead letters".to_owned(),
        });
        let mut line = parts.join(", ");
        line[..1].make_ascii_uppercase();
        line + "."
    }
}

/// The module of constants for the groups of a topic, and the call that sets them.
fn groups(topic: &Topic) -> (TokenStream, TokenStream) {
    if topic.consumers.is_empty() {
        return Default::default();
    }
    let idents = idents(&constant_names(topic.consumers.iter().map(|consumer| consumer.group.as_str())));
    let names = topic.consumers.iter().map(|consumer| &consumer.group);
    let docs = topic.consumers.iter().map(|consumer| {
        let limit = match consumer.max_lag {
            Some(MaxLag::Records(records)) => format!(", at most {records} records behind"),
            Some(MaxLag::Time(time)) => format!(", at most {} behind", human(time)),
            None => String::new(),
        };
        markdown(&format!("The group {}{limit}.", escaped(&consumer.group)))
    });
    let constants = quote! {
        /// The consumer groups that the contract names.
        pub mod groups {
            #(#docs pub const #idents: &str = #names;)*
        }
    };
    (constants, quote!(.with_groups(&[#(groups::#idents),*])))
}

/// The call that sets the configuration of a topic; none if there is no configuration.
fn with_config(config: &BTreeMap<String, String>) -> Option<TokenStream> {
    let entries = config.iter().map(|(name, value)| quote!((#name, #value)));
    (!config.is_empty()).then(|| quote!(.with_config(&[#(#entries),*])))
}

/// A duration, in seconds if that is exact.
fn duration(duration: Duration) -> TokenStream {
    if duration.subsec_nanos() == 0 {
        let seconds = number(duration.as_secs());
        return quote!(::std::time::Duration::new(#seconds, 0));
    }
    let millis = number(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    quote!(::std::time::Duration::from_millis(#millis))
}

/// A duration in the largest unit that it is a multiple of.
fn human(duration: Duration) -> String {
    let millis = duration.as_millis();
    let units =
        [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"), (1, "millisecond")];
    let (size, unit) = units
        .into_iter()
        .find(|(size, _)| millis.is_multiple_of(*size) && millis >= *size)
        .unwrap_or((1, "millisecond"));
    let count = millis / size;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
