package dev.packhorse.transport.s3;

/// How much of Amazon's protocol the server is trusted to speak.
enum S3Profile {
    /// Amazon S3 itself, or a server that does as it does: conditional writes, bucket names as host
    /// names.
    STANDARD,
    /// Servers that speak the common part: no conditional writes, bucket names in the path.
    COMPAT
}
