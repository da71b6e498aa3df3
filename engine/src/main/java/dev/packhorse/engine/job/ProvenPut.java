package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Headway;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Stores one object and proves it at the place, by reading it back where the place itself proves
/// nothing. What was stored and is not what was sent does not stay: it is removed and sent once
/// more from its first byte. One thread.
///
/// @param companions what tells of the object and is removed with it
record ProvenPut(
        Transport transport,
        ObjectKey key,
        Content content,
        UploadJournal journal,
        List<ObjectKey> companions,
        Cancellation cancellation) {
    private static final int TRIES = 2;

    ProvenPut {
        companions = List.copyOf(companions);
    }

    /// Proves what an earlier try has stored that did not come to the end of the proof. Then
    /// nothing need be sent.
    ///
    /// @return the object; empty if it has to be sent
    /// @throws IOException if it cannot be read back now
    Optional<ObjectInfo> provenBefore() throws IOException {
        if (transport.traits().provesArrival()) {
            return Optional.empty();
        }
        ProofJournal proof = new ProofJournal(journal);
        Optional<ProofJournal.Note> note = proof.noted();
        if (note.isEmpty()) {
            return Optional.empty();
        }
        Optional<ObjectInfo> there =
                transport.stat(key).filter(object -> object.sizeBytes() == content.sizeBytes());
        // Another one may be what this upload is to replace, so it stays until then.
        boolean proven =
                there.isPresent()
                        && readBack()
                                .has(
                                        content.sha256(),
                                        note.get(),
                                        there.get(),
                                        content.localFile(),
                                        noting(proof, there.get()));
        proof.forget();
        return proven ? there : Optional.empty();
    }

    /// Sends and proves.
    ///
    /// @throws TransportException `CORRUPT` if the source is not what was declared, and also if
    ///   what the place stored is not what was sent, twice: then nothing is left there
    /// @throws IOException if it cannot be stored or read back; with a journal the next try goes on
    ObjectInfo run() throws IOException {
        if (transport.traits().provesArrival()) {
            return put(journal);
        }
        for (int tries = 1; ; tries++) {
            ObjectInfo stored = sent();
            if (readBack().has(content.sha256(), noting(new ProofJournal(journal), stored))) {
                journal.clear();
                return stored;
            }
            TransportException failure =
                    new TransportException(
                            Kind.CORRUPT, "put " + key + ": what is stored is not what was sent");
            boolean last = tries == TRIES;
            takeBack(last, failure);
            if (last) {
                throw failure;
            }
        }
    }

    private ObjectInfo sent() throws IOException {
        if (journal.equals(UploadJournal.none())) {
            return put(journal);
        }
        ProofJournal proof = new ProofJournal(journal);
        try {
            ObjectInfo stored = put(proof);
            if (proof.noted().isEmpty()) {
                proof.note(ProofJournal.Note.NOTHING);
            }
            return stored;
        } catch (IOException e) {
            forgetGivenUp(proof, e);
            throw e;
        }
    }

    private ObjectInfo put(UploadJournal with) throws IOException {
        return transport.put(key, content, PutMode.REPLACE, with, cancellation);
    }

    /// A driver also forgets what it gave up, of which nothing is to be proven.
    private static void forgetGivenUp(ProofJournal proof, IOException failure) {
        try {
            if (proof.noted().isPresent()) {
                proof.forget();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private ReadBack readBack() {
        return new ReadBack(transport, key, content.sizeBytes(), cancellation);
    }

    private ReadBack.Progress noting(ProofJournal proof, ObjectInfo stored) {
        return (bytes, digest) -> {
            proof.note(ProofJournal.Note.of(bytes, digest, stored.modified()));
            Headway.proven(content, bytes);
        };
    }

    private void takeBack(boolean withCompanions, TransportException failure) {
        remove(key, failure);
        if (withCompanions) {
            companions.forEach(companion -> remove(companion, failure));
        }
        try {
            journal.clear();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void remove(ObjectKey object, TransportException failure) {
        try {
            transport.delete(object);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
