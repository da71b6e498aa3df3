/// The seam between the engine and the places where objects are stored: one small interface, its
/// value types and its error model. Imports nothing of ours; drivers, decorators and the engine
/// import it.
@NullMarked
package dev.packhorse.transport.spi;

import org.jspecify.annotations.NullMarked;
