/** What a statement is and whether every replica will do the same with it. Pure: text and catalog facts in, values out. */
@org.jspecify.annotations.NullMarked
package io.omnisql.node.sql;
