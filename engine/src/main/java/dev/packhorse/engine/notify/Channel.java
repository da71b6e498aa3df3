package dev.packhorse.engine.notify;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.util.List;

/// One way by which people are told. Safe for many threads.
public interface Channel {
    ChannelName name();

    /// Delivers the message, within a minute or so.
    ///
    /// @throws DeliveryException if it was refused; says whether another try may help
    /// @throws IOException if it could not be delivered now; another try may help. No message names
    ///   a secret, an address of a webhook among them.
    void send(Message message, Cancellation cancellation) throws IOException;

    /// Delivers the message to those receivers alone that an earlier delivery left open, see
    /// [DeliveryException#open]; one that is no receiver any more is passed over. Fails as [#send]
    /// does.
    default void sendTo(List<String> open, Message message, Cancellation cancellation)
            throws IOException {
        send(message, cancellation);
    }
}
