package dev.packhorse.engine.provision;

/// A record by which other servers judge mail of a domain.
public enum MailRecord {
    /// The key with which mail is signed, which is made for it.
    DKIM,
    /// From where mail may come.
    SPF,
    /// What becomes of mail that fails; the record only asks for nothing.
    DMARC
}
