package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// An archive and the answer it must get.
///
/// @param restricted the answer when nobody vouches for it
/// @param vouched the answer when root vouches for it
record HostileCase(String name, Supplier<byte[]> archive, Answer restricted, Answer vouched) {
    sealed interface Answer {
        /// With this kind, and this within the message.
        record Refused(Kind kind, String text) implements Answer {}

        /// Accepted with one member left out, under a reason that begins so.
        record Skipped(String text) implements Answer {}

        record Accepted() implements Answer {}
    }

    static HostileCase refused(String name, Kind kind, String text, Supplier<byte[]> archive) {
        Answer answer = new Answer.Refused(kind, text);
        return new HostileCase(name, archive, answer, answer);
    }

    /// An archive that is refused for a member that follows the usual ones.
    static HostileCase member(String name, Kind kind, String text, Consumer<TarBuilder> members) {
        return refused(name, kind, text, () -> demo(members));
    }

    static HostileCase skipped(
            String name, boolean alsoRestricted, String text, Consumer<TarBuilder> members) {
        Answer skip = new Answer.Skipped(text);
        Answer refuse = new Answer.Refused(Kind.HOSTILE, text.substring(text.indexOf(": ") + 2));
        return new HostileCase(name, () -> demo(members), alsoRestricted ? skip : refuse, skip);
    }

    static HostileCase accepted(String name, Consumer<TarBuilder> members) {
        return accepted(name, () -> demo(members));
    }

    static HostileCase accepted(String name, Supplier<byte[]> archive) {
        return new HostileCase(name, archive, new Answer.Accepted(), new Answer.Accepted());
    }

    static byte[] demo(Consumer<TarBuilder> members) {
        TarBuilder tar = TarBuilder.demo();
        members.accept(tar);
        return TarBuilder.gzip(tar.end());
    }

    @Override
    public String toString() {
        return name;
    }
}
