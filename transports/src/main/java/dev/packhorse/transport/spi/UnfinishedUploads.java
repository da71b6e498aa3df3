package dev.packhorse.transport.spi;

/// A [Transport] where an upload that is never finished stays, invisible, and costs its owner until
/// it is taken back.
public interface UnfinishedUploads {
    /// Takes back what an upload left at the place. For journals whose put will not be tried again;
    /// only uploads that a journal recorded can be, since nothing at the place tells ours from
    /// another program's. An upload that is gone or was finished is success, and a finished object
    /// stays; the state of another driver is none of ours and changes nothing.
    ///
    /// @param state what [UploadJournal#recorded] gave
    /// @throws TransportException `REFUSED` if the upload lies outside this destination's folder
    void abandon(UploadState state) throws TransportException;
}
