package dev.packhorse.engine.http;

import dev.packhorse.transport.spi.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/// The cookie of a session.
///
/// Source: whmapi1-protocol 2.4.
final class SessionCookie {
    private static final String NAME = "whostmgrsession";

    /// A browser may send those of older logins along.
    private static final int MOST_TRIED = 5;

    private SessionCookie() {}

    /// The values that a request has.
    static List<Secret> values(Request request) {
        List<Secret> values = new ArrayList<>();
        for (HttpCookie cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(NAME) && values.size() < MOST_TRIED) {
                values.add(new Secret(decoded(cookie.getValue())));
            }
        }
        return values;
    }

    static void set(Request request, Response response, Secret value) {
        String text = URLEncoder.encode(value.reveal(), StandardCharsets.UTF_8);
        add(request, response, NAME + "=" + text + "; HttpOnly; path=/");
    }

    static void clear(Request request, Response response) {
        add(request, response, NAME + "=; HttpOnly; path=/; Max-Age=0");
    }

    private static void add(Request request, Response response, String cookie) {
        // On a port without TLS a cookie marked so would never come back.
        String secure = request.isSecure() ? "; secure" : "";
        response.getHeaders().add(HttpHeader.SET_COOKIE, cookie + secure);
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return value;
        }
    }
}
