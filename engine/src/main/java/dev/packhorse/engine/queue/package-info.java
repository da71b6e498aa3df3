/// The durable job queue: states, leases, outcomes. Interfaces and the state machine only, no SQL.
@NullMarked
package dev.packhorse.engine.queue;

import org.jspecify.annotations.NullMarked;
