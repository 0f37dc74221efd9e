package io.omnisql.node.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Judges the functions that a statement calls, down through the functions that they call. */
final class FunctionLint {
    /** What a call does besides giving a value. */
    enum Effect {
        /** The same value for the same arguments within one command. */
        NONE,
        /** Draws the next number of a sequence. */
        SEQUENCE,
        /** Draws a random value, or changes something: the order of calls matters. */
        CHANCE;

        Effect and(Effect other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    private final CatalogFacts catalog;
    private final Findings findings;
    private final SortedMap<Integer, Effect> known = new TreeMap<>();
    private final List<Integer> entered = new ArrayList<>();
    private final SortedSet<Integer> usedTypes = new TreeSet<>();

    FunctionLint(CatalogFacts catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
    }

    /** The effect of calling the function; what speaks against it goes to the findings. */
    Effect effect(int oid) {
        FunctionFact fact = catalog.function(oid);
        if (fact == null) {
            findings.refuse("a function is not in the catalog", "Try again.");
            return Effect.NONE;
        }
        if (fact.isOmnisql()) {
            return omnisql(fact);
        }
        return fact.isBuiltin() ? builtin(fact) : written(fact);
    }

    /** Whether the type's checks are still to be judged; they may use the type themselves. */
    boolean isFirstUse(int type) {
        return usedTypes.add(type);
    }

    private Effect omnisql(FunctionFact fact) {
        findings.needsInputs();
        return DeterministicFunctions.isChance(fact.name()) ? Effect.CHANCE : Effect.NONE;
    }

    private Effect builtin(FunctionFact fact) {
        switch (fact.name()) {
            case "nextval", "setval" -> {
                return Effect.SEQUENCE;
            }
            case "pg_notify", "suppress_redundant_updates_trigger" -> {
                return Effect.CHANCE;
            }
            default -> {
                // Judged below.
            }
        }
        boolean isSafe = (fact.volatility() == 'i' && !DeterministicFunctions.mayHashObjectIds(fact.name()))
                || fact.kind() == 'a'
                || fact.kind() == 'w'
                || (fact.volatility() == 's'
                        && (DeterministicFunctions.isStableOnAllNodes(fact.name()) || isDateComparison(fact.name())));
        if (!isSafe) {
            findings.refuse(
                    fact.signature() + " may give another value on each node", "Let the client compute the value.");
        }
        return Effect.NONE;
    }

    private static boolean isDateComparison(String name) {
        return name.matches("(date|timestamp|timestamptz)_(eq|ne|lt|le|gt|ge|cmp)_(date|timestamp|timestamptz)");
    }

    /** A function that somebody wrote: its body tells, not what it claims to be. */
    private Effect written(FunctionFact fact) {
        Effect found = known.get(fact.oid());
        if (found != null) {
            return found;
        }
        if (entered.contains(fact.oid())) {
            // Who calls itself does no more by that; of two that call each other neither is known yet.
            return entered.getLast() == fact.oid() ? Effect.NONE : Effect.CHANCE;
        }
        entered.add(fact.oid());
        Effect effect = entered(fact);
        entered.removeLast();
        known.put(fact.oid(), effect);
        return effect;
    }

    private Effect entered(FunctionFact fact) {
        if (fact.kind() == 'a' || fact.kind() == 'w') {
            fact.parts().stream().filter(part -> part != 0).forEach(this::effect);
            return Effect.NONE;
        }
        boolean isCode = fact.language().equals("sql") || fact.language().equals("plpgsql");
        if (!isCode) {
            return compiled(fact);
        }
        if (fact.oid() > 0 && fact.oid() < 16384) {
            findings.refuse(
                    fact.schema() + "." + fact.signature() + " reads what differs between nodes", "Leave it out.");
            return Effect.NONE;
        }
        return fact.sqlBody().isEmpty() ? text(fact) : sqlBody(fact);
    }

    private Effect compiled(FunctionFact fact) {
        if (!fact.isOfExtension() || fact.volatility() != 'i') {
            findings.refuse(
                    fact.signature() + " is code that is not looked into and not declared IMMUTABLE",
                    "Let the client compute the value.");
        }
        return Effect.NONE;
    }

    private Effect sqlBody(FunctionFact fact) {
        List<QueryNode> queries = QueryNode.topLevel(NodeTreeParser.parse(fact.sqlBody()));
        Effect effect = Effect.NONE;
        for (QueryNode query : queries) {
            effect = effect.and(new QueryLint(catalog, findings, this).lintTop(query));
            effect = query.isModifying() ? Effect.CHANCE : effect;
        }
        if (fact.volatility() == 'v' && readsTables(fact, new TreeSet<>())) {
            // It sees what the statement that calls it has changed so far.
            effect = Effect.CHANCE;
        }
        boolean givesFirstRow = !fact.returnsSet() && !queries.isEmpty();
        if (givesFirstRow && !RowOrder.isTotal(queries.getLast(), catalog)) {
            findings.refuse(
                    fact.signature() + " gives the first row of a query whose rows have no certain order",
                    "Select by a unique key, or add ORDER BY over one.");
        }
        return effect;
    }

    /** Whether the function's body reads a table, or one that it calls does. Bodies in text that do have an effect anyway. */
    private boolean readsTables(FunctionFact fact, SortedSet<Integer> seen) {
        if (fact.sqlBody().isEmpty() || !seen.add(fact.oid())) {
            return false;
        }
        OidCollector body = new OidCollector();
        body.collect(NodeTreeParser.parse(fact.sqlBody()));
        return !body.relations.isEmpty()
                || body.functions.stream()
                        .map(catalog::function)
                        .anyMatch(called -> called != null && readsTables(called, seen));
    }

    private Effect text(FunctionFact fact) {
        Tokens body = Scanner.scan(fact.source());
        BodyLint.Finding finding = BodyLint.check(body, fact);
        if (finding.reason() != null) {
            findings.refuse("function " + fact.signature() + ": " + finding.reason(), finding.hint());
            return Effect.CHANCE;
        }
        if (finding.needsInputs()) {
            findings.needsInputs();
        }
        if (finding.touchesTables()) {
            tables(body);
        }
        Effect effect = finding.touchesTables() ? Effect.CHANCE : Effect.NONE;
        SortedSet<String> drawing = new TreeSet<>();
        for (String name : BodyCalls.names(body)) {
            Effect called = byName(name);
            if (called != Effect.NONE) {
                drawing.add(name);
            }
            effect = effect.and(called);
        }
        if (BodyLint.drawsByRow(body, fact, drawing)) {
            findings.refuse(
                    "function " + fact.signature() + " draws or changes something row by row, in no certain order",
                    "Put the value into a variable first, or do it in the statement itself.");
        }
        return effect.and(unnamed(body)).and(finding.drawsChance() ? Effect.CHANCE : Effect.NONE);
    }

    /** What a body calls without a parenthesis behind a name: operators, casts, checks of domains, functions written like columns. */
    private Effect unnamed(Tokens body) {
        Effect effect = Effect.NONE;
        for (String name : BodyCalls.attributes(body)) {
            for (FunctionFact candidate : catalog.functionsByName.getOrDefault(name, List.of())) {
                effect = candidate.isBuiltin() ? effect : effect.and(effect(candidate.oid()));
            }
        }
        for (String operator : BodyCalls.operators(body)) {
            for (int function : catalog.operators.getOrDefault(operator, List.of())) {
                effect = effect.and(effect(function));
            }
        }
        for (int cast : catalog.casts) {
            effect = effect.and(effect(cast));
        }
        ExpressionLint expressions = new ExpressionLint(new QueryLint(catalog, findings, this), null);
        catalog.domainChecks.forEach(check -> expressions.pure(check, "a domain's check"));
        return effect;
    }

    private void tables(Tokens body) {
        boolean changes = body.find(0, "insert") >= 0 || body.find(0, "update") >= 0 || body.find(0, "delete") >= 0;
        QueryLint lint = new QueryLint(catalog, findings, this);
        for (String name : BodyCalls.allNames(body)) {
            for (int oid : catalog.relationsByName.getOrDefault(name, List.of())) {
                lint.lintNamed(oid, changes);
            }
        }
        for (int i = 0; i < body.size(); i++) {
            boolean changesRows =
                    (body.is(i - 1, "update") && !body.is(i - 2, "for")) || body.are(i - 2, "delete", "from");
            if (changesRows) {
                int only = body.is(i, "only") ? i + 1 : i;
                String name = body.name(body.isSymbol(only + 1, ".") ? only + 2 : only);
                catalog.relationsByName
                        .getOrDefault(name == null ? "" : name, List.of())
                        .forEach(lint::lintChangeOfRows);
            }
        }
    }

    /** Which of several functions of a name is meant is not told by the text: all of them must do. */
    private Effect byName(String name) {
        List<FunctionFact> candidates = catalog.functionsByName.getOrDefault(name, new ArrayList<>());
        if (candidates.isEmpty()) {
            findings.refuse("a function's body calls " + name + "(), which is not known", "Name the function plainly.");
        }
        Effect effect = Effect.NONE;
        for (FunctionFact candidate : candidates) {
            if (candidate.kind() == 'a' && !DeterministicFunctions.isOrderFree(candidate.signature())) {
                findings.refuse(
                        "a function's body calls " + candidate.signature() + ", which may depend on the order of rows",
                        "Move the aggregate into the statement, where it is analysed.");
            }
            effect = effect.and(effect(candidate.oid()));
        }
        return effect;
    }
}
