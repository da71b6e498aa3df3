package dev.packhorse.engine.whm;

import dev.packhorse.engine.auth.Caller;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `batch`: several calls in one. Each command is `FUNCTION` or `FUNCTION?urlencoded-arguments` and
/// is judged like a call of its own, under the same caller. The commands are read before the first
/// one runs. Once the answers are longer than a whole batch's may be, or those of all batches take
/// more memory than there is for them, no further command runs.
///
/// Source: whmapi1-protocol section 5.
final class BatchFunction {
    static final String NAME = "batch";
    static final int MOST_COMMANDS = 100;

    /// The answers are held until the last one is there, each as a tree that takes several times as
    /// much memory as its text.
    static final int MOST_MIB = 8;

    private static final long MIB = 1024 * 1024;
    private static final String TOO_LONG =
            ": the answers of a batch have at most " + MOST_MIB + " MiB together.";
    private static final String BUSY =
            ": the server is busy, the answers of all its batches take too much memory just now.";

    /// What the batch that runs on this thread may take. A function is told of its caller and its
    /// arguments only, and this is the one that needs more.
    static final ScopedValue<BatchMemory.Share> SHARE = ScopedValue.newInstance();

    private final Call call;

    private BatchFunction(Call call) {
        this.call = call;
    }

    static WhmFunction of(Call call) {
        FunctionSpec spec =
                FunctionSpec.of(
                        NAME,
                        Permission.AUTHENTICATED,
                        "Carries out several functions in one call, in order. Ends after the"
                                + " function with which the answers have more than "
                                + MOST_MIB
                                + " MiB together, or all batches of the server take too much"
                                + " memory, and tells which.",
                        ParameterSpec.required(
                                "command",
                                ParameterSpec.Type.LIST,
                                "A function, with its arguments urlencoded after a “?”; give one"
                                        + " for each function."),
                        ParameterSpec.flag(
                                "abort_on_error",
                                false,
                                "Whether to stop after the first function that fails."));
        BatchFunction batch = new BatchFunction(call);
        return new WhmFunction(spec, batch::run);
    }

    private Answer run(Caller caller, Arguments arguments) throws WhmException {
        List<Command> commands = commands(arguments.list("command"));
        boolean abort = arguments.flag("abort_on_error");
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode results = data.putArray("result");
        long bytes = 0;
        for (Command command : commands) {
            Reply reply = call.call(caller, command.function(), command.parameters());
            results.add(reply.body());
            long length = AnswerSize.of(reply.body());
            bytes += length;
            boolean fits = SHARE.get().add(length);
            String stopped =
                    "Stopped after "
                            + Wording.quoted(command.function())
                            + ", command "
                            + results.size()
                            + " of "
                            + commands.size();
            if (abort && !reply.succeeded()) {
                throw WhmException.refused(stopped + ", failed.", data);
            }
            boolean isLong = bytes > MOST_MIB * MIB;
            if ((isLong || !fits) && results.size() < commands.size()) {
                throw WhmException.refused(
                        stopped
                                + (isLong ? TOO_LONG : BUSY)
                                + " The commands so far were carried out; give the others in"
                                + " another batch.",
                        data);
            }
        }
        return Answer.ok(data);
    }

    private static List<Command> commands(List<String> texts) throws WhmException {
        if (texts.size() > MOST_COMMANDS) {
            throw WhmException.failure(
                    "The “command” argument takes at most "
                            + MOST_COMMANDS
                            + " commands in one batch, not "
                            + texts.size()
                            + ".");
        }
        List<Command> commands = new ArrayList<>();
        for (String text : texts) {
            commands.add(command(text));
        }
        return commands;
    }

    private static Command command(String text) throws WhmException {
        int mark = text.indexOf('?');
        String function = mark < 0 ? text : text.substring(0, mark);
        if (function.equals(NAME)) {
            throw WhmException.failure("The “command” argument must not hold another batch.");
        }
        RawParameters.Builder parameters = new RawParameters.Builder();
        try {
            UrlEncoded.parse(mark < 0 ? "" : text.substring(mark + 1), parameters);
        } catch (MalformedParametersException e) {
            throw WhmException.failure(
                    "The “command” argument for "
                            + Wording.quoted(function)
                            + " cannot be read: "
                            + e.getMessage()
                            + ".");
        }
        return new Command(function, parameters.build());
    }

    /// One call of API 1.
    @FunctionalInterface
    interface Call {
        Reply call(Caller caller, String function, RawParameters parameters);
    }

    private record Command(String function, RawParameters parameters) {}
}
