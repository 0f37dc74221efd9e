package io.omnisql.operator.plan;

/**
 * The StatefulSet that was seen.
 *
 * @param replicas pods that it shall keep
 * @param revision of its newest template
 * @param settled its controller has seen the newest template, so that the revision can be trusted
 * @param claimBytes size of volumes that it makes
 */
public record PodSetView(int replicas, String revision, boolean settled, long claimBytes) {}
