package dev.packhorse.engine.whm;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Sorts records by one or more fields; records that are equal in all of them keep their order.
record RecordSort(List<Key> keys) {
    private static final Quantity NO_NUMBER = new Quantity(new BigDecimal("-1e50"));

    static RecordSort parse(TransformParameters parameters) throws WhmException {
        List<Key> keys = new ArrayList<>();
        for (String instance : parameters.instances("sort", "field")) {
            String reverse = TransformParameters.name("sort", instance, "reverse");
            String flag =
                    ValueCheck.normalise(
                            ParameterSpec.flag(reverse, false, ""),
                            parameters.raw().only(reverse, "0"));
            keys.add(
                    new Key(
                            parameters.get("sort", instance, "field", ""),
                            Method.parse(
                                    TransformParameters.name("sort", instance, "method"),
                                    parameters.get("sort", instance, "method", "lexicographic")),
                            flag.equals("1")));
        }
        if (keys.isEmpty()) {
            throw WhmException.failure("Provide the “api.sort.a.field” argument.");
        }
        return new RecordSort(keys);
    }

    List<JsonNode> apply(List<JsonNode> records) throws WhmException {
        Comparator<JsonNode> order = (_, _) -> 0;
        for (Key key : keys) {
            Transforms.requireField("sort", key.field(), records);
            key.checkMethod(records);
            order = order.thenComparing(key.order());
        }
        return records.stream().sorted(order).toList();
    }

    private record Key(String field, Method method, boolean reverse) {
        /// Source: cPanel documents that sorting numbers without naming the method fails; as text,
        /// 10 would come before 9.
        void checkMethod(List<JsonNode> records) throws WhmException {
            boolean numbers =
                    method == Method.LEXICOGRAPHIC
                            && !records.isEmpty()
                            && records.stream().allMatch(r -> r.path(field).isNumber());
            if (numbers) {
                throw WhmException.failure(
                        "The field “"
                                + field
                                + "” holds numbers; name “numeric” as its “api.sort” method.");
            }
        }

        Comparator<JsonNode> order() {
            Comparator<JsonNode> order =
                    switch (method) {
                        case LEXICOGRAPHIC -> Comparator.comparing(this::text);
                        case NUMERIC -> Comparator.comparing(this::number);
                        case NUMERIC_ZERO_AS_MAX -> Comparator.comparing(this::numberOrMaximum);
                        case IPV4 -> Comparator.comparingLong(this::address);
                    };
            return reverse ? order.reversed() : order;
        }

        private String text(JsonNode record) {
            JsonNode value = record.path(field);
            return value.isValueNode() && !value.isNull() ? value.asString() : "";
        }

        private Quantity number(JsonNode record) {
            return Quantity.parse(text(record)).orElse(NO_NUMBER);
        }

        private Quantity numberOrMaximum(JsonNode record) {
            Quantity number = number(record);
            return number.isZero() ? Quantity.UNLIMITED : number;
        }

        private long address(JsonNode record) {
            String text = text(record);
            if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
                return -1;
            }
            long address = 0;
            for (String part : text.split("\\.", -1)) {
                address = address * 256 + Integer.parseInt(part);
            }
            return address;
        }
    }

    private enum Method {
        LEXICOGRAPHIC,
        NUMERIC,
        NUMERIC_ZERO_AS_MAX,
        IPV4;

        static Method parse(String name, String text) throws WhmException {
            return switch (text) {
                case "lexicographic" -> LEXICOGRAPHIC;
                case "numeric" -> NUMERIC;
                case "numeric_zero_as_max" -> NUMERIC_ZERO_AS_MAX;
                case "ipv4" -> IPV4;
                default ->
                        throw WhmException.failure(
                                "The “"
                                        + name
                                        + "” argument must be one of “lexicographic”, “numeric”,"
                                        + " “numeric_zero_as_max”, “ipv4”, not "
                                        + Wording.quoted(text)
                                        + ".");
            };
        }
    }
}
