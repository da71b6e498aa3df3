package dev.packhorse.engine.whm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// Keeps the records that fit every condition.
record RecordFilter(List<Condition> conditions) {
    private static final String ANY_FIELD = "*";

    static RecordFilter parse(TransformParameters parameters) throws WhmException {
        List<Condition> conditions = new ArrayList<>();
        for (String instance : parameters.instances("filter", "field")) {
            Operator operator =
                    Operator.parse(
                            TransformParameters.name("filter", instance, "type"),
                            parameters.get("filter", instance, "type", "contains"));
            String field = parameters.get("filter", instance, "field", "");
            String argument = parameters.get("filter", instance, "arg0", "");
            conditions.add(
                    Condition.of(
                            TransformParameters.name("filter", instance, "arg0"),
                            field,
                            operator,
                            argument));
        }
        return new RecordFilter(conditions);
    }

    List<JsonNode> apply(List<JsonNode> records) throws WhmException {
        for (Condition condition : conditions) {
            if (!condition.field().equals(ANY_FIELD)) {
                Transforms.requireField("filter", condition.field(), records);
            }
        }
        return records.stream()
                .filter(record -> conditions.stream().allMatch(c -> c.fits(record)))
                .toList();
    }

    /// @param bound the argument as a number, for operators that compare numbers
    private record Condition(
            String field, Operator operator, String argument, Optional<Quantity> bound) {
        static Condition of(String name, String field, Operator operator, String argument)
                throws WhmException {
            if (!operator.numeric) {
                return new Condition(field, operator, argument, Optional.empty());
            }
            Optional<Quantity> bound = Quantity.parseWhole(argument);
            if (bound.isEmpty()) {
                throw WhmException.failure(
                        "The “"
                                + name
                                + "” argument must be a number, not "
                                + Wording.quoted(argument)
                                + ".");
            }
            return new Condition(field, operator, argument, bound);
        }

        boolean fits(JsonNode record) {
            if (!field.equals(ANY_FIELD)) {
                return fitsValue(record.path(field));
            }
            return record.isObject()
                    ? StreamSupport.stream(record.values().spliterator(), false)
                            .anyMatch(this::fitsValue)
                    : fitsValue(record);
        }

        private boolean fitsValue(JsonNode value) {
            if (!value.isValueNode() || value.isNull() || value.isMissingNode()) {
                return false;
            }
            String text = value.asString();
            if (bound.isPresent()) {
                return Quantity.parse(text)
                        .map(quantity -> fitsNumber(quantity, bound.get()))
                        .orElse(false);
            }
            String low = text.toLowerCase(Locale.ROOT);
            String wanted = argument.toLowerCase(Locale.ROOT);
            return switch (operator) {
                case BEGINS -> low.startsWith(wanted);
                case CONTAINS -> low.contains(wanted);
                default -> text.equals(argument);
            };
        }

        private boolean fitsNumber(Quantity value, Quantity limit) {
            if (value.isUnlimited() && !operator.handlesUnlimited) {
                return operator == Operator.EQUAL_NUMBER && limit.isUnlimited();
            }
            int order = value.compareTo(limit);
            return switch (operator) {
                case LESS, LESS_UNLIMITED -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER, GREATER_UNLIMITED -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
                default -> order == 0;
            };
        }
    }

    private enum Operator {
        BEGINS("begins", false, false),
        CONTAINS("contains", false, false),
        EQUAL("eq", false, false),
        EQUAL_NUMBER("==", true, false),
        LESS("lt", true, false),
        LESS_OR_EQUAL("lt_equal", true, false),
        LESS_UNLIMITED("lt_handle_unlimited", true, true),
        GREATER("gt", true, false),
        GREATER_OR_EQUAL("gt_equal", true, false),
        GREATER_UNLIMITED("gt_handle_unlimited", true, true);

        private final String word;
        private final boolean numeric;
        private final boolean handlesUnlimited;

        Operator(String word, boolean numeric, boolean handlesUnlimited) {
            this.word = word;
            this.numeric = numeric;
            this.handlesUnlimited = handlesUnlimited;
        }

        static Operator parse(String name, String text) throws WhmException {
            List<String> words = new ArrayList<>();
            for (Operator operator : values()) {
                if (operator.word.equals(text)) {
                    return operator;
                }
                words.add(operator.word);
            }
            throw WhmException.failure(
                    "The “"
                            + name
                            + "” argument must be one of “"
                            + String.join("”, “", words)
                            + "”, not "
                            + Wording.quoted(text)
                            + ".");
        }
    }
}
