package dev.packhorse.engine.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class H2CatalogTest extends CatalogContract {
    @TempDir static Path folder;
    private static Store store;

    @BeforeAll
    static void open() throws StoreException {
        store = TestStore.h2(folder);
    }

    @AfterAll
    static void close() throws StoreException {
        store.close();
    }

    @Override
    Store store() {
        return store;
    }
}
