/// Runs jobs: workers that claim them, heartbeats that keep their leases, and an ordered stop.
///
/// [WorkerPool] has a bounded number of workers a stage. A [Worker] claims a job, gives it to its
/// handler as an [ActiveRun] and writes down how it ended ([RunReport]). The one [Heartbeat] thread
/// renews all leases with the newest progress, learns there of cancellations and lost leases, and
/// takes back the leases of dead workers. A [WorkSignal] saves the workers from waiting for their
/// next look.
@NullMarked
package dev.packhorse.engine.run;

import org.jspecify.annotations.NullMarked;
