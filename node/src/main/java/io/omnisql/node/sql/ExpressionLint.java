package io.omnisql.node.sql;

import io.omnisql.node.sql.FunctionLint.Effect;
import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges the expressions of one query. */
final class ExpressionLint {
    private static final int SQL_VALUE_TIME_MAX = 8;
    private static final int SUBLINK_EXISTS = 0;
    private static final int SUBLINK_ARRAY = 6;

    private final QueryLint queries;
    private final CatalogFacts catalog;
    private final Findings findings;
    private final @Nullable QueryNode query;

    /** @param query whose expressions these are; null for those of the catalog (defaults, checks) */
    ExpressionLint(QueryLint queries, @Nullable QueryNode query) {
        this.queries = queries;
        this.catalog = queries.catalog();
        this.findings = queries.findings();
        this.query = query;
    }

    /** Expressions that PostgreSQL evaluates as often and in whatever order it likes. */
    void pure(NodeTree tree, String where) {
        if (effect(tree) != Effect.NONE) {
            findings.refuse(
                    where + " draws sequence numbers or random values, in an order that may differ between nodes",
                    "Draw them in the statement's own list of values. Declare STABLE what only reads tables, and write its body as BEGIN ATOMIC.");
        }
    }

    /** What evaluating the tree draws. */
    Effect effect(NodeTree tree) {
        if (!(tree instanceof Node node)) {
            return effectOf(NodeTree.children(tree));
        }
        OidCollector.made(node).forEach(this::checks);
        return switch (node.name()) {
            case "QUERY" -> subquery(node);
            case "FUNCEXPR" -> call(node);
            case "AGGREF" -> aggregate(node);
            case "WINDOWFUNC" -> window(node);
            case "OPEXPR", "DISTINCTEXPR", "NULLIFEXPR", "SCALARARRAYOPEXPR" ->
                queries.functions().effect(node.number("opfuncid")).and(effectOf(node.values()));
            case "NEXTVALUEEXPR" -> Effect.SEQUENCE;
            case "SUBLINK" -> sublink(node);
            case "COERCEVIAIO" -> conversion(node);
            default -> plain(node);
        };
    }

    private Effect effectOf(List<NodeTree> trees) {
        Effect effect = Effect.NONE;
        for (NodeTree tree : trees) {
            effect = effect.and(effect(tree));
        }
        return effect;
    }

    private Effect plain(Node node) {
        switch (node.name()) {
            case "SQLVALUEFUNCTION" -> valueFunction(node);
            case "CURRENTOFEXPR" ->
                findings.refuse("WHERE CURRENT OF names a row of one node's cursor", "Name the row by its key.");
            case "VAR" -> column(node);
            case "CONST" -> constant(node);
            case "PARAM" -> parameter(node);
            case "JSONRETURNING" -> jsonValue(node.number("typid"));
            default -> {
                // Judged by its parts.
            }
        }
        return effectOf(node.values());
    }

    /** What the making of a value runs when its type is a domain or holds one. */
    private void checks(int type) {
        List<NodeTree> checks = catalog.typeChecks.getOrDefault(type, List.of());
        if (!checks.isEmpty() && queries.functions().isFirstUse(type)) {
            checks.forEach(check -> pure(check, "a domain's check"));
        }
    }

    private void valueFunction(Node node) {
        if (node.number("op") <= SQL_VALUE_TIME_MAX) {
            findings.refuse(
                    "the statement reads this node's clock", "Use now() or CURRENT_TIMESTAMP in the statement.");
        }
    }

    private void column(Node column) {
        if (column.number("varattno") < 0) {
            findings.refuse(
                    "system columns like ctid, xmin and tableoid differ between nodes", "Use a key of the table.");
        }
    }

    private void constant(Node constant) {
        if (!constant.isTrue("constisnull")) {
            objectIds(constant.number("consttype"));
        }
    }

    private void objectIds(int type) {
        if (OBJECT_TYPES.contains(" " + type + " ")) {
            findings.refuse("object ids (regclass and its like) differ between nodes", "Store the name as text.");
        }
    }

    /** What JSON_VALUE and its like make of a text within the document: a date may read 'now'. */
    private void jsonValue(int type) {
        objectIds(type);
        if (SpecialDates.mayHold(type) && !catalog.enums.contains(type)) {
            findings.refuse(
                    "a text within JSON that becomes a date may read 'now' or 'today'",
                    "Return text, and use to_date or to_timestamp with a format.");
        }
    }

    private void parameter(Node parameter) {
        objectIds(parameter.number("paramtype"));
        if (parameter.number("paramkind") == 0 && SpecialDates.mayHold(parameter.number("paramtype"))) {
            findings.addDateParameter(parameter.number("paramid"));
        }
    }

