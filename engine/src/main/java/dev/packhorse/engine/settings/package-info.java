/// Reads `packhorse.yaml` and checks it as a whole: every key is declared once, with its type and
/// default.
@NullMarked
package dev.packhorse.engine.settings;

import org.jspecify.annotations.NullMarked;
