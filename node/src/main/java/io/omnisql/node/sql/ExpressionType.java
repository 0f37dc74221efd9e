package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;

/** The type of an expression, as far as its node tells; 0 where it does not, which counts as a type that nothing is known of. */
final class ExpressionType {
    private ExpressionType() {}

    static int type(Node expression) {
        return switch (expression.name()) {
            case "VAR" -> expression.number("vartype");
            case "CONST" -> expression.number("consttype");
            case "PARAM" -> expression.number("paramtype");
            case "FUNCEXPR" -> expression.number("funcresulttype");
            case "OPEXPR", "DISTINCTEXPR", "NULLIFEXPR" -> expression.number("opresulttype");
            case "AGGREF" -> expression.number("aggtype");
            case "WINDOWFUNC" -> expression.number("wintype");
            case "CASEEXPR" -> expression.number("casetype");
            case "COALESCEEXPR" -> expression.number("coalescetype");
            case "MINMAXEXPR" -> expression.number("minmaxtype");
            case "SQLVALUEFUNCTION" -> expression.number("type");
            case "RELABELTYPE", "COERCEVIAIO", "COERCETODOMAIN", "ARRAYCOERCEEXPR" -> expression.number("resulttype");
            case "BOOLEXPR", "NULLTEST", "BOOLEANTEST", "SCALARARRAYOPEXPR" -> 16;
            default -> 0;
        };
    }

    static int typmod(Node expression) {
        return switch (expression.name()) {
            case "VAR" -> expression.number("vartypmod");
            case "CONST" -> expression.number("consttypmod");
            case "PARAM" -> expression.number("paramtypmod");
            case "RELABELTYPE", "COERCETODOMAIN", "ARRAYCOERCEEXPR" -> expression.number("resulttypmod");
            case "FUNCEXPR" -> lengthCoercion(expression);
            default -> -1;
        };
    }

    static int collation(Node expression) {
        return switch (expression.name()) {
            case "VAR" -> expression.number("varcollid");
            case "CONST" -> expression.number("constcollid");
            case "PARAM" -> expression.number("paramcollid");
            case "FUNCEXPR" -> expression.number("funccollid");
            case "OPEXPR" -> expression.number("opcollid");
            case "RELABELTYPE", "COERCEVIAIO" -> expression.number("resultcollid");
            default -> 0;
        };
    }

    /** numeric(value, typmod) and its like round to a scale: funcformat tells that the function stands for a cast. */
    private static int lengthCoercion(Node function) {
        boolean isCast = function.number("funcformat") == 1 || function.number("funcformat") == 2;
        var args = function.nodes("args");
        boolean hasScale = isCast && args.size() >= 2 && args.get(1).is("CONST");
        return hasScale ? 1 : -1;
    }
}
