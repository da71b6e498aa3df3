/// What the drivers over SSH share: how a login is configured, which host keys are trusted, and the
/// rules for a private key file. Knows no SSH library.
@NullMarked
package dev.packhorse.transport.ssh;

import org.jspecify.annotations.NullMarked;
