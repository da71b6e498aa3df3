package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The table of functions whose calls are not audited names functions that there are, and none that
/// sounds as if it changed something.
class AuditedFunctionsTest {
    private static Set<String> functions() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher heading =
                Pattern.compile("(?m)^## (\\w+)$")
                        .matcher(Files.readString(Path.of("../docs/api.md")));
        while (heading.find()) {
            names.add(heading.group(1));
        }
        return names;
    }

    @Test
    void readingFunctionsExist() throws IOException {
        assertThat(functions()).containsAll(ReadingFunctions.names());
    }

    @Test
    void whatChangesSomethingIsAudited() throws IOException {
        Pattern changing =
                Pattern.compile(
                        ".*(_add|_set|_delete|_remove|_clear|_create|_revoke|_update|_cancel|_retry|_start|_pause|_activate|_adopt|_rebuild|_now).*"
                                + "|(set|create|remove|delete|edit|import|generate|convert|suspend|unsuspend|restore(?!_modules|_queue_(is|list|state))|start|toggle|reorder|update|abort|pause|enqueue)[a-z_]*");
        Set<String> wrong = new TreeSet<>(ReadingFunctions.names());
        wrong.removeIf(name -> !changing.matcher(name).matches());
        // They end in a word that elsewhere changes something.
        wrong.removeAll(Set.of("backup_set_list", "backup_set_list_combined"));
        assertThat(wrong).isEmpty();
    }
}
