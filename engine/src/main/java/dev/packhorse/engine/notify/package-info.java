/// Who is told of events, and how urgently: what is kept of it. Telling is another's work.
@NullMarked
package dev.packhorse.engine.notify;

import org.jspecify.annotations.NullMarked;
