package io.omnisql.node.sql;

/** What PostgreSQL's lexical rules make of a piece of a statement. Comments and white space are no tokens. */
public enum TokenKind {
    /** A key word or an unquoted name. */
    WORD,
    /** A name in double quotes. */
    QUOTED_NAME,
    /** A name as {@code U&"..."}. */
    UNICODE_NAME,
    /** A string in single quotes (also {@code N'...'}), with its continuations on further lines. */
    STRING,
    /** A string as {@code E'...'}. */
    ESCAPE_STRING,
    /** A string as {@code U&'...'}. */
    UNICODE_STRING,
    /** A string between dollar tags. */
    DOLLAR_STRING,
    /** {@code B'...'} or {@code X'...'}. */
    BIT_STRING,
    /** A number that is an integer by its writing. */
    INTEGER,
    /** A number with a point or an exponent. */
    DECIMAL,
    /** {@code $1} */
    PARAMETER,
    /** Operator characters, longest match. */
    OPERATOR,
    /** One of {@code , ( ) [ ] . ; :} or two of them that belong together. */
    PUNCTUATION,
    /** A character that begins nothing that PostgreSQL knows. */
    OTHER;

    /** Whether this is a literal in quotes whose text becomes a value of a type that depends on its surroundings. */
    public boolean isString() {
        return this == STRING || this == ESCAPE_STRING || this == UNICODE_STRING || this == DOLLAR_STRING;
    }

    /** Whether this names something: a word may still be a key word. */
    public boolean isName() {
        return this == WORD || this == QUOTED_NAME || this == UNICODE_NAME;
    }
}
