-- Several servers on one PostgreSQL may have accounts of one name: keys of jobs that are bound to a server are that server's own, and
-- so are the rows of the catalog. A row without a server is of the only server of an embedded store, or of an earlier version: the
-- server that packed it takes it over when it starts. H2 and PostgreSQL name a primary key differently, so that the table is made anew.

ALTER TABLE job ALTER COLUMN open_unique_key SET DATA TYPE VARCHAR(511);
ALTER TABLE job ALTER COLUMN active_exclusive_key SET DATA TYPE VARCHAR(511);
UPDATE job SET open_unique_key = node || ' ' || open_unique_key
    WHERE node IS NOT NULL AND open_unique_key IS NOT NULL;
UPDATE job SET active_exclusive_key = node || ' ' || active_exclusive_key
    WHERE node IS NOT NULL AND active_exclusive_key IS NOT NULL;

CREATE TABLE restore_point_by_server (
    -- In whose catalog the row is; `node` is the server that packed the archive, which differs for what was taken up from a place.
    server      VARCHAR(255)  DEFAULT '' NOT NULL,
    account     VARCHAR(32)   NOT NULL,
    destination VARCHAR(24)   NOT NULL,
    tier        VARCHAR(16)   NOT NULL,
    slot_date   VARCHAR(10)   NOT NULL,
    slot_time   VARCHAR(6)    NOT NULL,
    archive     VARCHAR(1024) NOT NULL,
    size_bytes  BIGINT        NOT NULL,
    sha256      VARCHAR(64)   NOT NULL,
    packed_at   BIGINT        NOT NULL,
    node        VARCHAR(255)  NOT NULL,
    deleting    BOOLEAN       NOT NULL,
    label       VARCHAR(64)   NOT NULL,
    verified_at BIGINT,
    verdict     VARCHAR(16),
    finding     VARCHAR(4000),
    PRIMARY KEY (server, account, destination, tier, slot_date, slot_time)
);
INSERT INTO restore_point_by_server
    SELECT '', account, destination, tier, slot_date, slot_time, archive, size_bytes, sha256, packed_at, node,
        deleting, label, verified_at, verdict, finding
    FROM restore_point;
DROP TABLE restore_point;
ALTER TABLE restore_point_by_server RENAME TO restore_point;
CREATE INDEX restore_point_by_date ON restore_point (slot_date, account);

-- How often the daemon has noted that this store is the newest there is; the same number stands in a file beside it, by which an older
-- store that was put in its place is found out.
CREATE TABLE store_mark (
    number BIGINT NOT NULL
);
INSERT INTO store_mark (number) VALUES (0);
