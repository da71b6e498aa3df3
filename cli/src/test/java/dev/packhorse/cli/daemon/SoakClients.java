package dev.packhorse.cli.daemon;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Clients that ask a daemon for all sorts of things until they are stopped: functions that read,
/// some that change, calls that are refused, pages, events that are listened to for a moment. Each
/// must get an answer.
final class SoakClients implements AutoCloseable {
    private static final long BETWEEN_CALLS = 15_000_000L;
    private static final List<String> READING =
            List.of(
                    "version",
                    "applist",
                    "listaccts",
                    "packhorse_status",
                    "packhorse_job_list",
                    "packhorse_pin_list",
                    "packhorse_drill_list",
                    "packhorse_plan_list",
                    "packhorse_prune_plan",
                    "packhorse_verify_plan",
                    "packhorse_safety_copy_list",
                    "packhorse_schedule_preview",
                    "backup_config_get",
                    "backup_date_list",
                    "backup_destination_list",
                    "backup_get_transport_status",
                    "backup_list_transported",
                    "backup_set_list",
                    "get_users_with_backup_metadata",
                    "list_cparchive_files",
                    "restore_queue_state",
                    "restore_queue_list_completed",
                    "api_token_list",
                    "getdiskusage");
    private static final List<String> PAGES = List.of("/metrics", "/openapi.json", "/health");

    private final DaemonUnderTest daemon;
    private final List<String> accounts;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong answers;
    private volatile boolean wanted = true;

    private SoakClients(DaemonUnderTest daemon, List<String> accounts, AtomicLong answers) {
        this.daemon = daemon;
        this.accounts = accounts;
        this.answers = answers;
    }

    /// @param answers counts them
    static SoakClients start(
            DaemonUnderTest daemon, List<String> accounts, int count, long seed, AtomicLong answers)
            throws ClientException {
        SoakClients clients = new SoakClients(daemon, accounts, answers);
        for (int i = 0; i < count; i++) {
            Random chance = new Random(seed + i);
            DaemonClient client = new DaemonClient(daemon.state(), _ -> {});
            clients.threads.add(Thread.ofPlatform().start(() -> clients.ask(client, chance)));
        }
        return clients;
    }

    private void ask(DaemonClient client, Random chance) {
        try (client;
                HttpClient http = HttpClient.newHttpClient()) {
            while (wanted) {
                askOnce(client, http, chance);
                answers.incrementAndGet();
                LockSupport.parkNanos(BETWEEN_CALLS);
            }
        } catch (ClientException | IOException e) {
            failures.add(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void askOnce(DaemonClient client, HttpClient http, Random chance)
            throws ClientException, IOException, InterruptedException {
        String account = accounts.get(chance.nextInt(accounts.size()));
        switch (chance.nextInt(20)) {
            case 0 -> page(http, PAGES.get(chance.nextInt(PAGES.size())));
            case 1 -> listen(http);
            case 2 -> token(client, "soak-" + chance.nextInt(1_000_000));
            case 3 -> call(client, "packhorse_no_such_function", new Parameters());
            case 4 -> call(client, "accountsummary", new Parameters().add("user", "nobodyhere"));
            case 5, 6 ->
                    call(
                            client,
                            "packhorse_restore_point_list",
                            new Parameters().add("user", account));
            case 7 -> call(client, "accountsummary", new Parameters().add("user", account));
            default -> call(client, READING.get(chance.nextInt(READING.size())), new Parameters());
        }
    }

    /// A refusal is an answer, too.
    private static void call(DaemonClient client, String function, Parameters parameters)
            throws ClientException {
        client.envelope(function, parameters);
    }

    private static void token(DaemonClient client, String name) throws ClientException {
        call(client, "api_token_create", new Parameters().add("token_name", name));
        call(client, "api_token_revoke", new Parameters().add("token_name", name));
    }

    private void page(HttpClient http, String path)
            throws ClientException, IOException, InterruptedException {
        http.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    /// Goes away without a word.
    private void listen(HttpClient http) throws ClientException, IOException, InterruptedException {
        try (InputStream events =
                http.send(request("/events"), HttpResponse.BodyHandlers.ofInputStream()).body()) {
            events.read();
        }
    }

    private HttpRequest request(String path) throws ClientException {
        return HttpRequest.newBuilder(URI.create(daemon.state().address() + path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "whm root:" + daemon.state().rootToken())
                .build();
    }

    /// Ends them.
    ///
    /// @throws AssertionError if one of them got no answer
    @Override
    public void close() {
        wanted = false;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a client got no answer", failures.peek());
        }
    }
}
