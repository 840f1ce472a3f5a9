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

const url = new URL("HTTPS://User:Pa%20ss@Example.COM:8443/a/../b c?q=1&r=\u00e4#frag");
same([url.href, url.origin, url.protocol, url.username, url.password, url.host, url.hostname, url.port], [
  "https://User:Pa%20ss@example.com:8443/b%20c?q=1&r=%C3%A4#frag", "https://example.com:8443", "https:", "User", "Pa%20ss",
  "example.com:8443", "example.com", "8443",
], "parts");
same([url.pathname, url.search, url.hash], ["/b%20c", "?q=1&r=%C3%A4", "#frag"], "the other parts");
const href = (input, base) => new URL(input, base).href;
same([href("../x?y", "http://h/a/b/c"), href("//other/p", "https://h"), href("", "http://h/a?b#c"), href("?z", new URL("http://h/a"))],
  ["http://h/a/x?y", "https://other/p", "http://h/a?b", "http://h/a?z"], "relative");
same([new URL("http://h:80/").port, new URL("mailto:a@b").pathname, new URL("data:text/plain,x").origin], ["", "a@b", "null"], "odd");
same([new URL("http://[::1]:3000/").host, new URL("http://0x7f.1/").hostname, new URL("http://m\u00fcnchen.de/").hostname],
  ["[::1]:3000", "127.0.0.1", "xn--mnchen-3ya.de"], "hosts");
for (const text of ["", "nope", "http://", "http://a b/", "http://[::1", "http://h:99999/", "/path"]) {
  same(fails(() => new URL(text), "TypeError", text).code, "ERR_INVALID_URL", "code");
}
fails(() => new URL("x", "nope"), "TypeError", "base");
fails(() => new URL(), "TypeError", "nothing");
fails(() => URL("http://h"), "TypeError", "without new");
same([URL.canParse("http://h"), URL.canParse("x"), URL.canParse("x", "http://h")], [true, false, true], "canParse");
same([JSON.stringify({ url: new URL("http://h/p") }), `${new URL("http://h")}`], ['{"url":"http://h/p"}', "http://h/"], "strings");

const after = [
  ["protocol", "https", "https://u:p@h:1/p?q#f"],
  ["protocol", "mailto", "http://u:p@h:1/p?q#f"],
  ["username", "a b", "http://a%20b:p@h:1/p?q#f"],
  ["password", "", "http://u@h:1/p?q#f"],
  ["host", "x.y:2", "http://u:p@x.y:2/p?q#f"],
  ["hostname", "z", "http://u:p@z:1/p?q#f"],
  ["port", "80", "http://u:p@h/p?q#f"],
  ["port", "9x", "http://u:p@h:9/p?q#f"],
  ["port", "x", "http://u:p@h:1/p?q#f"],
  ["port", "", "http://u:p@h/p?q#f"],
  ["pathname", "a/../b", "http://u:p@h:1/b?q#f"],
  ["search", "", "http://u:p@h:1/p#f"],
  ["search", "a=1", "http://u:p@h:1/p?a=1#f"],
  ["search", "?b", "http://u:p@h:1/p?b#f"],
  ["hash", "", "http://u:p@h:1/p?q"],
  ["hash", "#x y", "http://u:p@h:1/p?q#x%20y"],
  ["href", "ftp://n/", "ftp://n/"],
];
for (const [name, value, expected] of after) {
  const changed = new URL("http://u:p@h:1/p?q#f");
  changed[name] = value;
  same(changed.href, expected, `${name} = ${value}`);
}
fails(() => new URL("http://h").href = "nope", "TypeError", "href");
fails(() => new URL("http://h").origin = "x", "TypeError", "origin is read-only");

const live = new URL("http://h/?a=1&b=2");
const params = live.searchParams;
params.append("c", "x y&=");
same(live.search, "?a=1&b=2&c=x+y%26%3D", "append");
params.delete("a");
params.set("b", "\u00f6");
same(live.href, "http://h/?b=%C3%B6&c=x+y%26%3D", "set");
live.search = "?z=9";
same([...params], [["z", "9"]], "from search");
live.href = "http://h/?k=v";
same(params.get("k"), "v", "from href");
params.delete("k");
same([live.href, live.searchParams === params], ["http://h/", true], "empty");

export default "ok";
