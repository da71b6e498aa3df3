package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.LocalMounts;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.NotMountedException;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.transport.decorator.HeldTransport;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/// Opens destinations with the drivers of this distribution. A folder is judged anew each time it
/// is opened: who may change it can have changed since it was configured; its disk is mounted for
/// as long as it is open, where that is asked for. A Google Drive without a token of its own is
/// opened with what the consent for its client gave. Folders of this machine have no limits of
/// speed.
///
/// @param work for what passes through this server
record DestinationOpener(
        LocalPathRules paths,
        Drivers drivers,
        GoogleCredentials google,
        Speeds speeds,
        WorkPlace work)
        implements TransportOpener {
    private static final String REFRESH_TOKEN = "refresh_token";

    @Override
    public Transport open(Destination destination) throws TransportException {
        return switch (destination.settings()) {
            case DestinationSettings.Local folder -> opened(folder);
            case DestinationSettings.Remote remote ->
                    speeds.slowed(
                            destination,
                            drivers.remote(
                                    destination.type().word(),
                                    new TransportSettings(
                                            remote.values(),
                                            secrets(destination, remote),
                                            Duration.ofSeconds(destination.timeoutSeconds()),
                                            work)));
        };
    }

    private SortedMap<String, Secret> secrets(
            Destination destination, DestinationSettings.Remote remote) throws TransportException {
        boolean complete =
                destination.type() != DestinationType.GOOGLE_DRIVE
                        || remote.values().containsKey("service_account")
                        || remote.secrets().containsKey(REFRESH_TOKEN);
        if (complete) {
            return remote.secrets();
        }
        SortedMap<String, Secret> secrets = new TreeMap<>(remote.secrets());
        secrets.put(REFRESH_TOKEN, consented(destination.name(), remote));
        return secrets;
    }

    private Secret consented(String name, DestinationSettings.Remote remote)
            throws TransportException {
        String client = remote.values().getOrDefault("client_id", "");
        String failure = "open " + name + ": ";
        try {
            return google.find(client)
                    .orElseThrow(() ->
                            new TransportException(
                                    Kind.REFUSED,
                                    failure
                                            + "nobody has consented at Google for client "
                                            + client
                                            + "; call backup_generate_google_oauth_uri and"
                                            + " open the address that it gives in a browser"));
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new TransportException(Kind.REFUSED, failure + e.getMessage(), e);
        }
    }

    private Transport opened(DestinationSettings.Local folder) throws TransportException {
        try {
            LocalMounts.Use use = paths.use(folder);
            boolean handedOver = false;
            try {
                Transport place = drivers.folder(paths.prepare(folder));
                handedOver = true;
                return new HeldTransport(place, use::close);
            } finally {
                if (!handedOver) {
                    use.close();
                }
            }
        } catch (TransportException e) {
            throw e;
        } catch (NotMountedException e) {
            throw new TransportException(
                    Kind.UNAVAILABLE, "open " + folder.path() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TransportException(
                    Kind.REFUSED, "open " + folder.path() + ": " + e.getMessage(), e);
        }
    }
}
