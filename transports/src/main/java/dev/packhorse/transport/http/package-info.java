/// What all drivers that speak HTTP share: one client that follows no redirect, checks certificates
/// and can be cut off, and the way from a status to a kind of failure. Imports the seam, the watch
/// over calls and the trust in certificates; knows no driver.
@NullMarked
package dev.packhorse.transport.http;

import org.jspecify.annotations.NullMarked;
