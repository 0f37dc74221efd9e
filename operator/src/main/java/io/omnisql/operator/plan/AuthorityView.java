package io.omnisql.operator.plan;

/**
 * What decisions need of an authority.
 *
 * @param fingerprint tells it from every other one
 */
public record AuthorityView(String fingerprint, Lifetime lifetime) {}
