package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObjectRoomTest {
    /// A dump tells it with the words of the load that would refuse it.
    @Test
    void whatALoadCannotKeepIsRefused() {
        ObjectRoom room = new ObjectRoom();
        assertThat(room.take(64 << 20)).isTrue();
        assertThat(room.refusal("shop")).isEmpty();

        assertThat(room.take(1)).isFalse();
        assertThat(room.refusal("shop"))
                .hasValueSatisfying(why -> assertThat(why).contains("shop are larger than 64 MiB"));
    }
}
