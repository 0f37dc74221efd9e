/** SQL over HTTP and JSON: checks the role's password, translates requests for the gateway and its results into JSON. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.http;
