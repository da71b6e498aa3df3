package dev.packhorse.engine.jdbc;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresJobQueueTest extends JobQueueContract {
    private static @Nullable Store store;

    @BeforeAll
    static void open() throws StoreException {
        store = TestStore.postgres();
    }

    @AfterAll
    static void close() throws StoreException {
        if (store != null) {
            store.close();
        }
    }

    @Override
    Store store() {
        if (store == null) {
            throw new IllegalStateException("not open");
        }
        return store;
    }
}
