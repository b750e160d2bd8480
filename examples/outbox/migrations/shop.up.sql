-- What the shop sells, and what was ordered.
CREATE TABLE stock (pieces int NOT NULL CHECK (pieces >= 0));
INSERT INTO stock VALUES (10);
CREATE TABLE orders (id text PRIMARY KEY, customer text NOT NULL, pieces int NOT NULL);

-- What the warehouse has shipped.
CREATE TABLE shipments (order_id text NOT NULL, pieces int NOT NULL);
