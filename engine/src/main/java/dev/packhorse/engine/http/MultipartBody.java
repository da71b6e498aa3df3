package dev.packhorse.engine.http;

import dev.packhorse.engine.whm.MalformedParametersException;
import dev.packhorse.engine.whm.RawParameters;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the plain fields of a `multipart/form-data` body, as clients send it that hand their
/// parameters to libcurl as a list. Files are refused.
///
/// Source: RFC 7578; RFC 2046 for the parts and their boundary.
final class MultipartBody {
    private static final Pattern BOUNDARY =
            Pattern.compile(
                    "(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([0-9A-Za-z'()+_,./:=?-]{1,70}))");
    private static final Pattern DISPOSITION =
            Pattern.compile("(?im)^content-disposition:\\s*form-data\\s*;(.*)$");
    private static final Pattern NAME = Pattern.compile("(?i)(?:^|;)\\s*name=\"([^\"]*)\"");
    private static final Pattern FILE = Pattern.compile("(?i)(?:^|;)\\s*filename\\*?=");
    private static final Pattern ENCODED =
            Pattern.compile("(?im)^content-transfer-encoding:\\s*(?:base64|quoted-printable)");
    private static final String LINE_END = "\r\n";

    /// One character a byte.
    private final String text;

    private final String mark;
    private int at;

    private MultipartBody(byte[] body, String boundary) {
        this.text = new String(body, StandardCharsets.ISO_8859_1);
        this.mark = "--" + boundary;
    }

    /// Adds the fields.
    ///
    /// @param type the header that names the boundary
    /// @throws MalformedParametersException if the body is no such list of fields, or has a file
    static void parse(byte[] body, String type, RawParameters.Builder into)
            throws MalformedParametersException {
        Matcher boundary = BOUNDARY.matcher(type);
        if (!boundary.find()) {
            throw malformed("it names no boundary");
        }
        String quoted = boundary.group(1);
        new MultipartBody(body, quoted == null ? boundary.group(2) : quoted).read(into);
    }

    private void read(RawParameters.Builder into) throws MalformedParametersException {
        at = text.indexOf(mark);
        if (at < 0) {
            throw malformed("its boundary is not in it");
        }
        at += mark.length();
        while (!text.startsWith("--", at)) {
            if (!text.startsWith(LINE_END, at)) {
                throw malformed("a boundary does not end its line");
            }
            String head = until(LINE_END + LINE_END, at);
            String value = until(LINE_END + mark, at);
            into.add(name(head), utf8(value));
        }
    }

    /// What lies before an end, which is passed over.
    private String until(String end, int from) throws MalformedParametersException {
        int found = text.indexOf(end, from);
        if (found < 0) {
            throw malformed("it is cut off");
        }
        at = found + end.length();
        return text.substring(from, found);
    }

    private static String name(String head) throws MalformedParametersException {
        Matcher disposition = DISPOSITION.matcher(head);
        if (!disposition.find()) {
            throw malformed("a part is no field of a form");
        }
        Matcher name = NAME.matcher(disposition.group(1));
        if (FILE.matcher(disposition.group(1)).find()) {
            throw malformed("files cannot be sent");
        }
        if (!name.find() || ENCODED.matcher(head).find()) {
            throw malformed("a field has no name, or an encoded value");
        }
        return utf8(name.group(1));
    }

    private static String utf8(String bytes) throws MalformedParametersException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedParametersException("a field of the body is not UTF-8", e);
        }
    }

    private static MalformedParametersException malformed(String why) {
        return new MalformedParametersException(
                "the multipart body cannot be read: "
                        + why
                        + "; send plain fields, or the parameters urlencoded or as one JSON"
                        + " object");
    }
}
