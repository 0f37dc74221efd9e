package io.omnisql.client.load;

/** A profile cannot be used; the message names the key and what is wrong with it. */
public final class ProfileException extends Exception {
    private static final long serialVersionUID = 1;

    /** What is wrong, and where: a key, or a file. */
    public ProfileException(String where, String problem) {
        super(where + ": " + problem);
    }
}
