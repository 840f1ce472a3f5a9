let before = "", after = "";
for (let n = 0; n < 300_000; n++) {
  before = "ab" + before;
  after = after + "ab";
}
return [before === after, before.length, before.charAt(599_999), before.indexOf("ba"), after.replaceAll("ab", "").length];
