package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleChoiceTest {
    private static final List<AccountComponent> ALL =
            ComponentRegistry.standard(new PostgresComponent(), new MysqlComponent()).all();
    private static final List<RestorePart> DATABASE =
            List.of(RestorePart.parse("database:alice_shop"));

    private static List<String> names(ModuleChoice choice) {
        return choice.modules().stream().map(module -> module.name().value()).toList();
    }

    @Test
    void aSingleDatabaseIsOfEitherServer() {
        ModuleChoice choice = ModuleChoice.ofParts(ALL, DATABASE, false);

        assertThat(names(choice)).containsExactlyInAnyOrder("Mysql", "Postgres");
        assertThat(choice.leftOut()).isEmpty();
        assertThat(choice.whole()).isFalse();
    }

    @Test
    void whatIsNotForArchivesOfStrangersIsNoPartOfThemEither() {
        ModuleChoice choice = ModuleChoice.ofParts(ALL, DATABASE, true);

        assertThat(names(choice)).containsExactly("Mysql");
        assertThat(choice.leftOut())
                .containsExactly("Postgres: not available for an archive that nobody vouches for");
    }

    @Test
    void withoutDatabasesThoseOfNeitherServerAreTouched() {
        RestoreOptions options = ModuleChoice.options(restore(false));

        assertThat(options.wants(MysqlComponent.NAME)).isFalse();
        assertThat(options.wants(PostgresComponent.NAME)).isFalse();
        assertThat(ModuleChoice.options(restore(true)).wants(PostgresComponent.NAME)).isTrue();
    }

    private static RestoreArguments restore(boolean databases) {
        return new RestoreArguments(
                "alice",
                "2026-11-20",
                "local",
                "",
                RestoreArguments.Origin.QUEUE,
                false,
                true,
                databases,
                true,
                List.of(),
                List.of(),
                false,
                false,
                "");
    }
}
