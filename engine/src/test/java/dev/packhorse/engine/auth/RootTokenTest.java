package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootTokenTest {
    @TempDir Path state;
    private TokenStore store = new TokenStore(Path.of("unset"), new SettableClock());

    @BeforeEach
    void open() {
        store = new TokenStore(state.resolve("tokens"), new SettableClock());
    }

    @Test
    void firstStartMakesTokenAndFile() throws IOException {
        assertThat(RootToken.ensure(store, state)).isTrue();
        assertThat(store.find("root", RootToken.readFrom(state))).isPresent();
        Path file = state.resolve("root.token");
        assertThat(Files.readString(file)).matches("[A-Z0-9]{32}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(RootToken.ensure(store, state)).isFalse();
    }

    @Test
    void revokedTokenStaysRevoked() throws IOException {
        RootToken.ensure(store, state);
        Secret value = RootToken.readFrom(state);
        store.revoke("root", "root");
        assertThat(RootToken.ensure(store, state)).isFalse();
        assertThat(store.find("root", value)).isEmpty();
    }

    @Test
    void removedFileStaysRemoved() throws IOException {
        RootToken.ensure(store, state);
        Files.delete(state.resolve("root.token"));
        assertThat(RootToken.ensure(store, state)).isFalse();
        assertThat(state.resolve("root.token")).doesNotExist();
    }

    @Test
    void killBeforeTheTokenStartsAnew() throws IOException {
        Files.writeString(state.resolve("root.token.pending"), "A".repeat(32) + "\n");
        assertThat(RootToken.ensure(store, state)).isTrue();
        assertThat(RootToken.readFrom(state)).isNotEqualTo(new Secret("A".repeat(32)));
        assertThat(store.find("root", RootToken.readFrom(state))).isPresent();
        assertThat(state.resolve("root.token.pending")).doesNotExist();
    }

    @Test
    void killAfterTheTokenFinishesTheFile() throws IOException {
        Secret value = new Secret("B".repeat(32));
        Files.writeString(state.resolve("root.token.pending"), value.reveal() + "\n");
        store.create(TokenRequest.ofRoot("root"), value);
        assertThat(RootToken.ensure(store, state)).isTrue();
        assertThat(RootToken.readFrom(state)).isEqualTo(value);
    }
}
