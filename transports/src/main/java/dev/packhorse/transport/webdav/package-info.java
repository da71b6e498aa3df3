/// The driver for WebDAV servers: nginx, Apache, rclone, Nextcloud and their like. Imports the
/// seam, the watch over calls, the shared HTTP client and the JDK's XML reader. A put sends the
/// bytes under a hidden name, asks the server what it has, and moves it to its key.
@NullMarked
package dev.packhorse.transport.webdav;

import org.jspecify.annotations.NullMarked;
