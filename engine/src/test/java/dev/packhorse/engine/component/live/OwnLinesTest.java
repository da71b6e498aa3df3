package dev.packhorse.engine.component.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnLinesTest {
    private static final String LIST = "/etc/list";
    private static final FileRights RIGHTS = FileRights.ofRoot(0644);

    @TempDir Path folder;

    private OwnLines linesOf(String account) {
        return new OwnLines(
                new HostFiles(new HostRoot(folder)), LIST, line -> line.startsWith(account + ":"));
    }

    @Test
    void linesThatStayKeepTheirPlace() throws Exception {
        Files.createDirectory(folder.resolve("etc"));
        Files.writeString(folder.resolve("etc/list"), "a:1\nb:1\na:2\nc:1\n");

        linesOf("a").replace(List.of("a:3", "a:2"), RIGHTS);

        assertThat(folder.resolve("etc/list")).hasContent("b:1\na:2\nc:1\na:3");
        assertThat(linesOf("a").read()).containsExactly("a:2", "a:3");
    }

    @Test
    void aListThatWouldStayEmptyIsNotMade() throws Exception {
        linesOf("a").replace(List.of(), RIGHTS);

        assertThat(folder.resolve("etc")).doesNotExist();
    }

    @Test
    void restoresAtTheSameTimeLoseNoLines() throws Exception {
        List<Future<?>> all = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 64; i++) {
                String account = "account" + i;
                all.add(
                        threads.submit(() -> {
                            linesOf(account).replace(List.of(account + ":1"), RIGHTS);
                            return account;
                        }));
            }
        }
        for (Future<?> each : all) {
            assertThat(each.get()).isNotNull();
        }
        assertThat(Files.readAllLines(folder.resolve("etc/list")))
                .hasSize(64)
                .doesNotHaveDuplicates();
    }
}
