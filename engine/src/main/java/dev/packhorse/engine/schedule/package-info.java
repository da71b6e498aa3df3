/// The clock of the scheduled backups, and the only package that knows Quartz.
///
/// Quartz is a bell: each ring calls [SlotWatch], which compares the calendar ([SlotPlanner]) with
/// the time that has passed and puts what is due into the queue. A slot row in the queue's store
/// makes sure that a slot fires once, whoever rings how often.
@NullMarked
package dev.packhorse.engine.schedule;

import org.jspecify.annotations.NullMarked;
