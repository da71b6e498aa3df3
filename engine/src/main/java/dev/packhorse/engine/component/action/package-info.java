/// Modules that act on the restored server and pack nothing.
@NullMarked
package dev.packhorse.engine.component.action;

import org.jspecify.annotations.NullMarked;
