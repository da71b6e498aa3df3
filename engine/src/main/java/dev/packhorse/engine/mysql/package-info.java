/// MariaDB and MySQL: what the server holds of an account, dumps, grants, and loading them again.
@NullMarked
package dev.packhorse.engine.mysql;

import org.jspecify.annotations.NullMarked;
