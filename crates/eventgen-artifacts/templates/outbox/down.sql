-- Removes the outbox, with the rows that are not published.
DROP VIEW «table»_status;
DROP TABLE «table»;
<% if notify %>DROP FUNCTION «table»_notify();
<% endif %>DROP FUNCTION «table»_number();
DROP FUNCTION «table»_lock(text, bytea);
