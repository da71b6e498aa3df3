package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LateFilesTest {
    private static final long RUN = 1_764_500_000L;

    private static FileStat changed(long seconds) {
        return new FileStat(
                FileType.REGULAR, 0644, 1000, 1000, 1, 0, seconds, 0, seconds, 0, 1, 1, 0);
    }

    private static List<BytePath> kept(LateFiles late) throws IOException {
        List<BytePath> all = new ArrayList<>();
        late.forEach(all::add);
        return all;
    }

    @Test
    void pathsComeBackAsTheyWereAndInTheirOrder() throws Exception {
        Random random = new Random(5);
        LateFiles late = new LateFiles(RUN);
        List<BytePath> wanted = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 250 : 9)];
            for (int at = 0; at < name.length; at++) {
                name[at] = (byte) (random.nextInt(255) - 128 | 1);
                if (name[at] == '/') {
                    name[at] = 'x';
                }
            }
            String folder = "homedir/" + "f/".repeat(random.nextInt(60)) + i % 7 + "/" + i;
            BytePath path = new BytePath(ByteString.of(folder).concat(ByteString.of(name)));
            wanted.add(path);
            assertThat(late.keep(path, changed(RUN))).isTrue();
        }

        assertThat(kept(late)).isEqualTo(wanted);
    }

    @Test
    void aShorterPathThatTheLastOneBeginsWithIsKept() throws Exception {
        LateFiles late = new LateFiles(RUN);
        List<BytePath> paths =
                List.of(
                        BytePath.of("homedir/ab"),
                        BytePath.of("homedir/a"),
                        BytePath.of("homedir/ab"));
        for (BytePath path : paths) {
            assertThat(late.keep(path, changed(RUN))).isTrue();
        }

        assertThat(kept(late)).isEqualTo(paths);
    }

    /// A period and what has gone by of the next one.
    @ParameterizedTest
    @CsvSource({
        "0, 0, true", "0, -2419200, true", "0, -2419201, false", "2419199, 0, true",
        "2419199, -2419200, true", "2419199, -2419201, false", "2419200, 0, true",
                "2419200, -1, false"
    })
    void whatIsLateChangesAtTheEndOfAPeriodOnly(long run, long changed, boolean late) {
        assertThat(new LateFiles(run).keep(BytePath.of("homedir/a"), changed(changed)))
                .isEqualTo(late);
    }

    @Test
    void thereIsALimitAndWhatWasKeptStays() throws Exception {
        LateFiles late = new LateFiles(RUN, 2_000);
        int count = 0;
        while (late.keep(BytePath.of("homedir/name-" + (10_000 + count)), changed(RUN))) {
            count++;
        }

        assertThat(count).isBetween(100, 2_000);
        assertThat(kept(late)).hasSize(count);
    }
}
