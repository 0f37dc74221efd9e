/** The resource that users write, and what they read back: {@code OmniSqlCluster}, from which the definition under crds/ is generated. */
@NullMarked
package io.omnisql.operator.api;

import org.jspecify.annotations.NullMarked;
