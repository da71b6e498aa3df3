package dev.packhorse.engine.host;

import java.io.IOException;

/// Sees the changes that [HostFiles] makes, one after the other. One thread.
public interface HostWatch {
    /// Sees nothing.
    HostWatch NONE =
            new HostWatch() {
                @Override
                public void before(String path) {}

                @Override
                public void after(String path) {}
            };

    /// A file, link or folder is about to be made, replaced or removed.
    ///
    /// @param path absolute, as the host knows it
    /// @throws IOException to keep it from happening
    void before(String path) throws IOException;

    /// It has happened.
    void after(String path) throws IOException;
}
