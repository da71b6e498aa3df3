package dev.packhorse.engine.http;

import dev.packhorse.engine.whm.MalformedParametersException;
import dev.packhorse.engine.whm.RawParameters;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads a JSON body: one flat object of texts, numbers, booleans and lists of these. Names must
/// not occur twice; a null counts as not given.
final class JsonBody {
    private static final int DEEPEST = 2;
    private static final int LONGEST_NUMBER = 100;
    private static final int LONGEST_NAME = 256;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEEPEST)
                                    .maxNumberLength(LONGEST_NUMBER)
                                    .maxNameLength(LONGEST_NAME)
                                    .build())
                    .build();

    private JsonBody() {}

    /// @throws MalformedParametersException if the body is anything else; the message shows no
    ///   value
    static void parse(byte[] body, RawParameters.Builder into) throws MalformedParametersException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedParametersException("the JSON body must be an object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                readValue(parser, name, into);
            }
            if (parser.nextToken() != null) {
                throw new MalformedParametersException("something follows the JSON object");
            }
        } catch (JacksonException e) {
            // The library's own text quotes the body, which may hold secrets.
            throw new MalformedParametersException(
                    "the JSON body cannot be read at line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
                            + ": it is damaged, has a name twice, or is nested too deep");
        }
    }

    private static void readValue(JsonParser parser, String name, RawParameters.Builder into)
            throws MalformedParametersException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            readScalar(parser, name, into);
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            readScalar(parser, name, into);
        }
    }

    private static void readScalar(JsonParser parser, String name, RawParameters.Builder into)
            throws MalformedParametersException {
        switch (parser.currentToken()) {
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    into.add(name, parser.getString());
            case VALUE_TRUE -> into.add(name, "1");
            case VALUE_FALSE -> into.add(name, "0");
            case VALUE_NULL -> {}
            default ->
                    throw new MalformedParametersException(
                            "a value of the JSON body must be a text, a number, a boolean or a list"
                                    + " of these");
        }
    }
}
