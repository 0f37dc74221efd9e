package io.omnisql.client.connection;

/** What a client knows of a request's effect. */
public enum Outcome {
    /** It took effect. */
    OK,
    /** It certainly had no effect and never will. */
    FAILED,
    /** It may have taken effect, may still do so, or never: the answer was lost. */
    UNKNOWN
}
