package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Acls;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.CreatedToken;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.Token;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The API tokens of the caller's own user. Nobody makes a token that may do more than the call
/// that makes it, or changes one that does; and nobody at all once what the call came with is gone.
///
/// Source: whmapi1-protocol 2.6, functions.json.
final class TokenFunctions {
    private static final Permission MANAGE = new Permission("manage-api-tokens");

    private final TokenStore tokens;
    private final TokenForm form;
    private final CallerStanding standing;

    TokenFunctions(TokenStore tokens, HostUsers users, InstantSource clock) {
        this.tokens = tokens;
        this.form = new TokenForm(users, clock);
        this.standing = new CallerStanding(tokens, users);
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "api_token_create",
                        "Makes an API token and shows its value this once",
                        this::create,
                        name(),
                        acl(),
                        expiry(),
                        addresses()),
                function("api_token_list", "Lists the user's API tokens", this::list),
                function(
                        "api_token_revoke",
                        "Deletes API tokens",
                        this::revoke,
                        required("token_name", ParameterSpec.Type.LIST, "The tokens' names")),
                function(
                        "api_token_update",
                        "Changes an API token; what is not given stays",
                        this::update,
                        name(),
                        optional("new_name", ParameterSpec.Type.TEXT, "Its new name"),
                        acl(),
                        expiry(),
                        addresses()),
                function(
                        "api_token_get_details",
                        "Describes the API token of a value",
                        this::details,
                        required("token", ParameterSpec.Type.SECRET, "The value")));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(FunctionSpec.of(name, MANAGE, help, parameters), body);
    }

    private static ParameterSpec name() {
        return required(
                "token_name",
                ParameterSpec.Type.TEXT,
                "Its name: 1 to 50 letters, digits, “-” and “_”");
    }

    private static ParameterSpec acl() {
        return optional(
                "acl",
                ParameterSpec.Type.LIST,
                "The rights it carries, or all; else those of the caller");
    }

    private static ParameterSpec expiry() {
        return optional(
                        "expires_at",
                        ParameterSpec.Type.INTEGER,
                        "When it stops working, in seconds since 1970; 0 is never")
                .withRange(0, 253_402_300_799L);
    }

    private static ParameterSpec addresses() {
        return optional(
                "whitelist_ip",
                ParameterSpec.Type.LIST,
                "Addresses and blocks that calls may come from, or any");
    }

    private Answer create(Caller caller, Arguments arguments) throws WhmException {
        TokenRequest request = form.newToken(caller, arguments);
        Optional<CreatedToken> created;
        try {
            created = tokens.create(request, () -> standing.check(caller));
        } catch (IOException e) {
            throw Text.failed("The API token cannot be made", e);
        }
        ObjectNode data = show(created.orElseThrow(() -> taken(request.name())).token());
        data.put("token", created.get().value().reveal());
        return Answer.ok(data);
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode list = data.putObject("tokens");
        for (Token token : ofCaller(caller)) {
            ObjectNode entry = show(token);
            ObjectNode rights = entry.putObject("acls");
            boolean every = token.request().acls().isEmpty();
            for (String acl : Acls.NAMES) {
                boolean has =
                        every
                                || token.request().acls().contains(acl)
                                || token.request().acls().contains(Caller.ALL);
                rights.put(acl, has ? 1 : 0);
            }
            list.set(token.name(), entry);
        }
        return Answer.ok(data);
    }

    /// All names are looked for before the first token goes.
    private Answer revoke(Caller caller, Arguments arguments) throws WhmException {
        List<String> names = arguments.list("token_name").stream().distinct().toList();
        for (String name : names) {
            require(caller, name);
        }
        List<String> gone = new ArrayList<>();
        try {
            for (String name : names) {
                if (!tokens.revoke(caller.user(), name)) {
                    gone.add(name);
                }
            }
        } catch (IOException e) {
            throw Text.failed("The API token cannot be revoked", e);
        }
        if (!gone.isEmpty()) {
            // One that was given another name meanwhile still works.
            throw WhmException.refused(
                    "There is no API token "
                            + gone.stream().map(Text::quoted).collect(Collectors.joining(", "))
                            + " any more: somebody has revoked it or given it another name.");
        }
        return Answer.ok();
    }

    private Answer update(Caller caller, Arguments arguments) throws WhmException {
        Token token = require(caller, arguments.text("token_name"));
        TokenRequest wanted = form.changed(caller, token.request(), arguments);
        Optional<Token> changed;
        try {
            changed = tokens.replace(token, wanted, () -> standing.check(caller));
        } catch (IOException e) {
            throw Text.failed("The API token cannot be changed", e);
        }
        if (changed.isEmpty()) {
            throw ofCaller(caller).contains(token)
                    ? taken(wanted.name())
                    : changedMeanwhile(token.name());
        }
        return Answer.ok(show(changed.get()));
    }

    private Answer details(Caller caller, Arguments arguments) throws WhmException {
        try {
            return Answer.ok(
                    show(
                            tokens.find(caller.user(), new Secret(arguments.text("token")))
                                    .orElseThrow(() ->
                                            WhmException.failure(
                                                    "You do not have an API token with this"
                                                            + " value."))));
        } catch (IOException e) {
            throw Text.failed("The API tokens cannot be read", e);
        }
    }

    private Token require(Caller caller, String name) throws WhmException {
        return ofCaller(caller).stream()
                .filter(token -> token.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        WhmException.failure(
                                "You do not have an API token named " + Text.quoted(name) + "."));
    }

    private List<Token> ofCaller(Caller caller) throws WhmException {
        try {
            return tokens.list().stream()
                    .filter(token -> token.user().equals(caller.user()))
                    .toList();
        } catch (IOException e) {
            throw Text.failed("The API tokens cannot be read", e);
        }
    }

    private static WhmException changedMeanwhile(String name) {
        return WhmException.refused(
                "The API token "
                        + Text.quoted(name)
                        + " was changed or revoked meanwhile; it is left as it is now. Look at it"
                        + " again.");
    }

    private static WhmException taken(String name) {
        return WhmException.failure(
                "You have an API token named " + Text.quoted(name) + " already.");
    }

    private static ObjectNode show(Token token) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        var acls = node.putArray("acls");
        if (token.request().acls().isEmpty()) {
            acls.add(Caller.ALL);
        }
        token.request().acls().stream().sorted().forEach(acls::add);
        node.put("create_time", token.createdAt().getEpochSecond());
        token.request()
                .expiresAt()
                .ifPresentOrElse(
                        end -> node.put("expires_at", end.getEpochSecond()),
                        () -> node.putNull("expires_at"));
        node.put("name", token.name());
        if (token.request().addresses().isEmpty()) {
            node.putNull("whitelist_ips");
        } else {
            var list = node.putArray("whitelist_ips");
            token.request().addresses().forEach(range -> list.add(range.toString()));
        }
        return node;
    }
}
