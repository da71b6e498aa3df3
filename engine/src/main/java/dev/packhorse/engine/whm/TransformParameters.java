package dev.packhorse.engine.whm;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The `api.` parameters of a call by transform and instance. Instances are named `a` to `z`, then
/// `za`, `zb`; a parameter without a name for the instance belongs to an instance named by the
/// empty text, before all others.
///
/// @param raw the parameters of the call
record TransformParameters(RawParameters raw) {
    /// Whether `api.TRANSFORM.enable` switches the transform on.
    boolean isOn(String transform) throws WhmException {
        String name = "api." + transform + ".enable";
        return ValueCheck.normalise(ParameterSpec.flag(name, false, ""), raw.only(name, "0"))
                .equals("1");
    }

    /// The instances of a transform that have a property, in order.
    List<String> instances(String transform, String property) {
        Pattern pattern =
                Pattern.compile(
                        "api\\." + transform + "\\.(?:([a-z]{1,8})\\.)?" + Pattern.quote(property));
        return instances(pattern);
    }

    /// The instances of a transform whose value stands directly behind the name of the instance.
    List<String> plainInstances(String transform) {
        return instances(Pattern.compile("api\\." + transform + "\\.([a-z]{1,3})"));
    }

    private List<String> instances(Pattern pattern) {
        TreeSet<String> found =
                new TreeSet<>(
                        Comparator.comparingInt(String::length)
                                .thenComparing(Comparator.naturalOrder()));
        for (String key : raw.values().keySet()) {
            Matcher matcher = pattern.matcher(key);
            if (matcher.matches()) {
                found.add(matcher.group(1) == null ? "" : matcher.group(1));
            }
        }
        return List.copyOf(found);
    }

    /// A property of an instance, or the default.
    String get(String transform, String instance, String property, String defaultValue)
            throws WhmException {
        return raw.only(name(transform, instance, property), defaultValue);
    }

    static String name(String transform, String instance, String property) {
        return "api." + transform + "." + (instance.isEmpty() ? "" : instance + ".") + property;
    }
}
