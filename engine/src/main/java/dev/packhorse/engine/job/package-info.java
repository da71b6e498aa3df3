/// One handler for each kind of job, and the typed arguments and results that jobs carry as JSON.
@NullMarked
package dev.packhorse.engine.job;

import org.jspecify.annotations.NullMarked;
