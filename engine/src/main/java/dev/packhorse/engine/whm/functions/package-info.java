/// The functions of WHM API 1 that this server has, a class a family, and the functions of our own
/// command line. They check, enqueue and answer; the work is done by jobs.
@NullMarked
package dev.packhorse.engine.whm.functions;

import org.jspecify.annotations.NullMarked;
