package io.omnisql.node.sql;

import io.omnisql.node.sql.CatalogSession.CatalogError;
import io.omnisql.node.sql.NodeTree.Node;
import io.omnisql.node.sql.RelationFact.Column;
import io.omnisql.node.sql.RelationFact.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Asks the catalog for all that some trees touch, and for what that touches in turn. */
final class CatalogLoader {
    private static final int ROUNDS_MAX = 50;
    private static final int FACTS_MAX = 5_000;

    private final CatalogSession session;
    private final CatalogFacts facts = new CatalogFacts();
    private OidCollector wanted = new OidCollector();
    private boolean readsBodies;
    private boolean knowsUnnamedCode;
    private final SortedSet<String> wantedNames = new TreeSet<>();
    private final SortedSet<String> wantedRelations = new TreeSet<>();
    private final SortedSet<Integer> askedFunctions = new TreeSet<>();
    private final SortedSet<Integer> askedRelations = new TreeSet<>();

    private CatalogLoader(CatalogSession session) {
        this.session = session;
    }

    static CatalogFacts load(CatalogSession session, List<NodeTree> trees) throws IOException, CatalogError {
        CatalogLoader loader = new CatalogLoader(session);
        for (@Nullable
        String[] row : session.rows("SELECT oid FROM pg_catalog.pg_type WHERE typtype = 'e' LIMIT 5000")) {
            loader.facts.enums.add(oid(row[0]));
        }
        trees.forEach(loader.wanted::collect);
        loader.loadAll();
        return loader.facts;
    }

