package io.omnisql.operator.plan;

/** A voter, as a configuration names it. Who it is, is told by id and incarnation; the address only tells where it is reached. */
public record Member(long memberId, String incarnation, String address, int priority) {
    /** Ordinal of the pod at the member's address, POD-N.SERVICE…; -1 for an address that is none of a pod's. */
    public int ordinal() {
        int end = address.indexOf('.');
        String pod = end < 0 ? address : address.substring(0, end);
        String ordinal = pod.substring(pod.lastIndexOf('-') + 1);
        return ordinal.matches("[0-9]{1,4}") ? Integer.parseInt(ordinal) : -1;
    }
}
