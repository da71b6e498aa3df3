package dev.packhorse.transport.spi;

import java.util.OptionalLong;

/// Facts of an opened destination, so that callers need not try and fail.
///
/// @param readsRanges whether a part of an object can be read without reading what lies before it
/// @param createsExclusively whether of several puts of one key under [PutMode#CREATE] at the same
///   time exactly one succeeds; without it the key is only looked up before the object is published
/// @param copiesRanges whether it makes use of [Content#alike()]
/// @param provesArrival whether a put that returns was proven by digests that the place itself made
///   of what it received, so that reading the object back would show nothing new
/// @param takesStreams whether it stores objects while they are made ([Transport#putStreamed])
/// @param resumption what an upload with a journal need not send again after it was cut short
/// @param maxObjectBytes the largest object, empty where no limit is known
/// @param maxStreamBytes the longest stream that is taken for sure where that is less than the
///   largest object; empty where streams have no end of their own
/// @param maxConnections how many calls may run at the same time
public record TransportTraits(
        boolean readsRanges,
        boolean createsExclusively,
        boolean copiesRanges,
        boolean provesArrival,
        boolean takesStreams,
        Resumption resumption,
        OptionalLong maxObjectBytes,
        OptionalLong maxStreamBytes,
        int maxConnections) {
    public TransportTraits {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections must be positive");
        }
    }

    /// The facts of a place whose streams have no end of their own.
    public TransportTraits(
            boolean readsRanges,
            boolean createsExclusively,
            boolean copiesRanges,
            boolean provesArrival,
            boolean takesStreams,
            Resumption resumption,
            OptionalLong maxObjectBytes,
            int maxConnections) {
        this(
                readsRanges,
                createsExclusively,
                copiesRanges,
                provesArrival,
                takesStreams,
                resumption,
                maxObjectBytes,
                OptionalLong.empty(),
                maxConnections);
    }

    /// The facts of a place that copies nothing, proves nothing by itself and must know the size of
    /// an object beforehand.
    public TransportTraits(
            boolean readsRanges,
            boolean createsExclusively,
            Resumption resumption,
            OptionalLong maxObjectBytes,
            int maxConnections) {
        this(
                readsRanges,
                createsExclusively,
                false,
                false,
                false,
                resumption,
                maxObjectBytes,
                maxConnections);
    }

    /// The same place, which takes streams.
    public TransportTraits takingStreams() {
        return new TransportTraits(
                readsRanges,
                createsExclusively,
                copiesRanges,
                provesArrival,
                true,
                resumption,
                maxObjectBytes,
                maxStreamBytes,
                maxConnections);
    }

    /// The same place, which does not read parts of objects.
    public TransportTraits withoutRanges() {
        return new TransportTraits(
                false,
                createsExclusively,
                copiesRanges,
                provesArrival,
                takesStreams,
                resumption,
                maxObjectBytes,
                maxStreamBytes,
                maxConnections);
    }

    /// The same place, which takes no longer streams.
    public TransportTraits streamingAtMost(long bytes) {
        return new TransportTraits(
                readsRanges,
                createsExclusively,
                copiesRanges,
                provesArrival,
                takesStreams,
                resumption,
                maxObjectBytes,
                OptionalLong.of(bytes),
                maxConnections);
    }
}
