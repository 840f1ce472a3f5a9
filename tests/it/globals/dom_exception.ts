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

const e = new DOMException("msg", "NotFoundError");
same([e.name, e.message, e.code, e instanceof Error, `${e}`, Object.prototype.toString.call(e)],
  ["NotFoundError", "msg", 8, true, "NotFoundError: msg", "[object DOMException]"], "fields");
same([DOMException.NOT_FOUND_ERR, e.DATA_CLONE_ERR, DOMException.INUSE_ATTRIBUTE_ERR], [8, 25, 10], "constants");
same([new DOMException().name, new DOMException().message, new DOMException("a", "Custom").code], ["Error", "", 0], "defaults");
same(e.stack.startsWith("NotFoundError: msg"), true, "stack");

export default "ok";
