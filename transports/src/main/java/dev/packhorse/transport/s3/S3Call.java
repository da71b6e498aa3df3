package dev.packhorse.transport.s3;

import java.io.IOException;
import software.amazon.awssdk.services.s3.S3Client;

/// One request to the server, and what is made of its answer.
@FunctionalInterface
interface S3Call<R> {
    R make(S3Client client) throws IOException;
}