    private void loadAll() throws IOException, CatalogError {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            nameRelations();
            if (readsBodies && !knowsUnnamedCode) {
                loadUnnamedCode();
            }
            OidCollector batch = wanted;
            wanted = new OidCollector();
            batch.functions.removeAll(askedFunctions);
            batch.relations.removeAll(askedRelations);
            List<String> names = wantedNames.stream()
                    .filter(name -> !facts.functionsByName.containsKey(name))
                    .toList();
            wantedNames.clear();
            batch.types.removeAll(facts.typeChecks.keySet());
            if (batch.functions.isEmpty() && batch.relations.isEmpty() && batch.types.isEmpty() && names.isEmpty()) {
                return;
            }
            loadTypes(batch.types);
            askedFunctions.addAll(batch.functions);
            askedRelations.addAll(batch.relations);
            if (askedFunctions.size() + askedRelations.size() > FACTS_MAX) {
                break;
            }
            loadFunctions(batch.functions, names);
            loadRelations(batch.relations);
        }
        throw new NodeTreeParser.UnreadableTree("the statement reaches too much of the catalog");
    }

    private void loadTypes(SortedSet<Integer> oids) throws IOException, CatalogError {
        if (oids.isEmpty()) {
            return;
        }
        oids.forEach(oid -> facts.typeChecks.put(oid, new ArrayList<>()));
        for (@Nullable String[] row : session.rows(AnalysisQueries.TYPE_CHECKS, array(oids))) {
            list(facts.typeChecks, row[0]).add(tree(text(row[1])));
        }
    }

    private void loadUnnamedCode() throws IOException, CatalogError {
        knowsUnnamedCode = true;
        List<@Nullable String[]> rows = session.rows(AnalysisQueries.UNNAMED_CODE);
        if (rows.size() > FACTS_MAX) {
            throw new NodeTreeParser.UnreadableTree("there are too many operators, casts and domains");
        }
        for (@Nullable String[] row : rows) {
            switch (text(row[0])) {
                case "operator" -> list(facts.operators, text(row[1])).add(oid(row[2]));
                case "cast" -> facts.casts.add(oid(row[2]));
                default -> facts.domainChecks.add(tree(text(row[2])));
            }
        }
        wanted.functions.addAll(facts.casts);
        facts.operators.values().forEach(functions -> wanted.functions.addAll(functions));
    }

    private void nameRelations() throws IOException, CatalogError {
        wantedRelations.removeAll(facts.relationsByName.keySet());
        if (wantedRelations.isEmpty()) {
            return;
        }
        wantedRelations.forEach(name -> facts.relationsByName.put(name, new ArrayList<>()));
        for (@Nullable
        String[] row : session.rows(AnalysisQueries.RELATIONS_BY_NAME, nameArray(List.copyOf(wantedRelations)))) {
            list(facts.relationsByName, text(row[0])).add(oid(row[1]));
            wanted.relations.add(oid(row[1]));
        }
        wantedRelations.clear();
    }

    private void loadFunctions(SortedSet<Integer> oids, List<String> names) throws IOException, CatalogError {
        if (!oids.isEmpty()) {
            for (@Nullable String[] row : session.rows(AnalysisQueries.FUNCTIONS, array(oids))) {
                take(function(row));
            }
        }
        if (!names.isEmpty()) {
            names.forEach(name -> facts.functionsByName.put(name, new ArrayList<>()));
            for (@Nullable String[] row : session.rows(AnalysisQueries.FUNCTIONS_BY_NAME, nameArray(names))) {
                FunctionFact fact = function(row);
                take(fact);
                Objects.requireNonNull(facts.functionsByName.get(fact.name())).add(fact);
            }
        }
    }

    private void take(FunctionFact fact) {
        askedFunctions.add(fact.oid());
        facts.functions.put(fact.oid(), fact);
        wanted.functions.addAll(fact.parts());
        if (fact.isBuiltin() || fact.isOmnisql()) {
            return;
        }
        if (!fact.sqlBody().isEmpty()) {
            wanted.collect(NodeTreeParser.parse(fact.sqlBody()));
        } else if (fact.language().equals("sql") || fact.language().equals("plpgsql")) {
            Tokens body = Scanner.scan(fact.source());
            wantedNames.addAll(BodyCalls.names(body));
            wantedNames.addAll(BodyCalls.attributes(body));
            readsBodies = true;
            wantedRelations.addAll(BodyCalls.allNames(body));
        }
    }

    private FunctionFact function(@Nullable String[] row) {
        return new FunctionFact(
                oid(row[0]),
                text(row[1]),
                text(row[2]),
                text(row[3]),
                text(row[4]).charAt(0),
                text(row[5]).charAt(0),
                text(row[6]),
                text(row[7]),
                text(row[8]),
                isTrue(row[9]),
                isTrue(row[10]),
                oids(text(row[11])),
                oid(row[12]),
                row[13] == null ? null : tree(text(row[13])));
    }

    private void loadRelations(SortedSet<Integer> oids) throws IOException, CatalogError {
        if (oids.isEmpty()) {
            return;
        }
        String array = array(oids);
        SortedMap<Integer, SortedMap<Integer, Column>> columns = columns(array);
        SortedMap<Integer, List<List<Integer>>> keys = new TreeMap<>();
        for (@Nullable String[] row : session.rows(AnalysisQueries.KEYS, array)) {
            list(keys, row[0]).add(oids(text(row[1])));
        }
        SortedMap<Integer, List<List<SortedSet<Integer>>>> uniques = new TreeMap<>();
        for (@Nullable String[] row : session.rows(AnalysisQueries.UNIQUES, array)) {
            list(uniques, row[0]).add(parts(row));
        }
        SortedMap<Integer, List<NodeTree>> checks = new TreeMap<>();
        for (@Nullable String[] row : session.rows(AnalysisQueries.CHECKS, array)) {
            list(checks, row[0]).add(tree(text(row[1])));
        }
        SortedMap<Integer, List<Reference>> references = references(array);
        SortedMap<Integer, List<Integer>> triggers = new TreeMap<>();
        for (@Nullable String[] row : session.rows(AnalysisQueries.TRIGGERS, array)) {
            list(triggers, row[0]).add(oid(row[1]));
        }
        for (@Nullable String[] row : session.rows(AnalysisQueries.RELATIONS, array)) {
            int oid = oid(row[0]);
            RelationFact fact = new RelationFact(
                    oid,
                    text(row[1]),
                    text(row[2]),
                    text(row[3]).charAt(0),
                    isTrue(row[4]),
                    isTrue(row[5]),
                    columns.getOrDefault(oid, new TreeMap<>()),
                    keys.getOrDefault(oid, List.of()),
                    uniques.getOrDefault(oid, List.of()),
                    checks.getOrDefault(oid, List.of()),
                    triggers.getOrDefault(oid, List.of()),
                    row[6] == null ? null : tree(text(row[6])),
                    oids(text(row[7])),
                    references.getOrDefault(oid, List.of()),
                    oids(text(row[8])),
                    isTrue(row[9]));
            facts.relations.put(oid, fact);
            wanted.functions.addAll(fact.triggers());
            wanted.relations.addAll(fact.affected());
        }
    }

    /** The foreign keys that refer to these relations. */
    private SortedMap<Integer, List<Reference>> references(String array) throws IOException, CatalogError {
        SortedMap<Integer, List<Reference>> references = new TreeMap<>();
        for (@Nullable String[] row : session.rows(AnalysisQueries.REFERENCES, array)) {
            list(references, row[0])
                    .add(new Reference(oid(row[1]), isTrue(row[2]), isTrue(row[3]), oids(text(row[4]))));
        }
        return references;
    }

    /** What a unique index or an exclusion constraint is made of. */
    private static List<SortedSet<Integer>> parts(@Nullable String[] row) {
        List<SortedSet<Integer>> parts = new ArrayList<>();
        for (int column : oids(text(row[1]))) {
            parts.add(new TreeSet<>(List.of(column)));
        }
        if (row[2] != null) {
            NodeTree.children(NodeTreeParser.parse(text(row[2])))
                    .forEach(expression -> parts.add(OidCollector.columns(expression)));
        }
        if (isTrue(row[4])) {
            parts.forEach(part -> part.add(0));
        }
        if (row[3] != null) {
            NodeTree condition = NodeTreeParser.parse(text(row[3]));
            boolean isAnd = condition instanceof Node node
                    && node.is("BOOLEXPR")
                    && node.text("boolop").equals("and");
            List<NodeTree> conditions = isAnd ? ((Node) condition).items("args") : List.of(condition);
            conditions.forEach(one -> parts.add(OidCollector.columns(one)));
        }
        return parts;
    }

    private SortedMap<Integer, SortedMap<Integer, Column>> columns(String array) throws IOException, CatalogError {
        SortedMap<Integer, SortedMap<Integer, Column>> columns = new TreeMap<>();
        for (@Nullable String[] row : session.rows(AnalysisQueries.COLUMNS, array)) {
            Column column = new Column(
                    isTrue(row[2]), isTrue(row[3]), isTrue(row[4]), row[5] == null ? null : tree(text(row[5])));
            columns.computeIfAbsent(oid(row[0]), key -> new TreeMap<>()).put(oid(row[1]), column);
        }
        return columns;
    }

    private NodeTree tree(String text) {
        NodeTree tree = NodeTreeParser.parse(text);
        wanted.collect(tree);
        return tree;
    }

    private static <T> List<T> list(SortedMap<Integer, List<T>> lists, @Nullable String oid) {
        return list(lists, Integer.valueOf(oid(oid)));
    }

    private static <K, T> List<T> list(SortedMap<K, List<T>> lists, K key) {
        return lists.computeIfAbsent(key, absent -> new ArrayList<>());
    }

    private static String array(SortedSet<Integer> oids) {
        List<String> texts = new ArrayList<>();
        for (int oid : oids) {
            texts.add(Integer.toUnsignedString(oid));
        }
        return "{" + String.join(",", texts) + "}";
    }

    private static String nameArray(List<String> names) {
        List<String> quoted = new ArrayList<>();
        for (String name : names) {
            quoted.add("\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        return "{" + String.join(",", quoted) + "}";
    }

    private static List<Integer> oids(String text) {
        List<Integer> oids = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
            oids.add(oid(part));
        }
        return oids;
    }

    private static int oid(@Nullable String text) {
        return (int) Long.parseLong(text(text));
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNull(text, "a column that is never null");
    }

    private static boolean isTrue(@Nullable String text) {
        return "t".equals(text) || "true".equals(text);
    }
}