    private Effect subquery(Node node) {
        queries.lintSubquery(new QueryNode(node));
        return Effect.NONE;
    }

    /** EXISTS does not care which row it finds. */
    private Effect sublink(Node node) {
        Node inner = node.node("subselect");
        if (node.number("subLinkType") == SUBLINK_EXISTS && inner != null) {
            queries.lintSubquery(new QueryNode(withoutLimit(inner)));
            return Effect.NONE;
        }
        if (node.number("subLinkType") == SUBLINK_ARRAY
                && inner != null
                && !RowOrder.isTotal(new QueryNode(inner), catalog)) {
            findings.refuse(
                    "ARRAY(query) depends on the order of rows", "Add ORDER BY over a unique key to the query.");
        }
        return effectOf(node.values());
    }

    private static Node withoutLimit(Node query) {
        List<NodeTree> values = new ArrayList<>(query.values());
        Node count = query.node("limitCount");
        int at = query.fields().indexOf("limitCount");
        if (at >= 0 && count != null && count.name().equals("CONST")) {
            values.set(at, NodeTree.NULL);
        }
        return new Node(query.name(), query.fields(), values);
    }

    private Effect call(Node node) {
        FunctionFact fact = catalog.function(node.number("funcid"));
        boolean isSequence = fact != null
                && fact.isBuiltin()
                && (fact.name().equals("nextval") || fact.name().equals("setval"));
        Effect own = queries.functions().effect(node.number("funcid"));
        List<NodeTree> args = node.items("args");
        if (fact != null && fact.defaults() != null && args.size() < fact.argumentCount()) {
            own = own.and(effect(fact.defaults()));
        }
        if (fact != null && fact.isBuiltin() && TEXT_SEARCH.contains(fact.name()) && isConfiguration(args.getFirst())) {
            return own.and(effectOf(args.subList(1, args.size()))).and(effectOf(((Node) args.getFirst()).values()));
        }
        if (!isSequence) {
            return own.and(effectOf(args));
        }
        // The sequence itself may be named by a regclass: nothing of it is stored.
        if (!(args.getFirst() instanceof Node first) || !first.is("CONST")) {
            findings.refuse("a sequence whose name is computed is not looked into", "Name the sequence by a literal.");
        }
        return own.and(effectOf(args.subList(1, args.size())));
    }

    /** How words are taken apart may be named by a regconfig: nothing of it is stored. */
    private static boolean isConfiguration(NodeTree arg) {
        return arg instanceof Node node
                && (node.is("CONST") || node.is("PARAM") || node.is("COERCEVIAIO"))
                && TEXT_SEARCH_TYPES.contains(ExpressionType.type(node));
    }

    /** A conversion by way of text: what becomes a date or an object id may mean something else on each node. */
    private Effect conversion(Node node) {
        int type = node.number("resulttype");
        Node arg = node.node("arg");
        objectIds(type);
        if (arg != null && SpecialDates.mayHold(type) && !catalog.enums.contains(type)) {
            if (arg.is("PARAM") && arg.number("paramkind") == 0) {
                findings.addDateParameter(arg.number("paramid"));
            } else if (!arg.is("CONST") || findings.hasSpecialLiteral()) {
                findings.refuse(
                        "a text that becomes a date may read 'now' or 'today'",
                        "Use to_date or to_timestamp with a format, or send the value with its type.");
            }
        }
        return effectOf(node.values());
    }

    private Effect aggregate(Node node) {
        Effect effect = queries.functions().effect(node.number("aggfnoid")).and(effectOf(node.values()));
        new OrderLint(catalog, findings).aggregate(node, query);
        return effect;
    }

    private Effect window(Node node) {
        Effect effect = queries.functions().effect(node.number("winfnoid")).and(effectOf(node.values()));
        new OrderLint(catalog, findings).window(node, query);
        return effect;
    }

    // regproc regprocedure regoper regoperator regclass regtype regnamespace regrole regcollation regconfig
    // regdictionary, their arrays
    private static final String OBJECT_TYPES =
            " 24 2202 2203 2204 2205 2206 4089 4096 4191 3734 3769 1008 2207 2208 2209 2210 2211 4090 4097 4192 3735 3770 ";

    private static final List<Integer> TEXT_SEARCH_TYPES = List.of(3734, 3769);

    /** Functions that take a text search configuration or dictionary first, and give nothing of it away. */
    static final List<String> TEXT_SEARCH = List.of(
            "json_to_tsvector",
            "jsonb_to_tsvector",
            "phraseto_tsquery",
            "plainto_tsquery",
            "to_tsquery",
            "to_tsvector",
            "ts_headline",
            "ts_lexize",
            "websearch_to_tsquery");
}
