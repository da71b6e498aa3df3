/// A small hosting server in a folder, the same on every run, and the proof that a tree came back
/// as it was: [DemoServer] writes the one, [TreeDigest] gives the other.
@NullMarked
package dev.packhorse.engine.demo;

import org.jspecify.annotations.NullMarked;
