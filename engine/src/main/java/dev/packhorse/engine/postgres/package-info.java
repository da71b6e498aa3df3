/// PostgreSQL as hosting accounts use it: databases, roles and grants, dumped and loaded by the
/// server's own programs under roles that have no rights elsewhere.
@NullMarked
package dev.packhorse.engine.postgres;

import org.jspecify.annotations.NullMarked;
