package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.ReadAnswer;
import io.omnisql.node.gateway.ReadGrant;
import io.omnisql.node.gateway.ReadRequest;
import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.gateway.WriteCommand;
import io.omnisql.node.gateway.WriteOutcome;
import java.util.concurrent.CompletionStage;

/** What a client's session asks of the cluster: the gateway, as this room sees it. */
public interface ClusterStatements {
    /** Brings statements through the log as one atomic entry. */
    CompletionStage<WriteOutcome> write(WriteCommand command);

    /** Waits until a read may be answered, and says where. */
    CompletionStage<ReadGrant> awaitRead(ReadRequest request);

    /** Executes reads at the leader and brings the results here. */
    CompletionStage<ReadAnswer> readAtLeader(Reading reading, ReadRequest request);

    /** The node's gateway. */
    static ClusterStatements of(Gateway gateway) {
        return new ClusterStatements() {
            @Override
            public CompletionStage<WriteOutcome> write(WriteCommand command) {
                return gateway.write(command);
            }

            @Override
            public CompletionStage<ReadGrant> awaitRead(ReadRequest request) {
                return gateway.awaitRead(request);
            }

            @Override
            public CompletionStage<ReadAnswer> readAtLeader(Reading reading, ReadRequest request) {
                return gateway.readAtLeader(reading, request);
            }
        };
    }
}
