package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.client.StateFolder;
import dev.packhorse.cli.render.WhmYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The look-alike of cPanel's `whmapi1`: `whmapi1 [options] FUNCTION [key=value ...]`, options on
/// either side of the function. Parses its few words itself, since its start-up time is what
/// scripts wait for. Source: `whmapi1-protocol` section 7.
public final class Whmapi1 {
    private static final String USAGE =
            """
            Usage: whmapi1 [options] FUNCTION [key=value ...]
            Calls a WHM API 1 function of the running Packhorse daemon.

              --output=yaml|json|jsonpretty   form of the answer (default: yaml)
              --input=json                    read the arguments as one JSON object from standard input
              --state=DIR                     the daemon's state folder (default: $PACKHORSE_STATE)
              --help                          this text

            Values are percent-decoded; a repeated key makes a list. `whmapi1 applist` lists the functions.
            Exit codes: 0 the call was carried out, whatever its result; 1 it could not be carried out; 2 wrong usage.
            """;

    private final Map<String, String> environment;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    Whmapi1(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /// Entry point of `bin/whmapi1`.
    public static void main(String[] args) {
        PrintStream out =
                new PrintStream(
                        new java.io.FileOutputStream(java.io.FileDescriptor.out),
                        false,
                        StandardCharsets.UTF_8);
        int code = new Whmapi1(System.getenv(), System.in, out, System.err).run(args);
        out.flush();
        System.exit(code);
    }

    int run(String[] args) {
        try {
            WhmapiArguments arguments = WhmapiArguments.parse(args);
            if (arguments.help()) {
                out.print(USAGE);
                return ExitCode.DONE;
            }
            return call(arguments);
        } catch (IllegalArgumentException e) {
            err.println("whmapi1: " + e.getMessage());
            err.println("Try 'whmapi1 --help'.");
            return ExitCode.USAGE;
        } catch (ClientException e) {
            err.println("whmapi1: " + e.getMessage());
            return ExitCode.of(e.kind());
        } catch (IOException e) {
            err.println("whmapi1: cannot read standard input: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int call(WhmapiArguments arguments) throws ClientException, IOException {
        Parameters parameters = new Parameters();
        if (arguments.jsonInput()) {
            addJson(parameters);
        }
        arguments.pairs().forEach(pair -> parameters.add(pair.getKey(), pair.getValue()));
        StateFolder state = StateFolder.of(arguments.state().map(Path::of), environment);
        try (DaemonClient client = new DaemonClient(state)) {
            out.print(
                    render(client.envelope(arguments.function(), parameters), arguments.output()));
        }
        return ExitCode.DONE;
    }

    private void addJson(Parameters parameters) throws IOException {
        JsonNode object;
        try {
            object = JsonMapper.shared().readTree(in);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "standard input is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!object.isObject()) {
            throw new IllegalArgumentException("standard input must hold one JSON object");
        }
        object.properties()
                .forEach(member -> addMember(parameters, member.getKey(), member.getValue()));
    }

    private static void addMember(Parameters parameters, String name, JsonNode value) {
        if (value.isArray()) {
            value.forEach(item -> parameters.add(name, item.asString()));
        } else if (value.isObject()) {
            throw new IllegalArgumentException(
                    "argument " + name + " must be a value or a list of values");
        } else {
            parameters.add(name, value.isNull() ? "" : value.asString());
        }
    }

    private static String render(JsonNode envelope, Optional<String> output) {
        return switch (output.orElse("yaml")) {
            case "json" -> envelope + "\n";
            case "jsonpretty" ->
                    JsonMapper.builder()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .build()
                                    .writeValueAsString(envelope)
                            + "\n";
            default -> WhmYaml.document(envelope);
        };
    }
}
