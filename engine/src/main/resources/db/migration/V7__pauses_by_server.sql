-- A pause is of one server of a shared store, as its jobs are. A row without a server is of an embedded store, or of an earlier version:
-- that one holds for all servers until somebody resumes. H2 and PostgreSQL name a primary key differently, so that the table is made anew.

CREATE TABLE paused_kind_by_server (
    server    VARCHAR(255) DEFAULT '' NOT NULL,
    kind      VARCHAR(16)  NOT NULL,
    paused_at BIGINT       NOT NULL,
    actor     VARCHAR(255) NOT NULL,
    PRIMARY KEY (server, kind)
);
INSERT INTO paused_kind_by_server
    SELECT '', kind, paused_at, actor
    FROM paused_kind;
DROP TABLE paused_kind;
ALTER TABLE paused_kind_by_server RENAME TO paused_kind;
