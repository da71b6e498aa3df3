/// Which stored copies are read again, and which account is restored for a test. Pure: knows the
/// catalog's records and a date, no clock, no file and no queue.
@NullMarked
package dev.packhorse.engine.verification;

import org.jspecify.annotations.NullMarked;
