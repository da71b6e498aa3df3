package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.ClientException.Kind;
import dev.packhorse.cli.client.DaemonLink;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.client.StateFolder;
import dev.packhorse.cli.json.Json;
import dev.packhorse.cli.json.JsonReader;
import dev.packhorse.cli.json.JsonText;
import dev.packhorse.cli.render.WhmXml;
import dev.packhorse.cli.render.WhmYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The look-alike of cPanel's `whmapi1`: `whmapi1 [options] FUNCTION [key=value ...]`, options on
/// either side of the function. Parses its few words itself, since its start-up time is what
/// scripts wait for. Source: `whmapi1-protocol` section 7.
public final class Whmapi1 {
    private static final String USAGE =
            """
            Usage: whmapi1 [options] FUNCTION [key=value ...]
            Calls a WHM API 1 function of the running Packhorse daemon.

              -o, --output=yaml|json|jsonpretty|xml   form of the answer (default: yaml)
              --user=root                             whose call it is: root's alone
              --input=json                            read the arguments as one JSON object from standard input
              --state=DIR                             the daemon's state folder (default: $PACKHORSE_STATE)
              --help                                  this text

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
        try (DaemonLink link = new DaemonLink(state)) {
            Json.Members answer =
                    link.ask(arguments.function(), parameters, DaemonLink.ANSWER, Whmapi1::answer);
            out.print(render(answer, arguments.output()));
        }
        return ExitCode.DONE;
    }

    private static Json.Members answer(InputStream body) throws IOException, ClientException {
        try {
            if (JsonReader.read(body.readAllBytes()) instanceof Json.Members members) {
                return members;
            }
        } catch (IllegalArgumentException e) {
            throw notJson(e);
        }
        throw notJson(null);
    }

    private static ClientException notJson(@Nullable IllegalArgumentException cause) {
        return new ClientException(Kind.UNREACHABLE, "the daemon's answer is not JSON", cause);
    }

    private void addJson(Parameters parameters) throws IOException {
        Json given;
        try {
            given = JsonReader.read(in.readAllBytes());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("standard input is not JSON: " + e.getMessage(), e);
        }
        if (!(given instanceof Json.Members(Map<String, Json> members))) {
            throw new IllegalArgumentException("standard input must hold one JSON object");
        }
        members.forEach((name, value) -> addMember(parameters, name, value));
    }

    private static void addMember(Parameters parameters, String name, Json value) {
        switch (value) {
            case Json.Items(List<Json> items) ->
                    items.forEach(item -> parameters.add(name, scalar(name, item)));
            default -> parameters.add(name, scalar(name, value));
        }
    }

    private static String scalar(String name, Json value) {
        return switch (value) {
            case Json.Text(String text) -> text;
            case Json.Literal literal -> literal.isNull() ? "" : literal.word();
            case Json.Items _, Json.Members _ ->
                    throw new IllegalArgumentException(
                            "argument " + name + " must be a value or a list of values");
        };
    }

    private static String render(Json.Members envelope, Optional<String> output) {
        return switch (output.orElse("yaml")) {
            case "json" -> JsonText.compact(envelope) + "\n";
            case "jsonpretty" -> JsonText.pretty(envelope) + "\n";
            case "xml" -> WhmXml.document(envelope);
            default -> WhmYaml.document(envelope);
        };
    }
}
