/// The driver of Google Drive, over its REST interface. [GdriveTransport] is the driver;
/// [DriveClient] makes the calls of one operation, [GoogleTokens] keeps the login, [DriveFiles]
/// finds and changes files, [UploadSession] takes content, [GoogleAuthorisation] is the
/// administrator's consent.
///
/// Source: Google Drive API v3; RFC 6749 and RFC 7523 for the login.
@NullMarked
package dev.packhorse.transport.gdrive;

import org.jspecify.annotations.NullMarked;
