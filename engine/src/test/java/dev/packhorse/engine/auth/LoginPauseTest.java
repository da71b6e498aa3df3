package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.queue.SettableClock;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How long wrong credentials wait, and whom they make wait.
class LoginPauseTest {
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final SettableClock clock = SettableClock.somewhere();
    private final LoginPause pause = new LoginPause(SHORTEST, clock);

    private Duration failure(String address) {
        return pause.afterFailure(InetAddress.ofLiteral(address));
    }

    @Test
    void thePauseDoublesThreeTimesAndIsForgottenAfterAMinute() {
        for (int factor : new int[] {1, 2, 4, 8, 8}) {
            assertThat(failure("192.0.2.1")).isEqualTo(SHORTEST.multipliedBy(factor));
        }
        assertThat(failure("192.0.2.2")).isEqualTo(SHORTEST);
        clock.advance(Duration.ofSeconds(59));
        assertThat(failure("192.0.2.2")).isEqualTo(SHORTEST.multipliedBy(2));
        clock.advance(Duration.ofSeconds(60));
        assertThat(failure("192.0.2.2")).isEqualTo(SHORTEST);
    }

    @Test
    void anIpv6NetworkIsOneAddress() {
        assertThat(failure("2001:db8:0:1::1")).isEqualTo(SHORTEST);
        assertThat(failure("2001:db8:0:1:ffff::2")).isEqualTo(SHORTEST.multipliedBy(2));
        assertThat(failure("2001:db8:0:2::1")).isEqualTo(SHORTEST);
    }

    /// The eldest is forgotten, so that strangers cannot fill the memory.
    @Test
    void tenThousandAddressesAreRemembered() {
        failure("192.0.2.1");
        for (int i = 0; i < 10_000; i++) {
            failure("10.0." + i / 256 + "." + i % 256);
        }
        assertThat(failure("192.0.2.1")).isEqualTo(SHORTEST);
        assertThat(failure("10.0.39.15")).isEqualTo(SHORTEST.multipliedBy(2));
    }

    @Test
    void aPrefixThatIsTooLongOrNegativeIsRefused() {
        InetAddress address = InetAddress.ofLiteral("192.0.2.1");
        assertThatThrownBy(() -> new AddressRange(address, -1)).hasMessageContaining("0 to 32");
        assertThatThrownBy(() -> new AddressRange(address, 33)).hasMessageContaining("0 to 32");
        assertThat(new AddressRange(address, 32)).hasToString("192.0.2.1");
        assertThat(new AddressRange(address, 24)).hasToString("192.0.2.1/24");
    }
}
