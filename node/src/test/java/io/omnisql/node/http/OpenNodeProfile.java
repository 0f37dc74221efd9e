package io.omnisql.node.http;

/** A process of its own for the tests that open the doors. */
public final class OpenNodeProfile extends ClosedNodeProfile {}
