package dev.packhorse.transport.s3;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/// The vendor's client, held to the settings alone: nothing comes from the environment, from
/// `~/.aws` or from the metadata service of a cloud host, no redirect is followed, nothing is tried
/// again. Every call is watched. Safe for many threads.
final class S3Connection implements AutoCloseable {
    /// How many calls of the seam may run at a time; each may have four requests in flight.
    static final int MAX_CALLS = 16;

    /// A listing's page of 1,000 keys of 1,024 bytes, three times over for escapes, and then some.
    private static final long MOST_REPLY_BYTES = 16 << 20;

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(30);

    private final S3Settings settings;
    private final S3Client client;

    S3Connection(S3Settings settings) {
        this.settings = settings;
        this.client = client(settings);
    }

    private static S3Client client(S3Settings settings) {
        return S3Client.builder()
                .endpointOverride(settings.endpoint())
                .region(Region.of(settings.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        settings.accessKeyId(), settings.secretKey().reveal())))
                .httpClient(new WatchedHttpClient(http(settings)))
                .dualstackEnabled(false)
                .fipsEnabled(false)
                .crossRegionAccessEnabled(false)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(
                        switch (settings.profile()) {
                            case STANDARD -> ResponseChecksumValidation.WHEN_SUPPORTED;
                            case COMPAT -> ResponseChecksumValidation.WHEN_REQUIRED;
                        })
                .serviceConfiguration(
                        S3Configuration.builder()
                                .chunkedEncodingEnabled(false)
                                .pathStyleAccessEnabled(settings.profile() == S3Profile.COMPAT)
                                .useArnRegionEnabled(false)
                                .build())
                .overrideConfiguration(override ->
                        override.retryStrategy(DefaultRetryStrategy.doNotRetry())
                                .defaultProfileFile(noProfiles()))
                .build();
    }

    private static ProfileFile noProfiles() {
        return ProfileFile.aggregator().build();
    }

    private static SdkHttpClient http(S3Settings settings) {
        Duration timeout = settings.timeout();
        return Apache5HttpClient.builder()
                .connectionTimeout(
                        timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
                // The watch over each call ends it earlier where it may.
                .socketTimeout(CallLimits.sending(timeout).idle())
                .connectionAcquisitionTimeout(timeout)
                .maxConnections(5 * MAX_CALLS)
                .proxyConfiguration(
                        ProxyConfiguration.builder()
                                .useSystemPropertyValues(false)
                                .useEnvironmentVariableValues(false)
                                .build())
                .build();
    }

    /// Makes a call without content.
    ///
    /// @param operation what is tried, as `put a/b`, for messages
    <R> R ask(String operation, Cancellation cancellation, S3Call<R> call) throws IOException {
        return ask(operation, settings.timeout(), cancellation, call);
    }

    <R> R ask(String operation, Duration idle, Cancellation cancellation, S3Call<R> call)
            throws IOException {
        return watched(
                operation,
                CallLimits.idle(idle),
                new CallScope(MOST_REPLY_BYTES),
                cancellation,
                call);
    }

    /// Makes a call that sends content.
    <R> R send(String operation, Cancellation cancellation, S3Call<R> call) throws IOException {
        return watched(
                operation,
                CallLimits.sending(settings.timeout()),
                new CallScope(MOST_REPLY_BYTES),
                cancellation,
                call);
    }

    /// Makes a call that receives content, and consumes it.
    <R> R receive(String operation, Cancellation cancellation, S3Call<R> call) throws IOException {
        return watched(
                operation,
                CallLimits.idle(settings.timeout()),
                new CallScope(Long.MAX_VALUE),
                cancellation,
                call);
    }

    private <R> R watched(
            String operation,
            CallLimits limits,
            CallScope scope,
            Cancellation cancellation,
            S3Call<R> call)
            throws IOException {
        cancellation.check();
        try (CallWatch watch = new CallWatch(limits, cancellation, scope::abort)) {
            try {
                return scope.run(watch, () -> call.make(client));
            } catch (SdkException | IOException e) {
                throw watch.explain(operation, S3Errors.of(operation, e));
            }
        }
    }

    S3Settings settings() {
        return settings;
    }

    /// Closes the connections; idempotent.
    @Override
    public void close() {
        client.close();
    }
}
