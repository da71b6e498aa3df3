/// Contents that are sent in parts: how large a part is, how much memory parts may take, and many
/// of them in flight at a time. Used by the drivers of object stores; imports the seam, and the
/// policy by which a part is sent again.
@NullMarked
package dev.packhorse.transport.parts;

import org.jspecify.annotations.NullMarked;
