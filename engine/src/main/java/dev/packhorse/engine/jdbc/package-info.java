/// The queue and the catalog on H2 and on PostgreSQL: the only package that speaks SQL to the
/// store.
///
/// [Store] opens the database, brings its tables up to date and hands out transactions through
/// [Transactions]; [SqlDialect] holds what differs between the two databases. Each group of queue
/// methods has a class of its own ([JobInsert], [JobClaim], [JobFinish], [JobControl], [JobList]),
/// and [JdbcJobQueue] puts them together.
@NullMarked
package dev.packhorse.engine.jdbc;

import org.jspecify.annotations.NullMarked;
