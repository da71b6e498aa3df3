package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Participation;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.plan.PlanMatch;
import dev.packhorse.engine.retention.CalendarRule;
import dev.packhorse.engine.retention.OwnNumbers;
import dev.packhorse.engine.retention.RetentionRules;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The plans of the configuration, and which account has which.
final class PlanFunctions {
    private final PrunePlanner planner;

    PlanFunctions(PrunePlanner planner) {
        this.planner = planner;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_plan_list",
                                Permission.ROOT,
                                "Lists the plans, and which account has which and why",
                                optional(
                                        "user",
                                        ParameterSpec.Type.ACCOUNT,
                                        "Only this account; then its numbers at each place are listed")),
                        this::list));
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        Optional<AccountName> user = arguments.find("user").map(AccountName::new);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        try {
            Map<DestinationId, String> places = planner.places();
            ArrayNode plans = data.putArray("plans");
            Map<String, Integer> counts = new HashMap<>();
            accounts(data.putArray("accounts"), user, counts);
            for (Plan plan : planner.backups().plans().all()) {
                write(plans.addObject(), plan, counts.getOrDefault(plan.name(), 0), places);
            }
            if (user.isPresent()) {
                rules(data.putArray("places"), user.get(), places);
            }
        } catch (IOException e) {
            throw Text.failed("The plans cannot be told", e);
        }
        return Answer.ok(data);
    }

    private void accounts(ArrayNode list, Optional<AccountName> only, Map<String, Integer> counts)
            throws WhmException, IOException {
        List<AccountName> names = planner.accounts().names();
        if (only.isPresent() && !names.contains(only.get())) {
            throw WhmException.failure(
                    "There is no account %s on this server."
                            .formatted(Text.quoted(only.get().value())));
        }
        for (AccountName name : names) {
            if (only.map(name::equals).orElse(true)) {
                account(list.addObject().put("user", name.value()), name, counts);
            }
        }
    }

    private void account(ObjectNode node, AccountName name, Map<String, Integer> counts) {
        Optional<Account> account;
        try {
            account = planner.accounts().find(name);
        } catch (IOException e) {
            node.put("problem", String.valueOf(e.getMessage()));
            return;
        }
        account.ifPresent(each -> {
            node.put("package", PlanMatch.packageOf(each)).put("owner", each.owner());
            Optional<AccountPlans.Chosen> chosen = planner.backups().plans().choose(each);
            chosen.ifPresent(it -> {
                node.put("plan", it.plan().name()).put("why", it.why());
                counts.merge(it.plan().name(), 1, Integer::sum);
            });
        });
    }

    private static void write(
            ObjectNode node, Plan plan, int accounts, Map<DestinationId, String> places) {
        node.put("name", plan.name()).put("accounts", accounts);
        ObjectNode settings = node.putObject("settings");
        plan.written().forEach(settings::put);
        ArrayNode unknown = node.putArray("unknown_destinations");
        plan.destinations().unknown(places).forEach(unknown::add);
    }

    private void rules(ArrayNode list, AccountName name, Map<DestinationId, String> places)
            throws IOException {
        Optional<Plan> plan = planner.backups().plans().of(name);
        for (Map.Entry<DestinationId, String> place : places.entrySet()) {
            Participation part = Participation.of(plan, place.getKey(), place.getValue());
            RetentionRules rules =
                    planner.rules(place.getKey(), plan.map(Plan::numbers).orElse(OwnNumbers.NONE));
            CalendarRule calendar = rules.calendar();
            list.addObject()
                    .put("destid", place.getKey().value())
                    .put("name", place.getValue())
                    .put("sent", part.sent() ? 1 : 0)
                    .put("daily", rules.of(Tier.DAILY).count())
                    .put("weekly", rules.of(Tier.WEEKLY).count())
                    .put("monthly", rules.of(Tier.MONTHLY).count())
                    .put("calendar_daily", calendar.daily())
                    .put("calendar_weekly", calendar.weekly())
                    .put("calendar_monthly", calendar.monthly())
                    .put("calendar_yearly", calendar.yearly());
        }
    }
}
