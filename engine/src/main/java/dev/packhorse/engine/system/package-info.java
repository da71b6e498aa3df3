/// Backups of the system's own files: what a hosting server needs besides its accounts.
@NullMarked
package dev.packhorse.engine.system;

import org.jspecify.annotations.NullMarked;
