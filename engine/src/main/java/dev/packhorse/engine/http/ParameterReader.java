package dev.packhorse.engine.http;

import dev.packhorse.engine.whm.MalformedParametersException;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.engine.whm.UrlEncoded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/// Collects the parameters of a request from its query and its body.
///
/// Source: whmapi1-protocol 1.4 and 1.5: both places count together, and the body's kind is seen
/// from its content, because clients label urlencoded bodies as anything.
final class ParameterReader {
    private final long mostBodyBytes;

    ParameterReader(long mostBodyBytes) {
        this.mostBodyBytes = mostBodyBytes;
    }

    /// @throws BadRequestException for a body that is too long or cannot be read
    /// @throws ClientGoneException if the client goes or takes too long
    RawParameters read(Request request) throws BadRequestException, ClientGoneException {
        RawParameters.Builder parameters = new RawParameters.Builder();
        try {
            String query = request.getHttpURI().getQuery();
            UrlEncoded.parse(query == null ? "" : query, parameters);
            readBody(request, body(request), parameters);
        } catch (MalformedParametersException e) {
            throw new BadRequestException(
                    HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
        return parameters.build();
    }

    private byte[] body(Request request) throws BadRequestException, ClientGoneException {
        String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new BadRequestException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "send the body without compression");
        }
        if (request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > mostBodyBytes) {
            throw tooLong();
        }
        try (InputStream content = Request.asInputStream(request)) {
            byte[] body = content.readNBytes((int) mostBodyBytes + 1);
            if (body.length > mostBodyBytes) {
                throw tooLong();
            }
            return body;
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    private BadRequestException tooLong() {
        return new BadRequestException(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                "the body is longer than " + mostBodyBytes + " bytes");
    }

    private static void readBody(Request request, byte[] body, RawParameters.Builder into)
            throws MalformedParametersException {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        String kind = type == null ? "" : type.toLowerCase(Locale.ROOT);
        int first = firstVisible(body);
        if (first < 0) {
            return;
        }
        if (body[first] == '{' || kind.startsWith("application/json")) {
            JsonBody.parse(body, into);
        } else if (kind.startsWith("multipart/")) {
            MultipartBody.parse(body, type, into);
        } else if (body[first] == '<' || kind.contains("xml")) {
            throw new MalformedParametersException(
                    "XML is not understood; send the parameters urlencoded or as one JSON object");
        } else {
            UrlEncoded.parse(utf8(body).strip(), into);
        }
    }

    private static int firstVisible(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r' && body[i] != '\n') {
                return i;
            }
        }
        return -1;
    }

    private static String utf8(byte[] body) throws MalformedParametersException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedParametersException("the body is not UTF-8", e);
        }
    }
}
