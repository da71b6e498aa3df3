-- More than one restore point of an account in a day, and labels: the time of the slot belongs to the key. H2 and PostgreSQL name
-- a primary key differently, so that the table is made anew.

CREATE TABLE restore_point_by_slot (
    account     VARCHAR(32)   NOT NULL,
    destination VARCHAR(24)   NOT NULL,
    tier        VARCHAR(16)   NOT NULL,
    slot_date   VARCHAR(10)   NOT NULL,
    -- HHMM or HHMMSS, nothing for the only run of its day.
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
    PRIMARY KEY (account, destination, tier, slot_date, slot_time)
);
INSERT INTO restore_point_by_slot
    SELECT account, destination, tier, slot_date, '', archive, size_bytes, sha256, packed_at, node, deleting,
        '', verified_at, verdict, finding
    FROM restore_point;
DROP TABLE restore_point;
ALTER TABLE restore_point_by_slot RENAME TO restore_point;
CREATE INDEX restore_point_by_date ON restore_point (slot_date, account);
