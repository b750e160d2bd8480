-- The outbox of `eventgen-outbox`, for PostgreSQL 13 and later.
--
-- A service inserts topic, key, headers and payload in the transaction of its other changes. A relay publishes committed rows
-- in the order of `id`. Debezium reads the table too: see «base».debezium.properties.

-- Without a cache: numbers that a session keeps for later would not be in the order of commits.
CREATE SEQUENCE «table»_id_seq AS bigint CACHE 1;

CREATE TABLE «table» (
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
ALTER SEQUENCE «table»_id_seq OWNED BY «table».id;

CREATE INDEX «base»_waiting ON «table» (id) WHERE published_at IS NULL AND parked_at IS NULL;
CREATE INDEX «base»_published ON «table» (published_at) WHERE published_at IS NOT NULL;
CREATE INDEX «base»_parked ON «table» (id) WHERE parked_at IS NOT NULL;

-- Rows are deleted as fast as they are inserted: clean up by their number and not by their share of the table.
ALTER TABLE «table» SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- The advisory lock of a key.
CREATE FUNCTION «table»_lock(topic text, key bytea) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $$ SELECT hashtextextended(encode($2, 'hex'), hashtextextended($1, 0)) $$;

-- Numbers the rows of one key in the order in which their transactions commit: the next transaction that writes the key waits
-- here until this one has ended.
CREATE FUNCTION «table»_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.key IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(«table»_lock(NEW.topic, NEW.key));
    END IF;
    -- The transaction has its number before the row has its own. So a relay knows, once all transactions up to a number have
    -- ended, that no row up to an id is still to come.
    PERFORM pg_current_xact_id();
    NEW.id := nextval('«table»_id_seq');
    RETURN NEW;
END $$;
CREATE TRIGGER «base»_number BEFORE INSERT ON «table» FOR EACH ROW EXECUTE FUNCTION «table»_number();
-- A row that waits again, after it was parked or published, is the last one of its key.
CREATE TRIGGER «base»_number_again BEFORE UPDATE ON «table» FOR EACH ROW
    WHEN (NEW.parked_at IS NULL AND NEW.published_at IS NULL AND (OLD.parked_at IS NOT NULL OR OLD.published_at IS NOT NULL))
    EXECUTE FUNCTION «table»_number();

-- For monitoring: rows that wait, the age of the oldest in seconds, and rows that are parked.
CREATE VIEW «table»_status AS SELECT
    (SELECT count(*) FROM «table» WHERE published_at IS NULL AND parked_at IS NULL) AS waiting,
    COALESCE((SELECT extract(epoch FROM (clock_timestamp() AT TIME ZONE 'UTC') - created_at) FROM «table»
        WHERE published_at IS NULL AND parked_at IS NULL ORDER BY id LIMIT 1), 0) AS oldest_seconds,
    (SELECT count(*) FROM «table» WHERE parked_at IS NOT NULL) AS parked;
<% if notify %>
-- Wakes the relay. PostgreSQL commits transactions that notify one after another, and does not prepare them for a commit in
-- two phases: without this trigger the relay polls.
CREATE FUNCTION «table»_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('«table»', '');
    RETURN NULL;
END $$;
CREATE TRIGGER «base»_notify AFTER INSERT ON «table» FOR EACH STATEMENT EXECUTE FUNCTION «table»_notify();
<% endif %>
