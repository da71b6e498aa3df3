package dev.packhorse.engine.notify;

import java.time.Instant;

/// Arguments of a NOTIFY job.
///
/// @param channel by which way
/// @param app see [Notice]
/// @param importance how urgent it was when it happened
/// @param time when that was, in seconds since 1970
/// @param run the name of the run's log that is told of the delivery, 0 for none
record NotifyArguments(
        ChannelName channel,
        String app,
        String event,
        Importance importance,
        String subject,
        String title,
        String text,
        long time,
        long run) {
    static NotifyArguments of(
            ChannelName channel, Notice notice, Importance importance, Instant now) {
        return new NotifyArguments(
                channel,
                notice.app(),
                notice.event(),
                importance,
                notice.subject(),
                notice.title(),
                notice.text(),
                now.getEpochSecond(),
                notice.run());
    }

    String eventName() {
        return app + "::" + event;
    }
}
