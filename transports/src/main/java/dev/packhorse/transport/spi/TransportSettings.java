package dev.packhorse.transport.spi;

import dev.packhorse.transport.spi.TransportException.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an administrator configured for one destination, as text under the names of the parameters
/// of `backup_destination_add`; a driver reads its own record of settings out of it. An empty value
/// counts as absent.
///
/// @param values what may be shown
/// @param secrets what may not
/// @param timeout how long one step of the protocol may take
/// @param work for what passes through this server
public record TransportSettings(
        SortedMap<String, String> values,
        SortedMap<String, Secret> secrets,
        Duration timeout,
        WorkPlace work) {
    public TransportSettings {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
    }

    /// Works in the folder for temporary files.
    public TransportSettings(
            SortedMap<String, String> values, SortedMap<String, Secret> secrets, Duration timeout) {
        this(values, secrets, timeout, WorkPlace.temporary());
    }

    /// A value, empty if there is none.
    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /// A value that must be there.
    ///
    /// @throws TransportException `REFUSED` if it is not
    public String text(String name) throws TransportException {
        return find(name).orElseThrow(() -> missing(name));
    }

    /// A secret, empty if there is none.
    public Optional<Secret> findSecret(String name) {
        return Optional.ofNullable(secrets.get(name)).filter(secret -> !secret.isEmpty());
    }

    /// A secret that must be there.
    ///
    /// @throws TransportException `REFUSED` if it is not
    public Secret secret(String name) throws TransportException {
        return findSecret(name).orElseThrow(() -> missing(name));
    }

    /// A whole number within bounds.
    ///
    /// @throws TransportException `REFUSED` if it is no number or out of bounds
    public int number(String name, int least, int most, int otherwise) throws TransportException {
        Optional<String> text = find(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (text.get().matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw refused(name + " must be a number from " + least + " to " + most);
    }

    /// A switch.
    ///
    /// @throws TransportException `REFUSED` if it is neither on nor off
    public boolean flag(String name, boolean otherwise) throws TransportException {
        return switch (find(name).orElse(otherwise ? "1" : "0").toLowerCase(Locale.ROOT)) {
            case "1", "yes", "on", "true" -> true;
            case "0", "no", "off", "false" -> false;
            default -> throw refused(name + " must be 1 or 0");
        };
    }

    /// The folder below which all objects lie, without a slash at its end: as configured under
    /// `name`, empty for the place where a login lands.
    ///
    /// @throws TransportException `REFUSED` if a component is `.` or `..` or holds a control
    ///   character
    public String folder(String name) throws TransportException {
        String folder = find(name).orElse("");
        for (String component : folder.split("/", -1)) {
            if (component.equals(".")
                    || component.equals("..")
                    || component.chars().anyMatch(Character::isISOControl)) {
                throw refused(name + " must not hold “.”, “..” or control characters");
            }
        }
        String single = folder.replaceAll("/{2,}", "/");
        return single.length() > 1 && single.endsWith("/")
                ? single.substring(0, single.length() - 1)
                : single;
    }

    private static TransportException missing(String name) {
        return refused(name + " is missing");
    }

    private static TransportException refused(String what) {
        return new TransportException(Kind.REFUSED, "open destination: " + what);
    }
}
