/// JSON as `whmapi1` needs it: small enough to load in a few milliseconds, which no library is. The
/// `packhorse` command uses Jackson.
@NullMarked
package dev.packhorse.cli.json;

import org.jspecify.annotations.NullMarked;
