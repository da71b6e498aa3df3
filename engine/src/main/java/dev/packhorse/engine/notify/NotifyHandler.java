package dev.packhorse.engine.notify;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.run.Backoff;
import dev.packhorse.engine.session.RunLogs;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers one notification by one channel. A try that failed is made again by the queue, later
/// and later; when the other side names a time, then at that time. What some receivers have is
/// tried again for the others alone, whom the resume mark names.
public final class NotifyHandler implements JobHandler {
    private static final Logger LOG = LoggerFactory.getLogger(NotifyHandler.class);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final Map<ChannelName, Channel> channels;
    private final RunLogs logs;
    private final String host;
    private final Backoff backoff;

    /// @param host this server's name, for messages
    /// @param backoff how long a failed try waits
    public NotifyHandler(List<Channel> channels, RunLogs logs, String host, Backoff backoff) {
        this.channels =
                channels.stream().collect(Collectors.toMap(Channel::name, Function.identity()));
        this.logs = logs;
        this.host = host;
        this.backoff = backoff;
    }

    @Override
    public JobKind kind() {
        return JobKind.NOTIFY;
    }

    @Override
    public Ended run(JobContext context) throws IOException, LeaseLostException {
        Job job = context.lease().job();
        NotifyArguments arguments = NotifyJson.read(job.request().arguments());
        Channel channel = channels.get(arguments.channel());
        if (channel == null) {
            return Ended.with(
                    new JobOutcome.Failed(
                            "{}", arguments.channel().word() + " is not set up any more"));
        }
        List<String> open = job.resumeMark().map(NotifyJson::open).orElse(List.of());
        try {
            send(channel, open, message(job, arguments), context);
        } catch (CancelledException e) {
            throw e;
        } catch (DeliveryException e) {
            if (!e.open().isEmpty()) {
                context.mark(Optional.of(NotifyJson.write(new NotifyJson.Open(e.open()))));
                noteInLog(arguments);
            }
            boolean somebodyHasIt = !open.isEmpty() || !e.open().isEmpty();
            return e.isLasting()
                    ? failed(e, somebodyHasIt)
                    : again(e, e.retryAfter(), job, somebodyHasIt);
        } catch (IOException e) {
            return again(e, Optional.empty(), job, !open.isEmpty());
        }
        noteInLog(arguments);
        return Ended.with(new JobOutcome.Succeeded("{}"));
    }

    private static void send(
            Channel channel, List<String> open, Message message, JobContext context)
            throws IOException {
        if (open.isEmpty()) {
            channel.send(message, context.cancellation());
        } else {
            channel.sendTo(open, message, context.cancellation());
        }
    }

    private Message message(Job job, NotifyArguments arguments) {
        return new Message(
                job.id().value(),
                host,
                arguments.eventName(),
                arguments.importance(),
                arguments.subject(),
                arguments.title(),
                arguments.text(),
                Instant.ofEpochSecond(arguments.time()));
    }

    /// What somebody has was told: were it called failed, those who have it would be told the same
    /// again before its time.
    private static Ended failed(IOException e, boolean somebodyHasIt) {
        String reason = String.valueOf(e.getMessage());
        return Ended.with(
                somebodyHasIt
                        ? new JobOutcome.Partial("{}", reason)
                        : new JobOutcome.Failed("{}", reason));
    }

    private Ended again(IOException e, Optional<Duration> asked, Job job, boolean somebodyHasIt) {
        if (somebodyHasIt && job.attempts() >= job.request().maxAttempts()) {
            return failed(e, true);
        }
        Duration wait =
                asked.map(each -> each.compareTo(LONGEST_WAIT) < 0 ? each : LONGEST_WAIT)
                        .orElseGet(() -> backoff.after(job.attempts()));
        return Ended.with(new JobOutcome.RetryAfter(wait, String.valueOf(e.getMessage())));
    }

    /// Monitoring scripts look for this line. Source: whmapi1-protocol 12.3.
    private void noteInLog(NotifyArguments arguments) {
        if (arguments.run() == 0) {
            return;
        }
        try {
            logs.addOnce(arguments.run(), "Sent " + arguments.eventName() + " notification.");
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the log of the run cannot be written");
        }
    }
}
