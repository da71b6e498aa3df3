/// What happens, told while it happens to whoever listens.
@NullMarked
package dev.packhorse.engine.live;

import org.jspecify.annotations.NullMarked;
