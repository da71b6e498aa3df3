/// HTTP to WHM functions and back: Jetty, TLS, limits, authentication before anything is parsed,
/// parameters from query and body, JSON out. Knows no function by name.
@NullMarked
package dev.packhorse.engine.http;

import org.jspecify.annotations.NullMarked;
