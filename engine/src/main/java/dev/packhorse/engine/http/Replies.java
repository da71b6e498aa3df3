package dev.packhorse.engine.http;

import dev.packhorse.engine.whm.BatchMemory;
import dev.packhorse.engine.whm.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes the answers of the port.
final class Replies {
    /// Source: whmapi1-protocol 2.5; texts where numbers would be expected are part of it.
    static final String FORBIDDEN_BODY =
            "{\"cpanelresult\":{\"apiversion\":\"2\",\"error\":\"Access denied\","
                    + "\"data\":{\"reason\":\"Access denied\",\"result\":\"0\"},\"type\":\"text\"}}";

    private static final String FORBIDDEN_XML =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                    + "<cpanelresult><apiversion>2</apiversion><error>Access denied</error>"
                    + "<data><reason>Access denied</reason><result>0</result></data>"
                    + "<type>text</type></cpanelresult>\n";

    private static final String FORBIDDEN_REASON = "Forbidden Access denied";
    private static final String TEXT = "text/plain; charset=\"utf-8\"";
    private static final String JSON = "application/json; charset=\"utf-8\"";

    /// What stands round the answers of a batch.
    private static final int SPARE = 8 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Replies() {}

    private static final String XML = "text/xml; charset=utf-8";

    /// The answer of a function as it goes to the client.
    ///
    /// @param type the media type
    record Body(String type, Writing writing) {
        /// Made while it is sent, so that its text is never there as a whole.
        static Body streamed(Reply reply, boolean xml) {
            return xml
                    ? new Body(XML, out -> writeXml(reply, out))
                    : new Body(JSON, out -> MAPPER.writeValue(out, reply.body()));
        }

        /// Made now, so that the tree, which takes several times as much memory, need not wait
        /// until a client has read it.
        ///
        /// @param share what the answer took of the memory, and gives back in part
        static Body made(Reply reply, boolean xml, BatchMemory.Share share) throws IOException {
            Body streamed = streamed(reply, xml);
            var text = new ByteArrayOutputStream(share.length() + SPARE);
            streamed.writing().to(text);
            share.keepText(text.size());
            return new Body(streamed.type(), text::writeTo);
        }
    }

    /// Writes an answer, and may close what it is written to.
    @FunctionalInterface
    interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private static void writeXml(Reply reply, OutputStream to) throws IOException {
        try (Writer out = new OutputStreamWriter(to, StandardCharsets.UTF_8)) {
            XmlAnswer.write(reply, out);
        }
    }

    /// A small JSON object that is no answer of a function.
    static void tree(Response response, Callback callback, int status, ObjectNode body) {
        response.setStatus(status);
        setHeaders(response, JSON);
        write(response, body.toString(), callback);
    }

    /// The answer of a function. The status is the caller's.
    ///
    /// @throws ClientGoneException if the client has gone
    static void send(Request request, Response response, Callback callback, Body body)
            throws ClientGoneException {
        setHeaders(response, body.type());
        try (OutputStream out = Response.asBufferedOutputStream(request, response)) {
            body.writing().to(out);
        } catch (IOException | JacksonIOException e) {
            throw new ClientGoneException(e);
        }
        callback.succeeded();
    }

    /// The answer to missing or wrong credentials. The body of the request is not read, so the
    /// connection ends.
    ///
    /// @param xml whether the call was for an answer in XML
    static void forbidden(Request request, Response response, Callback callback, boolean xml) {
        request.addHttpStreamWrapper(ReasonStream::new);
        response.setStatus(HttpStatus.FORBIDDEN_403);
        setHeaders(response, xml ? XML : TEXT);
        close(response);
        write(response, xml ? FORBIDDEN_XML : FORBIDDEN_BODY, callback);
    }

    /// Tells when to try again, in seconds; never too early.
    static void retryAfter(Response response, Duration time) {
        response.getHeaders().put(HttpHeader.RETRY_AFTER, time.toSeconds() + 1);
    }

    /// A plain error; the connection ends.
    static void error(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        setHeaders(response, TEXT);
        close(response);
        write(response, text + "\n", callback);
    }

    /// A page for a browser: text that nothing can run in, and an address that no other site and no
    /// history learns.
    static void page(Response response, Callback callback, BrowserPage.Answer answer) {
        response.setStatus(answer.status());
        setHeaders(response, TEXT);
        response.getHeaders().put("Referrer-Policy", "no-referrer");
        response.getHeaders().put("Content-Security-Policy", "default-src 'none'; sandbox");
        close(response);
        write(response, answer.text() + "\n", callback);
    }

    /// A page for monitoring.
    static void monitoring(Response response, Callback callback, MonitoringPage.Answer answer) {
        response.setStatus(answer.status());
        setHeaders(response, answer.contentType());
        write(response, answer.text(), callback);
    }

    static void setHeaders(Response response, String type) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache, no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
    }

    private static void close(Response response) {
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    }

    private static void write(Response response, String text, Callback callback) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /// Puts WHM's words behind the status 403; Jetty's own interface has no reason phrase.
    private static final class ReasonStream extends HttpStream.Wrapper {
        ReasonStream(HttpStream wrapped) {
            super(wrapped);
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.@Nullable Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            super.send(request, withReason(response), last, content, callback);
        }

        private static MetaData.@Nullable Response withReason(
                MetaData.@Nullable Response response) {
            return response == null || response.getStatus() != HttpStatus.FORBIDDEN_403
                    ? response
                    : new MetaData.Response(
                            response.getStatus(),
                            FORBIDDEN_REASON,
                            response.getHttpVersion(),
                            response.getHttpFields(),
                            response.getContentLength(),
                            response.getTrailersSupplier());
        }
    }
}
