package dev.packhorse.transport.s3;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.tls.TlsErrors;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/// Sorts the failures of the protocol into the kinds of the seam.
///
/// Source: Amazon S3 API Reference, Error Responses; RFC 9110 sections 10.2.3 and 15.
final class S3Errors {
    private static final int MOST_TEXT = 300;

    private S3Errors() {}

    /// @param operation what was tried, with the key
    static IOException of(String operation, Exception cause) {
        return switch (cause) {
            case TransportException known -> known;
            case CancelledException cancelled -> cancelled;
            case SourceException source ->
                    new TransportException(
                            Kind.REFUSED, operation + ": " + source.getMessage(), source);
            case AwsServiceException answer -> ofAnswer(operation, answer);
            default -> ofConnection(operation, cause);
        };
    }

    private static TransportException ofAnswer(String operation, AwsServiceException answer) {
        String reason = reason(answer);
        return new TransportException(
                kindOf(answer), operation + ": " + reason, answer, retryAfter(answer).orElse(null));
    }

    private static Kind kindOf(AwsServiceException answer) {
        String code = code(answer);
        // As MinIO's XMinioAdminBucketQuotaExceeded.
        if (code.endsWith("QuotaExceeded")) {
            return Kind.FULL;
        }
        return switch (code) {
            case "NoSuchKey", "NoSuchUpload" -> Kind.MISSING;
            case "NoSuchBucket", "RequestTimeTooSkewed", "AuthorizationHeaderMalformed" ->
                    Kind.REFUSED;
            case "InsufficientStorage", "XMinioStorageFull" -> Kind.FULL;
            case "InvalidRange" -> Kind.RANGE;
            case "SlowDown", "RequestLimitExceeded", "Throttling", "ThrottlingException" ->
                    Kind.THROTTLED;
            case "RequestTimeout" -> Kind.TIMED_OUT;
            // What arrived is not what was sent; the content itself was found to be right.
            case "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody" -> Kind.UNAVAILABLE;
            case "InternalError", "OperationAborted", "ConditionalRequestConflict" ->
                    Kind.UNAVAILABLE;
            case "SignatureDoesNotMatch", "InvalidAccessKeyId", "AccessDenied", "ExpiredToken" ->
                    Kind.DENIED;
            default -> kindOfStatus(answer);
        };
    }

    private static Kind kindOfStatus(AwsServiceException answer) {
        int status = answer.statusCode();
        return switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 404 -> Kind.MISSING;
            case 408 -> Kind.TIMED_OUT;
            case 412 -> Kind.EXISTS;
            case 413, 507 -> Kind.FULL;
            case 416 -> Kind.RANGE;
            case 429 -> Kind.THROTTLED;
            case 503 -> retryAfter(answer).isPresent() ? Kind.THROTTLED : Kind.UNAVAILABLE;
            case 501, 505 -> Kind.REFUSED;
            default -> status >= 500 || status == 200 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    private static String reason(AwsServiceException answer) {
        return switch (code(answer)) {
            case "RequestTimeTooSkewed" -> "this server's clock is off by " + skew(answer);
            case "SignatureDoesNotMatch" -> "the secret key is wrong (SignatureDoesNotMatch)";
            case "InvalidAccessKeyId" -> "the access key id is unknown (InvalidAccessKeyId)";
            case "NoSuchBucket" -> "there is no such bucket (NoSuchBucket)";
            default -> told(answer);
        };
    }

    private static String told(AwsServiceException answer) {
        Optional<String> region = header(answer, "x-amz-bucket-region");
        if (answer.statusCode() / 100 == 3 || (answer.statusCode() == 400 && region.isPresent())) {
            return region.map(name -> "the bucket is in region " + clean(name) + ": set region")
                    .orElse("the server sends elsewhere, which is not followed");
        }
        String message =
                answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorMessage();
        String code = code(answer).isEmpty() ? "" : ", " + clean(code(answer));
        return "the server says "
                + (message == null ? "no" : clean(message))
                + " (status "
                + answer.statusCode()
                + code
                + ")";
    }

    private static String skew(AwsServiceException answer) {
        return header(answer, "Date")
                .flatMap(S3Errors::date)
                .map(there -> Duration.between(there, Instant.now()).abs().toSeconds() + " s")
                .orElse("more than the server allows");
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> retryAfter(AwsServiceException answer) {
        Optional<String> text = header(answer, "Retry-After");
        if (text.isEmpty() || text.get().matches("[0-9]{1,6}")) {
            return text.map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
        }
        return date(text.get())
                .map(until -> Duration.between(Instant.now(), until))
                .filter(Duration::isPositive);
    }

    private static Optional<String> header(AwsServiceException answer, String name) {
        if (answer.awsErrorDetails() == null
                || answer.awsErrorDetails().sdkHttpResponse() == null) {
            return Optional.empty();
        }
        return answer.awsErrorDetails().sdkHttpResponse().firstMatchingHeader(name);
    }

    /// The server's word for the failure, empty where it gave none, as after HEAD.
    static String code(AwsServiceException answer) {
        String code =
                answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }

    private static TransportException ofConnection(String operation, Exception cause) {
        Throwable root = cause;
        while (root.getCause() != null && !TlsErrors.refuses(root)) {
            root = root.getCause();
        }
        Kind kind =
                TlsErrors.refuses(root)
                        ? Kind.REFUSED
                        : root instanceof SocketTimeoutException
                                ? Kind.TIMED_OUT
                                : Kind.UNAVAILABLE;
        String reason = clean(root.getMessage());
        return new TransportException(kind, operation + ": " + reason, cause);
    }

    /// The server's words are a stranger's: one line, no control characters, not endless.
    private static String clean(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}+", " ");
        String shortened = line.length() > MOST_TEXT ? line.substring(0, MOST_TEXT) + "…" : line;
        return shortened.isEmpty()
                ? "no reason"
                : shortened.substring(0, 1).toLowerCase(Locale.ROOT) + shortened.substring(1);
    }

    /// True if the failure is an answer with this word in it.
    static boolean says(IOException failure, String code) {
        return failure.getCause() instanceof SdkException cause
                && cause instanceof AwsServiceException answer
                && code(answer).equals(code);
    }
}
