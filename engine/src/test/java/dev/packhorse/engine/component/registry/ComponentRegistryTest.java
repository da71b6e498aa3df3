package dev.packhorse.engine.component.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComponentRegistryTest {
    private static final class Named extends BasicComponent {
        Named(String name, String... after) {
            super(
                    new ComponentName(name),
                    "a module",
                    true,
                    Stream.of(after).map(ComponentName::new).collect(Collectors.toSet()),
                    Set.of());
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink) {
            return PackReport.EMPTY;
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source) {
            return RestoreReport.nothing();
        }
    }

    private static List<String> order(AccountComponent... modules) {
        return ComponentRegistry.of(List.of(modules)).all().stream()
                .map(module -> module.name().value())
                .toList();
    }

    @Test
    void modulesComeAfterThoseTheyNeedAndOtherwiseAsGiven() {
        assertThat(order(new Named("C", "B"), new Named("X"), new Named("B", "A"), new Named("A")))
                .containsExactly("X", "A", "B", "C");
    }

    @Test
    void namesThatNoModuleHasAreIgnored() {
        assertThat(order(new Named("A", "Nobody"))).containsExactly("A");
    }

    @Test
    void modulesThatWaitForEachOtherAreRefused() {
        assertThatThrownBy(() -> order(new Named("A", "B"), new Named("B", "A")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wait for each other");
    }

    @Test
    void twoModulesOfOneNameAreRefused() {
        assertThatThrownBy(() -> order(new Named("A"), new Named("A")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("same name");
    }

    @Test
    void everyModuleComesAfterThoseItNeeds() {
        ComponentRegistry registry =
                ComponentRegistry.standard(
                        new Named("Mysql", "Homedir"), new Named("Postgres", "Homedir"));
        List<ComponentName> before = new ArrayList<>();
        for (AccountComponent module : registry.all()) {
            assertThat(before).containsAll(module.restoreAfter());
            before.add(module.name());
        }
        assertThat(before.getFirst()).isEqualTo(new ComponentName("PreRestoreActions"));
        assertThat(before.getLast()).isEqualTo(new ComponentName("PostRestoreActions"));
        assertThat(registry.find(new ComponentName("Mysql"))).isPresent();
        assertThat(registry.find(new ComponentName("mysql"))).isEmpty();
    }
}
