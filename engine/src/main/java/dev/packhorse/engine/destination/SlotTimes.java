package dev.packhorse.engine.destination;

import java.time.Duration;

/// How long things take around upload slots.
///
/// @param renewEvery how often whoever has a slot shows that it lives
/// @param giveUp a slot that could not be renewed for so long is lost to who has it
/// @param holdsFor a slot whose renewal nobody saw for so long is free; longer than `giveUp`
/// @param waitsFor a place in the line that was not renewed for so long is empty
/// @param lookEvery how soon a server that waits looks again
/// @param othersAfter how soon its other uploads ask, without a look of their own until then
/// @param settle how long to wait, a few times, for those that withdraw
record SlotTimes(
        Duration renewEvery,
        Duration giveUp,
        Duration holdsFor,
        Duration waitsFor,
        Duration lookEvery,
        Duration othersAfter,
        Duration settle) {
    static final SlotTimes USUAL =
            new SlotTimes(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(4),
                    Duration.ofMinutes(6),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1));
}
