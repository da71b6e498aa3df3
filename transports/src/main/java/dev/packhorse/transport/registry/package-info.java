/// The one place that knows all drivers: from a type's word to an opened destination, wrapped in
/// the layers it needs.
@NullMarked
package dev.packhorse.transport.registry;

import org.jspecify.annotations.NullMarked;
