package dev.packhorse.engine.job;

import dev.packhorse.engine.model.Tier;

/// Arguments of a BACKUP job.
///
/// @param account whose archive is made
/// @param tier the calendar the archive belongs to
/// @param date its slot's date, `YYYY-MM-DD`
/// @param run the id of the RUN job it belongs to, empty for a single manual backup
/// @param session the packaging session whose log it writes
public record BackupArguments(String account, Tier tier, String date, String run, String session) {}
