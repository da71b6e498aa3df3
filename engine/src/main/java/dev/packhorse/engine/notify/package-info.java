/// Who is told of events, how urgently, and how: a notice becomes a job of the queue for each way
/// (mail, Slack, webhook), and the queue delivers it.
@NullMarked
package dev.packhorse.engine.notify;

import org.jspecify.annotations.NullMarked;
