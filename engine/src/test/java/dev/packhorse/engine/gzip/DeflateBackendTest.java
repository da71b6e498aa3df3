package dev.packhorse.engine.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeflateBackendTest {
    @Test
    void eachLibraryIsNamedWhetherItIsThereOrNot() {
        assertThat(DeflateBackend.libraries())
                .contains(
                        DeflateBackend.LIBDEFLATE.isAvailable()
                                ? "libdeflate found"
                                : "libdeflate missing (package libdeflate0)")
                .contains(
                        DeflateBackend.ISAL.isAvailable()
                                ? "ISA-L found"
                                : "ISA-L missing (package libisal2)");
    }
}
