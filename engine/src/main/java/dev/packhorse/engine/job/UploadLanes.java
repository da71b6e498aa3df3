package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;

/// How many uploads go to one destination at a time, so that one that hangs takes no workers from
/// the others: there are as many workers as there are lanes.
public final class UploadLanes {
    private static final int A_DESTINATION = 2;

    /// More than anybody has destinations for.
    private static final int MOST = 128;

    private UploadLanes() {}

    /// The lane of an account at a destination, in which one upload runs at a time. All of one
    /// account go one after the other.
    static String of(DestinationId destination, AccountName account) {
        return of(destination, account.value());
    }

    /// The lane of system backups at a destination.
    static String ofSystem(DestinationId destination) {
        return of(destination, RunJobs.SYSTEM);
    }

    private static String of(DestinationId destination, String name) {
        int lane = Math.floorMod(name.hashCode(), A_DESTINATION);
        return "upload:" + destination + ":" + lane;
    }

    /// How many workers uploads need, so that each lane has one whatever the others do, and what
    /// looks through a destination has one, too.
    ///
    /// @param least so many in any case
    public static int workers(int least, int destinations) {
        return Math.max(least, Math.min(MOST, destinations * A_DESTINATION + 1));
    }
}
