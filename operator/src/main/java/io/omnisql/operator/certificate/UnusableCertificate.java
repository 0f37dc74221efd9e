package io.omnisql.operator.certificate;

/** What should have been a certificate, a key or an authority is none, or does not fit; the message says which. It never holds a key. */
public final class UnusableCertificate extends Exception {
    private static final long serialVersionUID = 1L;

    /** With that message. */
    public UnusableCertificate(String message) {
        super(message);
    }
}
