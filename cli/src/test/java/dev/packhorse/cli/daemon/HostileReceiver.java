package dev.packhorse.cli.daemon;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that lets nobody in and says back all that it was told, for whoever writes the words of
/// servers down. Beside it a mail server without encryption that asks for a login.
final class HostileReceiver implements AutoCloseable {
    private final HttpServer web;
    private final ServerSocket mail;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> mailLines = new CopyOnWriteArrayList<>();

    private HostileReceiver(HttpServer web, ServerSocket mail) {
        this.web = web;
        this.mail = mail;
    }

    static HostileReceiver start() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        HttpServer web = HttpServer.create(new InetSocketAddress(here, 0), 0);
        HostileReceiver receiver = new HostileReceiver(web, new ServerSocket(0, 5, here));
        web.setExecutor(task -> Thread.ofPlatform().daemon().start(task));
        web.createContext("/", receiver::refuse);
        web.start();
        Thread.ofPlatform().daemon().start(receiver::takeCalls);
        return receiver;
    }

    int webPort() {
        return web.getAddress().getPort();
    }

    int mailPort() {
        return mail.getLocalPort();
    }

    /// The paths that were asked for.
    List<String> requests() {
        return requests;
    }

    /// What clients said to the mail server.
    List<String> mailLines() {
        return mailLines;
    }

    private void refuse(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestURI().toString());
        StringBuilder told = new StringBuilder(exchange.getRequestURI() + " ");
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        told.append(name).append(": ").append(values).append(' '));
        byte[] body = exchange.getRequestBody().readAllBytes();
        told.append(new String(body, StandardCharsets.UTF_8).replaceAll("[\"\\\\\\s]+", " "));
        String words = told.toString().replace("\"", "'").replace("<", "(");
        byte[] answer =
                "{\"status\":401,\"code\":\"bad_auth_token\",\"error\":\"invalid_client\",\"error_description\":\"%s\",\"message\":\"%s\"}"
                        .formatted(words, words)
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(401, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private void takeCalls() {
        while (!mail.isClosed()) {
            try (Socket caller = mail.accept()) {
                talk(caller);
            } catch (IOException _) {
                // a caller that hangs up makes room for the next; a closed socket ends the loop
            }
        }
    }

    private void talk(Socket caller) throws IOException {
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
        say(caller, "220 here ESMTP");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            mailLines.add(line);
            say(
                    caller,
                    switch (line.split("[ :]", 2)[0]) {
                        case "EHLO" -> "250-here\r\n250 AUTH PLAIN LOGIN";
                        case "QUIT" -> "221 bye";
                        default -> "530 log in first; you said " + line;
                    });
        }
    }

    private static void say(Socket caller, String line) throws IOException {
        caller.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        caller.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        web.stop(0);
        mail.close();
    }
}
