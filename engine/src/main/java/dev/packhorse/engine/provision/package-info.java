/// Accounts that are made new, and accounts that are removed for good.
@NullMarked
package dev.packhorse.engine.provision;

import org.jspecify.annotations.NullMarked;
