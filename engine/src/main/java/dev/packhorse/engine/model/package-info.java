/// Ids and values that several packages share; no behaviour beyond validation.
@NullMarked
package dev.packhorse.engine.model;

import org.jspecify.annotations.NullMarked;
