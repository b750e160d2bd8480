-- Removes the outbox, with the rows that are not published.
DROP VIEW outbox_status;
DROP TABLE outbox;
DROP FUNCTION outbox_notify();
DROP FUNCTION outbox_number();
DROP FUNCTION outbox_lock(text, bytea);
