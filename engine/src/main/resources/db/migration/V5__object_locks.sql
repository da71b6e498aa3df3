-- Until when a place refuses to delete an archive, as the place itself told. For H2 and PostgreSQL alike.

CREATE TABLE object_lock (
    destination  VARCHAR(24)   NOT NULL,
    archive      VARCHAR(1024) NOT NULL,
    locked_until BIGINT        NOT NULL,
    PRIMARY KEY (destination, archive)
);
