package io.omnisql.node.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What became of a request's effects: always the truth. */
@Schema(
        enumeration = {"done", "not_done", "unknown"},
        description = "done; not_done: no effect, trying again is safe; unknown: it may have an effect, now or later")
enum Outcome {
    @JsonProperty("done")
    DONE,
    @JsonProperty("not_done")
    NOT_DONE,
    @JsonProperty("unknown")
    UNKNOWN
}
