/// The modules: each packs and restores one kind of an account's data, and knows its format alone.
@NullMarked
package dev.packhorse.engine.component;

import org.jspecify.annotations.NullMarked;
