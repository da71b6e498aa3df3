package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.schedule.SchedulePreview;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The days to come: what runs, and what would exist.
final class SchedulePreviewFunctions {
    private static final int MOST_DAYS = 800;

    /// Keeps an answer to a few seconds.
    private static final long MOST_STEPS = 200_000;

    private final JobQueue queue;
    private final Catalog catalog;
    private final RetentionDesk desk;

    SchedulePreviewFunctions(JobQueue queue, Catalog catalog, RetentionDesk desk) {
        this.queue = queue;
        this.catalog = catalog;
        this.desk = desk;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_schedule_preview",
                                Permission.ROOT,
                                "Plays the coming days through: what runs, and what would exist if every run succeeded",
                                optional(
                                                "days",
                                                ParameterSpec.Type.INTEGER,
                                                "How many days, the first is today")
                                        .withRange(1, MOST_DAYS)
                                        .withDefault("30"),
                                optional(
                                        "user",
                                        ParameterSpec.Type.ACCOUNT,
                                        "Only this account; then its restore points are listed")),
                        this::preview));
    }

    private Answer preview(Caller caller, Arguments arguments) throws WhmException {
        int days = Math.toIntExact(arguments.number("days"));
        Optional<AccountName> user = arguments.find("user").map(AccountName::new);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("days");
        for (SchedulePreview.Day day : play(user, days)) {
            write(list.addObject(), day, user.isPresent());
        }
        return Answer.ok(data);
    }

    private List<SchedulePreview.Day> play(Optional<AccountName> user, int days)
            throws WhmException {
        try {
            PreviewStocks present = PreviewStocks.read(desk, catalog);
            List<SchedulePreview.Stock> stocks = present.of(user);
            if ((long) stocks.size() * days > MOST_STEPS) {
                throw WhmException.refused(
                        "So many accounts and days take too long: name a “user”, or ask for fewer “days”.");
            }
            return SchedulePreview.of(
                    stocks, desk.schedule().get(), present.newestRuns(), queue.now(), days);
        } catch (IOException e) {
            throw Text.failed("The days to come cannot be told", e);
        }
    }

    private static void write(ObjectNode node, SchedulePreview.Day day, boolean withPoints) {
        node.put("date", day.date().toString());
        if (day.starts().isEmpty()) {
            node.putNull("starts");
        } else {
            node.put("starts", day.starts().getFirst().getEpochSecond());
        }
        ArrayNode runs = node.putArray("runs");
        day.starts().forEach(start -> runs.add(start.getEpochSecond()));
        ArrayNode tiers = node.putArray("tiers");
        day.tiers().stream().map(Tier::word).forEach(tiers::add);
        ObjectNode counts = node.putObject("restore_points");
        day.counts().forEach(counts::put);
        node.put("bytes", day.bytes());
        if (withPoints) {
            ArrayNode points = node.putArray("exist");
            for (RestorePoint point : day.points()) {
                points.addObject()
                        .put("destid", point.destination().value())
                        .put("date", point.slot().toString())
                        .put("tier", point.tier().word());
            }
        }
    }
}
