/// The places archives are sent to: their settings, the files that hold them, the rules for folders
/// of this server, and the proof that one works. Drivers are opened through [TransportOpener].
@NullMarked
package dev.packhorse.engine.destination;

import org.jspecify.annotations.NullMarked;
