/**
 * Lint rule: in code whose results can reach the weights, only those `Math` functions are allowed whose result
 * ECMAScript fixes to the last bit. `Math.exp`, `log`, `tanh`, `pow`, ... may differ from engine to engine, and so may `**`.
 */
const PORTABLE = new Set([
  "abs",
  "fround",
  "imul",
  "clz32",
  "floor",
  "ceil",
  "trunc",
  "round",
  "min",
  "max",
  "sign",
  "sqrt",
  "PI",
  "LN2",
  "SQRT2",
]);

function isGuarded(path: string): boolean {
  return path.includes("/packages/core/") && !/_(test|bench)\.ts$/.test(path);
}

const plugin: Deno.lint.Plugin = {
  name: "tributary",
  rules: {
    "portable-math": {
      create(context) {
        if (!isGuarded(context.filename)) return {};
        return {
          'MemberExpression[object.name="Math"]'(node: Deno.lint.MemberExpression) {
            const name = node.property.type === "Identifier" ? node.property.name : "?";
            if (PORTABLE.has(name)) return;
            context.report({
              node,
              message: `Math.${name} is implementation-defined; core needs the same bits on every engine`,
              hint: "Use the functions of packages/core/math, or one of Math." + [...PORTABLE].join(", "),
            });
          },
          'BinaryExpression[operator="**"]'(node: Deno.lint.BinaryExpression) {
            context.report({ node, message: "** is implementation-defined; write the products out" });
          },
        };
      },
    },
  },
};

export default plugin;
