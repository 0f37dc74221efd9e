package io.omnisql.operator.reconcile;

import io.omnisql.operator.dependent.Blueprint.ReleaseImages;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings of the operator itself. */
@ConfigMapping(prefix = "omnisql.operator")
public interface OperatorConfig {
    /** Images of the release that the operator belongs to. */
    Images images();

    /** Whether only one of several operators works at a time. */
    @WithDefault("true")
    boolean leaderElection();

    /** Images. */
    interface Images {
        /** The node's. */
        @WithDefault("omnisql/node:dev")
        String node();

        /** PostgreSQL's beside it. */
        @WithDefault("omnisql/postgres:dev")
        String postgres();
    }

    /** The images as objects are stated from them. */
    default ReleaseImages releaseImages() {
        return new ReleaseImages(images().node(), images().postgres());
    }
}
