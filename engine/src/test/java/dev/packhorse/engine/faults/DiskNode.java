package dev.packhorse.engine.faults;

/// What a name of a [Disk] stands for.
sealed interface DiskNode permits DiskFile, DiskFolder {}
