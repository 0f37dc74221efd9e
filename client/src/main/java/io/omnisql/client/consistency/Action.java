package io.omnisql.client.consistency;

/** What an operation does; says how its key, input, expected value and output are to be read. */
public enum Action {
    /** Answers the state of a key: a register's value, a list's elements, or all balances; null for an absent key. */
    READ,
    /** Sets the key to the input. */
    WRITE,
    /** Sets the key to the input if it was the expected value; answers true or false. */
    COMPARE_AND_SET,
    /** Moves money; the input is "from to amount". */
    TRANSFER,
    /** Adds the input to the set. */
    ADD,
    /** Answers how often the set holds the input. */
    CONTAINS,
    /** Appends the input to the key's list. */
    APPEND,
    /** A {@link #READ}, linearizable, of one node after all other operations have ended. */
    FINAL_READ
}
