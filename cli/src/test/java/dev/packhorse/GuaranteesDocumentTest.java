package dev.packhorse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A promise without its test is none.
class GuaranteesDocumentTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]+Test)`");
    private static final Pattern HOSTILE = Pattern.compile("\\b([A-Z][A-Za-z0-9]+Test)\\b");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher each =
                NAMED.matcher(Files.readString(PROJECT.resolve("docs").resolve("guarantees.md")));
        while (each.find()) {
            named.add(each.group(1));
        }
        assertThat(named).hasSizeGreaterThan(60).isSubsetOf(testClasses());
    }

    @Test
    void everyTestOfAHostileCaseIsThere() throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher each =
                HOSTILE.matcher(
                        Files.readString(PROJECT.resolve("docs").resolve("hostile-cases.md")));
        while (each.find()) {
            named.add(each.group(1));
        }
        assertThat(named).hasSizeGreaterThan(50).isSubsetOf(testClasses());
    }

    private static Set<String> testClasses() throws IOException {
        Set<String> classes = new TreeSet<>();
        for (String module : new String[] {"transports", "engine", "cli"}) {
            try (Stream<Path> files =
                    Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
                files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith("Test.java"))
                        .forEach(name -> classes.add(name.substring(0, name.length() - 5)));
            }
        }
        return classes;
    }
}
