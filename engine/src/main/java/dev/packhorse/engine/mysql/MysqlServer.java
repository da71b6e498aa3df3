package dev.packhorse.engine.mysql;

/// A reachable MariaDB or MySQL server.
public final class MysqlServer {}
