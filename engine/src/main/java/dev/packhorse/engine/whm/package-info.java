/// WHM API 1: one class a function family, each function declared once with its parameters, so that
/// validation, `applist`, help and tests come from the same declaration; the envelope, batch and
/// generic transforms. No HTTP.
@NullMarked
package dev.packhorse.engine.whm;

import org.jspecify.annotations.NullMarked;
