package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What else runs on this server, and whom it writes to.
final class ServiceFunctions {
    private static final String CONTACT = "CONTACTEMAIL";
    private static final String ADDRESS =
            "[A-Za-z0-9._%+=-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z0-9-]{1,63}";
    private static final List<String> PROGRAM_FOLDERS =
            List.of("/usr/sbin", "/usr/bin", "/usr/libexec/mysqld", "/usr/lib/postgresql");

    /// The services that backups have to do with.
    private static final List<Service> SERVICES =
            List.of(
                    new Service("crond", "Cron Daemon", List.of("crond", "cron")),
                    new Service("exim", "Exim Mail Server", List.of("exim", "exim4")),
                    new Service("ftpd", "FTP Server", List.of("proftpd", "pure-ftpd", "vsftpd")),
                    new Service("httpd", "Web Server", List.of("httpd", "apache2", "nginx")),
                    new Service("imap", "IMAP Server", List.of("dovecot")),
                    new Service("mysql", "Database Server", List.of("mariadbd", "mysqld")),
                    new Service("named", "DNS Server", List.of("named", "pdns_server")),
                    new Service("postgresql", "PostgreSQL Server", List.of("postgres")),
                    new Service("sshd", "SSH Daemon", List.of("sshd")));

    private final HostRoot root;

    ServiceFunctions(HostRoot root) {
        this.root = root;
    }

    /// A service.
    ///
    /// @param programs the names of the programs that are it
    private record Service(String name, String title, List<String> programs) {}

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "servicestatus",
                                Permission.ROOT,
                                "Tells which services are installed and run",
                                optional("service", ParameterSpec.Type.TEXT, "Only this one")),
                        this::status),
                new WhmFunction(
                        FunctionSpec.of(
                                "get_api_calls",
                                Permission.ROOT,
                                "Lists calls of cPanel API 1, which is not spoken here: none",
                                optional("type", ParameterSpec.Type.TEXT, "Which calls")
                                        .oneOf("cpapi1")
                                        .withDefault("cpapi1")),
                        (_, _) -> apiCalls()),
                new WhmFunction(
                        FunctionSpec.of(
                                "update_contact_email",
                                Permission.ROOT,
                                "Writes the server's contact address into its setup file",
                                required(
                                        "contact_email",
                                        ParameterSpec.Type.TEXT,
                                        "The address; several with commas between")),
                        this::contact));
    }

    private Answer status(Caller caller, Arguments arguments) throws WhmException {
        List<Service> wanted =
                SERVICES.stream()
                        .filter(each ->
                                !arguments.has("service")
                                        || each.name().equals(arguments.text("service")))
                        .toList();
        if (wanted.isEmpty()) {
            throw Text.badValue(
                    "service",
                    "the services known here are "
                            + SERVICES.stream()
                                    .map(Service::name)
                                    .collect(Collectors.joining(", ")));
        }
        Set<String> running = running();
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("service");
        for (Service each : wanted) {
            boolean runs = each.programs().stream().anyMatch(running::contains);
            boolean installed = runs || isInstalled(each);
            list.addObject()
                    .put("name", each.name())
                    .put("display_name", each.title())
                    .put("installed", installed ? 1 : 0)
                    .put("enabled", installed ? 1 : 0)
                    // nothing here starts a service again that has ended
                    .put("monitored", 0)
                    .put("running", runs ? 1 : 0);
        }
        return Answer.ok(data);
    }

    private static Set<String> running() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().command().stream())
                .map(command -> String.valueOf(Path.of(command).getFileName()))
                .collect(Collectors.toSet());
    }

    private boolean isInstalled(Service service) throws WhmException {
        HostFiles files = new HostFiles(root);
        try {
            for (String program : service.programs()) {
                for (String folder : PROGRAM_FOLDERS) {
                    if (files.stat(folder + "/" + program).isPresent()) {
                        return true;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            throw Text.failed("The programs of " + service.name() + " cannot be looked for", e);
        }
    }

    private static Answer apiCalls() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putArray("result");
        return Answer.ok(data);
    }

    private Answer contact(Caller caller, Arguments arguments) throws WhmException {
        String addresses = arguments.text("contact_email").strip();
        for (String each : addresses.split(",", -1)) {
            if (!each.strip().matches(ADDRESS)) {
                throw Text.badValue(
                        "contact_email", Text.quoted(each.strip()) + " is no e-mail address");
            }
        }
        HostFiles files = new HostFiles(root);
        try {
            String before = files.readText(ServiceLayout.SETUP).orElse("");
            String after = withContact(before, addresses.replaceAll("\\s*,\\s*", ","));
            if (!after.equals(before)) {
                files.replaceContent(
                        ServiceLayout.SETUP,
                        after.getBytes(StandardCharsets.UTF_8),
                        FileRights.ofRoot(0644));
            }
        } catch (IOException e) {
            throw Text.failed(ServiceLayout.SETUP + " cannot be changed", e);
        }
        return Answer.ok();
    }

    /// Every other line stays as and where it is.
    private static String withContact(String setup, String addresses) {
        List<String> lines = new ArrayList<>();
        boolean written = false;
        for (String line : setup.lines().toList()) {
            if (!line.matches(CONTACT + "(?:\\s.*)?")) {
                lines.add(line);
            } else if (!written) {
                lines.add(CONTACT + " " + addresses);
                written = true;
            }
        }
        if (!written) {
            lines.add(CONTACT + " " + addresses);
        }
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
