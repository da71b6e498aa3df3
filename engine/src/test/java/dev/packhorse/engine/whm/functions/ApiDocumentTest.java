package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `docs/api.md` is made from the declarations of the functions. With the system property
/// `packhorse.docs=write` it is written anew.
class ApiDocumentTest {
    private static final Path FILE = Path.of("..", "docs", "api.md");

    @TempDir Path root;

    @Test
    void theDocumentSaysWhatIsDeclared() throws IOException {
        StringBuilder text =
                new StringBuilder(
                        """
                        # Functions

                        Made from the declarations by `ApiDocumentTest`; change those, then run it with `-Dpackhorse.docs=write`.
                        What calls and answers look like is in cPanel's public documentation of WHM API 1. Functions that are not
                        named here answer `Unknown app ("NAME") requested for this version (1) of the API.`

                        Whose: *anybody* is every caller with good credentials; *root* is root, or a token of root's with every
                        right; other words are the access right that a reseller needs. A reseller acts on its own accounts only.
                        """);
        for (FunctionSpec spec : new TestServer(root).dispatcher().registry().specs()) {
            append(text, spec);
        }
        if ("write".equals(System.getProperty("packhorse.docs"))) {
            Files.writeString(FILE, text);
        }

        assertThat(FILE).content().isEqualTo(text.toString());
    }

    private static void append(StringBuilder text, FunctionSpec spec) {
        text.append("\n## ").append(spec.name()).append('\n');
        text.append(sentence(spec.help())).append(" Whose: *").append(whose(spec.permission()));
        text.append("*.\n");
        if (spec.parameters().isEmpty()) {
            return;
        }
        text.append("\n| parameter | takes | default | meaning |\n| --- | --- | --- | --- |\n");
        for (ParameterSpec each : spec.parameters()) {
            text.append("| ").append(each.name());
            text.append(" | ").append(takes(each));
            text.append(" | ")
                    .append(each.required() ? "required" : each.defaultValue().orElse(""));
            text.append(" | ").append(each.help().replace("|", "\\|")).append(" |\n");
        }
    }

    private static String sentence(String help) {
        return help.endsWith(".") ? help : help + ".";
    }

    private static String whose(Permission permission) {
        if (permission.equals(Permission.AUTHENTICATED)) {
            return "anybody";
        }
        return permission.equals(Permission.ROOT) ? "root" : permission.acl();
    }

    private static String takes(ParameterSpec parameter) {
        return switch (parameter.type()) {
            case CHOICE -> String.join(", ", parameter.values());
            case INTEGER -> "number" + range(parameter);
            case FLAG -> "0, 1";
            case TEXT, SECRET, ACCOUNT, DATE, SLOT, LIST ->
                    parameter.type().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String range(ParameterSpec parameter) {
        boolean low = parameter.minimum() > Long.MIN_VALUE;
        boolean high = parameter.maximum() < Long.MAX_VALUE;
        if (low && high) {
            return " " + parameter.minimum() + " to " + parameter.maximum();
        }
        return low ? " from " + parameter.minimum() : "";
    }
}
