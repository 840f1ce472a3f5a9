const same = (actual, expected, what) => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`);
};
const fails = (call, name, what) => {
  try {
    call();
  } catch (error) {
    if (error.name !== name) throw new Error(`${what}: ${error.name}: ${error.message}`);
    return error;
  }
  throw new Error(`${what}: nothing was thrown`);
};

const list = (init) => [...new URLSearchParams(init)];
same(list("?a=1&b=%20+x&a=&&c"), [["a", "1"], ["b", "  x"], ["a", ""], ["c", ""]], "a string");
same([list(""), list(), list({ x: 1, y: "z" }), list([["a", 1]]), list(new Map([["m", "n"]])), list(new URLSearchParams("q=r"))],
  [[], [], [["x", "1"], ["y", "z"]], [["a", "1"]], [["m", "n"]], [["q", "r"]]], "constructor");
fails(() => new URLSearchParams([["a"]]), "TypeError", "a short pair");
fails(() => new URLSearchParams([1]), "TypeError", "no pair");

const p = new URLSearchParams("b=2&a=1&b=3");
same([p.get("b"), p.get("z"), p.getAll("b"), p.has("a"), p.has("b", "3"), p.has("b", "9"), p.size],
  ["2", null, ["2", "3"], true, true, false, 3], "reading");
p.append("d", "4");
p.set("b", "x");
same(p.toString(), "b=x&a=1&d=4", "set");
p.delete("d", "no");
p.delete("a");
same(`${p}`, "b=x&d=4", "delete");
const seen = [];
p.forEach((value, name, all) => seen.push([value, name, all === p]));
same(seen, [["x", "b", true], ["4", "d", true]], "forEach");
same([[...p.values()], [...p.entries()], p[Symbol.iterator] === p.entries], [["x", "4"], [["b", "x"], ["d", "4"]], true], "iteration");
same(Object.prototype.toString.call(p), "[object URLSearchParams]", "class");

const s = new URLSearchParams("z=1&a=2&z=0&\u{1f600}=3&\ufb03=4");
s.sort();
same([...s.keys()], ["a", "z", "z", "\u{1f600}", "\ufb03"], "sort by code units");
same(s.getAll("z"), ["1", "0"], "stable");
same(new URLSearchParams({ "a b": "\u00fc&=+~*-._'()" }).toString(), "a+b=%C3%BC%26%3D%2B%7E*-._%27%28%29", "escapes");
same(list("a=%E4%BD&b=%zz"), [["a", "\ufffd"], ["b", "%zz"]], "malformed escapes");
same(Object.fromEntries(new URLSearchParams("a=1&b=2")), { a: "1", b: "2" }, "fromEntries");
p.append("lone", "\ud800");
same(p.get("lone"), "\ufffd", "a lone surrogate");
fails(() => p.get(), "TypeError", "no name");
fails(() => p.append("x"), "TypeError", "no value");

export default "ok";
