package dev.packhorse.engine.component;

/// How much of each database an archive holds.
///
/// Source: docs.cpanel.net "The pkgacct Script", `--dbbackup`.
public enum DatabaseDepth {
    /// Structure and rows.
    ALL,
    /// Structure alone.
    SCHEMA,
    /// That there is such a database.
    NAME
}
