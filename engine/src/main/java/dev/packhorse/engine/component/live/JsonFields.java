package dev.packhorse.engine.component.live;

import dev.packhorse.engine.component.RestoreNotes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields that an object of an archive of unknown origin may have, each with a rule for its
/// value; all others are left out and told. Immutable.
public final class JsonFields {
    private final Map<String, Predicate<JsonNode>> rules;

    private JsonFields(Map<String, Predicate<JsonNode>> rules) {
        this.rules = rules;
    }

    /// No fields.
    public static JsonFields none() {
        return new JsonFields(Map.of());
    }

    /// One more field.
    public JsonFields with(String name, Predicate<JsonNode> rule) {
        Map<String, Predicate<JsonNode>> more = new LinkedHashMap<>(rules);
        more.put(name, rule);
        return new JsonFields(more);
    }

    /// The fields of an object that keep the rules.
    ///
    /// @param where named in notes
    public ObjectNode taken(String where, JsonNode from, RestoreNotes notes) {
        ObjectNode taken = StrictJson.empty();
        for (Map.Entry<String, JsonNode> field : from.properties()) {
            Predicate<JsonNode> rule = rules.get(field.getKey());
            if (rule != null && rule.test(field.getValue())) {
                taken.set(field.getKey(), field.getValue());
            } else {
                notes.skipped(
                        where
                                + ": the field "
                                + printable(field.getKey())
                                + (rule == null ? " is not known" : " has no value of its kind"));
            }
        }
        return taken;
    }

    /// A short name as it can be told.
    public static String printable(String text) {
        String plain = text.length() > 80 ? text.substring(0, 80) : text;
        return plain.replaceAll("[^\\x21-\\x7e]", "?");
    }

    /// Text without control characters.
    public static Predicate<JsonNode> text(int longest) {
        return node ->
                node.isString()
                        && node.stringValue().length() <= longest
                        && node.stringValue().chars().noneMatch(Character::isISOControl);
    }

    /// Text of a grammar.
    public static Predicate<JsonNode> word(String grammar) {
        Pattern pattern = Pattern.compile(grammar);
        return node -> node.isString() && pattern.matcher(node.stringValue()).matches();
    }

    /// A whole number that is not negative, or nothing.
    public static Predicate<JsonNode> number() {
        return node ->
                node.isNull()
                        || (node.isIntegralNumber()
                                && node.canConvertToLong()
                                && node.longValue() >= 0)
                        || (node.isString() && node.stringValue().matches("[0-9]{1,15}"));
    }

    /// A truth value in any usual spelling.
    public static Predicate<JsonNode> flag() {
        return node -> node.isBoolean() || number().test(node);
    }

    /// A list of short words.
    public static Predicate<JsonNode> words(String grammar, int most) {
        Predicate<JsonNode> word = word(grammar);
        return node -> node.isArray() && node.size() <= most && node.valueStream().allMatch(word);
    }
}
