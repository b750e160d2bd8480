-- Removes the inbox: events that are delivered again are handled again.
DROP TABLE inbox;
