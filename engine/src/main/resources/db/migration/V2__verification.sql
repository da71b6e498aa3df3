-- What reading copies again found, and which accounts were restored for a test. For H2 and PostgreSQL alike.

ALTER TABLE restore_point ADD COLUMN verified_at BIGINT;
ALTER TABLE restore_point ADD COLUMN verdict VARCHAR(16);
ALTER TABLE restore_point ADD COLUMN finding VARCHAR(4000);

CREATE TABLE drill (
    node        VARCHAR(255)  NOT NULL,
    account     VARCHAR(32)   NOT NULL,
    drilled_at  BIGINT        NOT NULL,
    -- The last drill that proved the account; what follows is of the last one, whatever it showed.
    proven_at   BIGINT,
    destination VARCHAR(24)   NOT NULL,
    archive     VARCHAR(1024) NOT NULL,
    seconds     BIGINT        NOT NULL,
    compared    VARCHAR(4000) NOT NULL,
    difference  VARCHAR(4000) NOT NULL,
    PRIMARY KEY (node, account)
);
