-- The outbox of `eventgen-outbox`, for PostgreSQL 13 and later.
--
-- A service inserts topic, key, headers and payload in the transaction of its other changes. A relay publishes committed rows
-- in the order of `id`. Debezium reads the table too: see outbox.debezium.properties.

-- Without a cache: numbers that a session keeps for later would not be in the order of commits.
CREATE SEQUENCE outbox_id_seq AS bigint CACHE 1;

CREATE TABLE outbox (
    -- Set by a trigger, also for rows that name it.
    id            bigint    NOT NULL PRIMARY KEY,
    -- The header `id` of the record, by which consumers recognise a repetition.
    event_id      uuid      NOT NULL DEFAULT gen_random_uuid(),
    topic         text      NOT NULL,
    -- Records of one key stay in order. NULL is a record without a key, which has no order.
    key           bytea,
    -- [["name", "text"], ["name", null], ["name", {"base64": "AP8="}]], or {"name": "text"}.
    headers       jsonb     NOT NULL DEFAULT '[]',
    -- The value, with the frame of the Schema Registry. NULL is a tombstone.
    payload       bytea,
    -- UTC, without a time zone: Debezium takes no other type for the time of a record.
    created_at    timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    -- Set by a relay that keeps published rows.
    published_at  timestamp,
    -- Set by the relay for a row that can never be published, and why.
    parked_at     timestamp,
    parked_reason text
);
ALTER SEQUENCE outbox_id_seq OWNED BY outbox.id;

CREATE INDEX outbox_waiting ON outbox (id) WHERE published_at IS NULL AND parked_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
CREATE INDEX outbox_parked ON outbox (id) WHERE parked_at IS NOT NULL;

-- Rows are deleted as fast as they are inserted: clean up by their number and not by their share of the table.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- The advisory lock of a key.
CREATE FUNCTION outbox_lock(topic text, key bytea) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $$ SELECT hashtextextended(encode($2, 'hex'), hashtextextended($1, 0)) $$;

-- Numbers the rows of one key in the order in which their transactions commit: the next transaction that writes the key waits
-- here until this one has ended.
CREATE FUNCTION outbox_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.key IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(outbox_lock(NEW.topic, NEW.key));
    END IF;
    -- The transaction has its number before the row has its own. So a relay knows, once all transactions up to a number have
    -- ended, that no row up to an id is still to come.
    PERFORM pg_current_xact_id();
    NEW.id := nextval('outbox_id_seq');
    RETURN NEW;
END $$;
CREATE TRIGGER outbox_number BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION outbox_number();
-- A row that waits again, after it was parked or published, is the last one of its key.
CREATE TRIGGER outbox_number_again BEFORE UPDATE ON outbox FOR EACH ROW
    WHEN (NEW.parked_at IS NULL AND NEW.published_at IS NULL AND (OLD.parked_at IS NOT NULL OR OLD.published_at IS NOT NULL))
    EXECUTE FUNCTION outbox_number();

-- For monitoring: rows that wait, the age of the oldest in seconds, and rows that are parked.
CREATE VIEW outbox_status AS SELECT
    (SELECT count(*) FROM outbox WHERE published_at IS NULL AND parked_at IS NULL) AS waiting,
    COALESCE((SELECT extract(epoch FROM (clock_timestamp() AT TIME ZONE 'UTC') - created_at) FROM outbox
        WHERE published_at IS NULL AND parked_at IS NULL ORDER BY id LIMIT 1), 0) AS oldest_seconds,
    (SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL) AS parked;

-- Wakes the relay. PostgreSQL commits transactions that notify one after another, and does not prepare them for a commit in
-- two phases: without this trigger the relay polls.
CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();

