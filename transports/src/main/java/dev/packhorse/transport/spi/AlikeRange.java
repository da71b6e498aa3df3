package dev.packhorse.transport.spi;

/// A hint: this range of a content most likely has the bytes of a range of an object at the same
/// place. A driver whose place can copy ranges asks it to, and proves the result by the place's own
/// digest; all others take no notice. A wrong hint costs time and nothing else.
///
/// @param offset where it begins in the content
/// @param sizeBytes how long it is
/// @param object that has the same bytes
/// @param objectOffset where they begin in the object
public record AlikeRange(long offset, long sizeBytes, ObjectKey object, long objectOffset) {
    public AlikeRange {
        if (offset < 0 || sizeBytes < 1 || objectOffset < 0) {
            throw new IllegalArgumentException("no range: " + offset + "+" + sizeBytes);
        }
    }

    /// The first byte of the content after it.
    public long end() {
        return offset + sizeBytes;
    }
}
