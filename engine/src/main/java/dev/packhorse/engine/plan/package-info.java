/// Plans: what accounts, packages or owners have for themselves of schedule, contents, destinations
/// and retention. The first plan that matches an account is its plan; without one the server's
/// rules count.
@NullMarked
package dev.packhorse.engine.plan;

import org.jspecify.annotations.NullMarked;
