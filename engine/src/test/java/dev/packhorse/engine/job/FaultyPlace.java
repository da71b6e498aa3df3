package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.util.ArrayList;
import java.util.List;

/// A place that works, but for what a test does to it. One thread.
final class FaultyPlace extends PassingPlace {
    final List<String> deleted = new ArrayList<>();
    OnDelete onDelete = key -> true;
    OnList onList = (visitor, place) -> place.list("", visitor, Cancellation.never());

    FaultyPlace(Transport place) {
        super(place);
    }

    /// Called before each deletion.
    @FunctionalInterface
    interface OnDelete {
        /// Decides about one deletion.
        ///
        /// @return whether it is done, or only said to be
        boolean before(ObjectKey key) throws TransportException;
    }

    /// Called for each listing.
    @FunctionalInterface
    interface OnList {
        void list(ObjectVisitor visitor, Transport place)
                throws TransportException, CancelledException;
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor, Cancellation cancellation)
            throws TransportException, CancelledException {
        onList.list(visitor, place());
    }

    @Override
    public void delete(ObjectKey key) throws TransportException {
        if (onDelete.before(key)) {
            super.delete(key);
            deleted.add(key.value());
        }
    }
}
