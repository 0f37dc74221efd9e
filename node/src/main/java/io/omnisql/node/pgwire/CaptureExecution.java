package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.gateway.WriteOutcome;
import io.omnisql.node.pgwire.ClientSettings.InvalidSetting;
import io.vertx.core.Future;
import java.util.List;

/** Brings what a unit captured through the log, once, and tells the client what came of it. */
final class CaptureExecution {
    private final PgSession session;
    private final Capture capture;

    CaptureExecution(PgSession session, Capture capture) {
        this.session = session;
        this.capture = capture;
    }

    /** Whether all of it succeeded; if not, the client was told the error. */
    Future<Boolean> run() {
        byte[] error = capture.error();
        if (error != null) {
            session.tell(error);
            return Future.succeededFuture(false);
        }
        SqlError obstacle = capture.obstacle();
        if (obstacle != null && !session.parts().settings().isReader()) {
            return refused(obstacle);
        }
        try {
            SessionState state = session.state();
            ClientSettings settings = state.settings().withAll(capture.hints(), state.defaults());
            return write(settings);
        } catch (InvalidSetting invalid) {
            return refused(invalid.error());
        }
    }

    private Future<Boolean> write(ClientSettings settings) {
        return SimpleQueries.write(session, settings, capture.statements()).compose(outcome -> switch (outcome) {
            case WriteOutcome.Applied applied -> told(applied.result().results());
            case WriteOutcome.NotDone(SqlError error) -> refused(error);
            case WriteOutcome.Unknown(SqlError error) -> refused(error);
        });
    }

    private Future<Boolean> told(List<StatementResult> results) {
        return Future.succeededFuture(capture.tell(results, session::tell));
    }

    private Future<Boolean> refused(SqlError error) {
        session.tell(Answers.error(error));
        return Future.succeededFuture(false);
    }
}
