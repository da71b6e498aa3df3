package dev.packhorse.transport.webdav;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Reads a `DAV:multistatus` answer one response at a time, without entities or document types, and
/// within bounds of depth and size. One thread.
///
/// Source: RFC 4918 section 13 and 14.16; RFC 4331 (quota).
final class MultistatusReader {
    private static final String DAV = "DAV:";
    private static final int DEEPEST = 40;
    private static final int LONGEST_TEXT = 8 * 1024;
    private static final long LONGEST_RESPONSE = 1 << 20;

    private final Bounded in;
    private final XMLStreamReader xml;
    private int depth;

    /// Begins to read.
    ///
    /// @param in not closed
    MultistatusReader(InputStream in) throws IOException {
        this.in = new Bounded(in);
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        try {
            this.xml = factory.createXMLStreamReader(this.in);
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    /// The next path's facts; null at the end. Responses without an address or with a status of
    /// failure are passed over.
    @Nullable DavEntry next() throws IOException {
        try {
            while (step() != XMLStreamConstants.END_DOCUMENT) {
                if (isStart("response")) {
                    in.begin();
                    Optional<DavEntry> entry = response();
                    if (entry.isPresent()) {
                        return entry.get();
                    }
                }
            }
            return null;
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    private static IOException malformed(XMLStreamException cause) {
        return cause.getNestedException() instanceof IOException broken
                ? broken
                : new MalformedAnswerException("the answer is no multistatus", cause);
    }

    private int step() throws XMLStreamException, IOException {
        int event = xml.next();
        switch (event) {
            case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new MalformedAnswerException("the answer declares a document type", null);
            case XMLStreamConstants.START_ELEMENT -> {
                depth++;
                if (depth > DEEPEST) {
                    throw new MalformedAnswerException("the answer is nested too deeply", null);
                }
            }
            case XMLStreamConstants.END_ELEMENT -> depth--;
            default -> {}
        }
        return event;
    }

    private boolean isStart(String name) {
        return xml.getEventType() == XMLStreamConstants.START_ELEMENT
                && xml.getLocalName().equals(name)
                && DAV.equals(xml.getNamespaceURI());
    }

    private Optional<DavEntry> response() throws XMLStreamException, IOException {
        int outer = depth;
        Map<String, String> facts = new HashMap<>();
        while (depth >= outer) {
            step();
            if (isStart("href") && depth == outer + 1) {
                facts.put("href", text());
            } else if (isStart("status") && depth == outer + 1) {
                facts.put("status", text());
            } else if (isStart("propstat")) {
                propstat(facts);
            }
        }
        if (!isSuccess(facts.getOrDefault("status", "HTTP/1.1 200"))) {
            return Optional.empty();
        }
        return DavPlaces.pathOf(facts.getOrDefault("href", "")).map(path -> entry(path, facts));
    }

    /// Takes the properties over only under a status of success.
    private void propstat(Map<String, String> facts) throws XMLStreamException, IOException {
        int outer = depth;
        Map<String, String> found = new HashMap<>();
        while (depth >= outer) {
            step();
            if (xml.getEventType() != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            String name = xml.getLocalName();
            if (isStart("collection")) {
                found.put(name, "yes");
            } else if (isStart("status") || (isStart(name) && isWanted(name))) {
                found.put(name, text());
            }
        }
        if (isSuccess(found.getOrDefault("status", ""))) {
            found.remove("status");
            facts.putAll(found);
        }
    }

    private static boolean isWanted(String name) {
        return switch (name) {
            case "getcontentlength",
                    "getlastmodified",
                    "quota-available-bytes",
                    "quota-used-bytes" ->
                    true;
            default -> false;
        };
    }

    private static boolean isSuccess(String status) {
        String line = status.strip();
        return line.startsWith("HTTP/") && line.startsWith("2", line.indexOf(' ') + 1);
    }

    /// The text up to the end of the current element.
    private String text() throws XMLStreamException, IOException {
        int outer = depth;
        StringBuilder text = new StringBuilder();
        while (depth >= outer) {
            step();
            if (xml.isCharacters() && text.length() + xml.getTextLength() <= LONGEST_TEXT) {
                text.append(xml.getText());
            } else if (xml.isCharacters()) {
                throw new MalformedAnswerException("the answer has an endless value", null);
            }
        }
        return text.toString().strip();
    }

    private static DavEntry entry(String path, Map<String, String> facts) {
        return new DavEntry(
                path,
                facts.containsKey("collection"),
                number(facts.getOrDefault("getcontentlength", "")),
                time(facts.getOrDefault("getlastmodified", "")),
                number(facts.getOrDefault("quota-available-bytes", "")),
                number(facts.getOrDefault("quota-used-bytes", "")));
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /// The answer is not what the protocol says.
    static final class MalformedAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedAnswerException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// Bounds what is read for one response: the XML reader keeps names and attributes whole.
    private static final class Bounded extends FilterInputStream {
        private long left = LONGEST_RESPONSE;

        Bounded(InputStream in) {
            super(in);
        }

        void begin() {
            left = LONGEST_RESPONSE;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new MalformedAnswerException("the answer has an endless response", null);
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }
    }
}
