/** The Kubernetes objects of a cluster, one class each: stated from values, never fetched, sent or built up step by step. */
@NullMarked
package io.omnisql.operator.dependent;

import org.jspecify.annotations.NullMarked;
