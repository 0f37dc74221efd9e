package io.omnisql.operator.plan;

import java.util.List;

/** How it stands with the objects for the Prometheus operator. The database does without them, so none of it stops anything. */
public sealed interface Monitoring {
    /** Nobody asked for them. */
    record NotWanted() implements Monitoring {}

    /** They are as the spec wants them. */
    record InPlace() implements Monitoring {}

    /** The API server does not know these kinds. */
    record Unknown(List<String> kinds) implements Monitoring {}

    /** It knows them but did not take the objects. */
    record Refused(String why) implements Monitoring {}
}
