/// The driver of Backblaze B2 over its native protocol. [BackblazeTransport] is the driver;
/// [B2Http] makes watched requests, [B2Account] keeps the login, [UploadUrls] the addresses that
/// take content.
///
/// Source: Backblaze B2 Native API, version 4.
@NullMarked
package dev.packhorse.transport.backblaze;

import org.jspecify.annotations.NullMarked;
