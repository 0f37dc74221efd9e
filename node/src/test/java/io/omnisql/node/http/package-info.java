@org.jspecify.annotations.NullMarked
package io.omnisql.node.http;
