/// The audit trail: who changed what, and whom this server refused, in files of which each line
/// vouches for the one before it.
@NullMarked
package dev.packhorse.engine.audit;

import org.jspecify.annotations.NullMarked;
