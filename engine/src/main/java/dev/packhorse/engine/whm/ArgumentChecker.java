package dev.packhorse.engine.whm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns the parameters of a call into the arguments that a function declares. Parameters that it
/// does not declare are ignored, as clients send stale ones.
final class ArgumentChecker {
    private ArgumentChecker() {}

    /// The arguments of a call, checked and in their normal form.
    ///
    /// @throws WhmException naming the first argument that is missing, given twice or not legal
    static Arguments check(FunctionSpec spec, RawParameters raw) throws WhmException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (ParameterSpec parameter : spec.parameters()) {
            List<String> checked = valuesOf(parameter, raw);
            if (!checked.isEmpty()) {
                values.put(parameter.name(), checked);
            }
        }
        return new Arguments(values);
    }

    private static List<String> valuesOf(ParameterSpec spec, RawParameters raw)
            throws WhmException {
        boolean isList = spec.type() == ParameterSpec.Type.LIST;
        List<String> given = isList ? listed(spec.name(), raw) : raw.all(spec.name());
        if (!isList && given.size() > 1) {
            throw WhmException.failure(
                    "The “" + spec.name() + "” argument is given more than once.");
        }
        boolean missing = given.stream().allMatch(String::isEmpty);
        if (spec.required() && missing) {
            throw WhmException.failure("Provide the “" + spec.name() + "” argument.");
        }
        if (given.isEmpty()) {
            return spec.defaultValue().isPresent()
                    ? List.of(ValueCheck.normalise(spec, spec.defaultValue().get()))
                    : List.of();
        }
        List<String> checked = new ArrayList<>();
        for (String value : given) {
            checked.add(
                    spec.judgedLater()
                            ? ValueCheck.text(spec, value)
                            : ValueCheck.normalise(spec, value));
        }
        return List.copyOf(checked);
    }

    /// The members of a list: the plain name's values (also as `NAME[]`) in their order, then the
    /// numbered ones (`NAME-0`, `NAME[0]`) by number.
    ///
    /// Source: whmapi1-protocol 1.7.
    private static List<String> listed(String name, RawParameters raw) {
        List<String> all = new ArrayList<>(raw.all(name));
        all.addAll(raw.all(name + "[]"));
        Pattern numbered = Pattern.compile(Pattern.quote(name) + "(?:-(\\d{1,9})|\\[(\\d{1,9})])");
        TreeMap<Integer, List<String>> byNumber = new TreeMap<>();
        raw.values()
                .forEach((key, values) -> {
                    Matcher matcher = numbered.matcher(key);
                    if (matcher.matches()) {
                        String number =
                                matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                        byNumber.computeIfAbsent(Integer.parseInt(number), _ -> new ArrayList<>())
                                .addAll(values);
                    }
                });
        byNumber.values().forEach(all::addAll);
        return all;
    }
}
