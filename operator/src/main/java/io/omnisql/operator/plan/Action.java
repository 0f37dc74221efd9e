package io.omnisql.operator.plan;

import java.util.List;

/** The one thing to do next. Each can be repeated: done twice it is done once. */
public sealed interface Action {
    /** Why, in a sentence for people. */
    String why();

    /** Nothing is to be done. */
    record Idle(String why) implements Action {}

    /** Something must happen by itself first. */
    record Await(Subject subject, String why) implements Action {}

    /** What is waited for. */
    enum Subject {
        /** A certificate that nodes can start with. */
        CERTIFICATE,
        /** The nodes to found the cluster. */
        FOUNDING,
        /** Pods to come, go or become ready. */
        PODS,
        /** New members to catch up. */
        CATCHING_UP,
        /** Enough voters to be well. */
        QUORUM
    }

    /** Keep that many pods; makes the StatefulSet if there is none. */
    record KeepPods(int count, String why) implements Action {}

    /** Delete a pod, so that it comes again from the newest template, or on another machine. */
    record DeletePod(PodView pod, boolean byForce, String why) implements Action {}

    /** Delete a claim and its volume. */
    record DeleteClaim(ClaimView claim, String why) implements Action {}

    /** Ask for a larger volume. */
    record GrowClaim(ClaimView claim, long bytes, String why) implements Action {}

    /** Make the StatefulSet anew and leave its pods alone: the size of its volumes cannot be changed otherwise. */
    record RenewPodSet(String why) implements Action {}

    /** Make an empty node follow the cluster without a vote. */
    record Join(PodView pod, String clusterUid, long memberId, List<String> members, String why) implements Action {}

    /** Make a node whose membership is over an empty one. */
    record Retire(PodView pod, String why) implements Action {}

    /** Hand the lead over. */
    record HandOver(PodView via, long memberId, String why) implements Action {}

    /** Remember who shall go on alone, before anything is done: a field of the status. */
    record ChooseSurvivor(PodView pod, String why) implements Action {}

    /** Make the node a cluster of its own, if it is of that cluster. */
    record Recover(PodView pod, String clusterUid, String why) implements Action {}

    /** Change the voters, if the configuration is still the expected one. */
    record Reconfigure(PodView via, long expectedConfigurationId, List<Member> members, String why) implements Action {}
}
