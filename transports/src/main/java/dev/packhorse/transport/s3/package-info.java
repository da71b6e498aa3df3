/// The driver of Amazon S3 and of servers that speak its protocol. [S3Transport] is the driver;
/// [S3Connection] wraps the vendor's client so that every call can be ended from outside; an object
/// above one part goes through [MultipartUpload].
///
/// Source: Amazon S3 API Reference, version 2006-03-01.
@NullMarked
package dev.packhorse.transport.s3;

import org.jspecify.annotations.NullMarked;
