/// Modules of names: keys in zones, records that every zone should have, and the name server.
@NullMarked
package dev.packhorse.engine.component.dns;

import org.jspecify.annotations.NullMarked;
