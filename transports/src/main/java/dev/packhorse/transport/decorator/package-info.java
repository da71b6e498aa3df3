/// What is the same for every driver: layers around a [dev.packhorse.transport.spi.Transport] that
/// keep its contract.
@NullMarked
package dev.packhorse.transport.decorator;

import org.jspecify.annotations.NullMarked;
