/** Tests against the real API server of Kubernetes, which checks, defaults and stores as in production; nothing runs pods there. */
@NullMarked
package io.omnisql.operator.apiserver;

import org.jspecify.annotations.NullMarked;
