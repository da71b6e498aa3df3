/// How backups stand, for people and for monitoring: what the status shows, metrics, and the alarms
/// that nobody asks for. Everything is read from queue, catalog and disk; nothing is changed.
@NullMarked
package dev.packhorse.engine.health;

import org.jspecify.annotations.NullMarked;
