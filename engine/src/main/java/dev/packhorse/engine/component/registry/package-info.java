/// The list of all modules, in the order in which they restore.
@NullMarked
package dev.packhorse.engine.component.registry;

import org.jspecify.annotations.NullMarked;
