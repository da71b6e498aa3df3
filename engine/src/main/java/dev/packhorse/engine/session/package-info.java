/// Logs of sessions (packaging, restores) in the line form that WHM API 1 clients read, written
/// while a job runs.
@NullMarked
package dev.packhorse.engine.session;

import org.jspecify.annotations.NullMarked;
