-- The inbox of `eventgen-outbox`: the events that groups of consumers have handled, for PostgreSQL 9.5 and later.
CREATE TABLE inbox (
    -- The group.
    consumer    text      NOT NULL,
    -- The header `id` of the record, or its topic, partition and offset.
    event       text      NOT NULL,
    received_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    PRIMARY KEY (consumer, event)
);
CREATE INDEX inbox_received ON inbox (received_at);
