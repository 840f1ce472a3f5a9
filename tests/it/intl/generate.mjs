// Writes the goldens of `Intl`: what V8 answers, over a wide grid of options and values.
//
//   TZ=UTC node tests/it/intl/generate.mjs [--out FOLDER] [--seed N] [--groups N]
//
// Out: numbers.json, dates.json, zones.json, phrases.json and errors.json, lists of groups
//   {"operation": "number.format", "options": {…}, "cases": [[value, expected], …]}
// where an expected {"throws": "RangeError"} stands for an error of that class (see src/sandbox/intl/mod.rs for the
// operations and the form of their values), and code.json, a list of [JavaScript expression, text of its value], where
// "!RangeError" stands for an error of that class.
//
// The goldens in the repository come from node 20.20.2 (V8 11.3, ICU 78.2, CLDR 48.0, tz 2025c) with the defaults.
// Another --seed and more --groups make a larger set, to look for differences that the committed ones miss.

import { mkdirSync, writeFileSync } from "node:fs";

const argument = (name, fallback) => {
  const index = process.argv.indexOf(name);
  return index < 0 ? fallback : process.argv[index + 1];
};
const folder = argument("--out", new URL(".", import.meta.url).pathname);
const amount = Number(argument("--groups", "1"));
let state = Number(argument("--seed", "1"));

/// mulberry32: the same seed, the same goldens.
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const chance = (probability) => random() < probability;
const sample = (list, count) => Array.from({ length: count }, () => pick(list));

const flat = (parts) => parts.flatMap((part) => [part.type, part.value]);
const attempt = (action) => {
  try {
    return action();
  } catch (error) {
    return { throws: error.name };
  }
};
const makers = {
  number: (options) => new Intl.NumberFormat("en-US", options),
  date: (options) => new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }),
  plural: (options) => new Intl.PluralRules("en-US", options),
  list: (options) => new Intl.ListFormat("en-US", options),
  relative: (options) => new Intl.RelativeTimeFormat("en-US", options),
};
const answers = {
  "number.format": (format, value) => format.format(value),
  "number.parts": (format, value) => flat(format.formatToParts(value)),
  "date.format": (format, value) => format.format(Number(value)),
  "date.parts": (format, value) => flat(format.formatToParts(Number(value))),
  "plural.select": (rules, value) => rules.select(Number(value)),
  "list.format": (format, value) => format.format(JSON.parse(value)),
  "list.parts": (format, value) => flat(format.formatToParts(JSON.parse(value))),
  "relative.format": (format, value) => format.format(...value.split(" ")),
  "relative.parts": (format, value) => flat(format.formatToParts(...value.split(" "))),
};
/// One group. A case whose formatter cannot be made expects the error for its first value only.
const group = (operation, options, values) => {
  const [kind, what] = operation.split(".");
  const made = attempt(() => makers[kind](options));
  if (made.throws) return { operation, options, cases: [[values[0] ?? "0", made]] };
  if (what === "resolve") return { operation, options, cases: [["0", made.resolvedOptions()]] };
  return { operation, options, cases: values.map((value) => [value, attempt(() => answers[operation](made, value))]) };
};
mkdirSync(folder, { recursive: true });
const write = (name, list) =>
  writeFileSync(`${folder}/${name}.json`, `[\n${list.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`);

// Numbers.
const text = (value) => (Object.is(value, -0) ? "-0" : String(value));
const numbers = [
  0, -0, 1, -1, 2, 5, 9, 10, 12, 99, 100, 999, 1000, 1234, 9999, 10000, 12345, 99999, 999499, 999500, 999999, 1234567,
  1e9, 123456789, 9.995e11, 1e12, 1e15, 1e16, 1e21, 1.5e300, 5e-324, 1e-7, 0.1, 0.5, 0.25, 0.05, 0.005, 0.015, 0.0015,
  0.001234, 0.99, 0.995, 0.999, 0.9999, 0.99999, 1.005, 1.5, 2.5, 3.5, 1.25, 1.35, 9.995, 99.95, 999.5, 999.95, 1234.5,
  1234.5678, 12345.678, 1e5 + 0.5, 0.1 + 0.2, 1 / 3, 2 / 3, Math.PI, Math.E * 1000, Number.MAX_SAFE_INTEGER, NaN, Infinity,
].flatMap((value) => [text(value), text(-value)]).concat([
  "123456789012345678901234567890.12345", "1.00", "000123.4500", "0.000000000000000000001", "12345678901234567890",
]);
const randomNumber = () => text((random() - 0.3) * 10 ** Math.floor(random() * 20 - 6));
const currencies = ["USD", "EUR", "JPY", "GBP", "CAD", "CHF", "INR", "KRW", "BHD", "XOF", "AUD", "MXN", "BRL", "CNY", "SEK", "XXX", "QQQ"];
const units = Intl.supportedValuesOf("unit");
const numberOptions = () => {
  const options = {};
  const set = (name, list, probability) => {
    if (chance(probability)) options[name] = pick(list);
  };
  set("style", ["decimal", "percent", "currency", "unit", "currency", "unit"], 0.7);
  if (options.style === "currency") {
    options.currency = pick(currencies);
    set("currencyDisplay", ["symbol", "narrowSymbol", "code", "name"], 0.6);
    set("currencySign", ["standard", "accounting"], 0.4);
  }
  if (options.style === "unit") {
    options.unit = chance(0.7) ? pick(units) : `${pick(units)}-per-${pick(units)}`;
    set("unitDisplay", ["short", "narrow", "long"], 0.7);
  }
  set("notation", ["standard", "compact", "compact", "scientific", "engineering"], 0.45);
  set("compactDisplay", ["short", "long"], 0.4);
  set("signDisplay", ["auto", "always", "never", "exceptZero", "negative"], 0.3);
  set("useGrouping", ["always", "auto", "min2", true, false], 0.25);
  set("minimumIntegerDigits", [1, 2, 5, 21], 0.1);
  if (chance(0.4)) {
    const [a, b] = [pick([0, 1, 2, 3, 5, chance(0.1) ? 20 : 4]), pick([0, 1, 2, 3, 5, chance(0.2) ? 20 : 4])];
    if (chance(0.6)) options.minimumFractionDigits = Math.min(a, b);
    if (chance(0.8)) options.maximumFractionDigits = Math.max(a, b);
  }
  if (chance(0.25)) {
    const [a, b] = [pick([1, 2, 3, 5, 21]), pick([1, 2, 3, 5, 21])];
    if (chance(0.5)) options.minimumSignificantDigits = Math.min(a, b);
    if (chance(0.8)) options.maximumSignificantDigits = Math.max(a, b);
  }
  set("roundingMode", ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"], 0.3);
  set("roundingPriority", ["auto", "morePrecision", "lessPrecision"], 0.15);
  set("trailingZeroDisplay", ["auto", "stripIfInteger"], 0.15);
  if (chance(0.1)) {
    options.roundingIncrement = pick([1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000]);
    const digits = pick([0, 1, 2, 3, 4]);
    options.minimumFractionDigits = options.maximumFractionDigits = digits;
  }
  return options;
};
const numberGroups = [
  group("number.format", {}, numbers),
  group("number.parts", {}, numbers.slice(0, 60)),
  ...["USD", "EUR", "JPY"].map((currency) => group("number.format", { style: "currency", currency }, numbers)),
  group("number.format", { style: "percent", maximumFractionDigits: 1 }, numbers),
  group("number.format", { notation: "compact" }, numbers),
  group("number.format", { notation: "compact", compactDisplay: "long" }, numbers),
  group("number.parts", { style: "currency", currency: "CHF", currencySign: "accounting", notation: "compact" }, numbers.slice(0, 40)),
];
// Rounding up adds a digit in front, which decides between fraction and significant digits.
for (const roundingPriority of ["morePrecision", "lessPrecision"]) {
  for (const least of [{ minimumFractionDigits: 2 }, { minimumSignificantDigits: 3 }]) {
    const options = { roundingPriority, maximumFractionDigits: 2, maximumSignificantDigits: 3, ...least };
    numberGroups.push(group("number.format", options, ["9.995", "9.994", "99.95", "0.9995", "0"]));
  }
}
for (const unit of units) for (const unitDisplay of ["short", "narrow", "long"]) {
  numberGroups.push(group("number.format", { style: "unit", unit, unitDisplay }, ["1", "-2.5"]));
}
for (const currency of Intl.supportedValuesOf("currency").filter((_, index) => index % 6 === 0 || amount > 1)) {
  for (const currencyDisplay of ["symbol", "narrowSymbol", "name"]) {
    numberGroups.push(group("number.format", { style: "currency", currency, currencyDisplay }, ["1", "-1234.5"]));
  }
}
for (let index = 0; index < 155 * amount; index++) {
  const options = numberOptions();
  const values = [...sample(numbers, 6), randomNumber(), randomNumber()];
  numberGroups.push(group(chance(0.25) ? "number.parts" : "number.format", options, values));
  if (chance(0.15)) numberGroups.push(group("number.resolve", options, []));
}
write("numbers", numberGroups);

// Dates. ICU improvises a pattern for some sets of components ("2026 (day: 5)"); the sandbox refuses those.
const hasPattern = (o) => {
  const clock = o.hour || o.minute || o.second || o.fractionalSecondDigits;
  if (o.year && o.day && !o.month) return false;
  if (o.era && !(o.year || (o.month && o.day) || !(o.weekday || o.month || o.day))) return false;
  if (o.weekday && (o.month || o.year) && !o.day && !(o.year && o.month)) return false;
  if (o.hour && !o.minute && (o.second || o.fractionalSecondDigits)) return false;
  if (!o.hour && o.dayPeriod && (clock || o.timeZoneName)) return false;
  return !(o.fractionalSecondDigits && !o.minute && o.second === "2-digit");
};
const names = ["narrow", "short", "long"];
const digits = ["numeric", "2-digit"];
const clocks = [{}, {}, {}, { hour12: true }, { hour12: false }, { hourCycle: "h11" }, { hourCycle: "h12" }, { hourCycle: "h23" }, { hourCycle: "h24" }];
const zoneStyles = ["short", "long", "shortOffset", "longOffset"];
const zoneNames = Intl.supportedValuesOf("timeZone");
// Their rules for 2026 and later changed after tz 2025c; the sandbox's database is newer.
const changed = ["Africa/Casablanca", "Africa/El_Aaiun", "America/Edmonton", "America/Inuvik", "America/Vancouver", "America/Winnipeg"];
const instants = [
  0, -1, 1_772_715_849_078, 1_704_067_199_999, 1_709_164_800_000, 951_827_696_007, -62_198_755_200_000, 8.64e15, -8.64e15,
  -3e12, 43_200_000, 43_200_001, 64_800_000, 75_600_000, 1_234_567_890_123, 1_689_000_000_000, 4_102_444_800_000,
].map(String);
const randomInstant = () => String(Math.floor((random() * 120 - 60) * 31_556_952_000) + (chance(0.3) ? 1.6e12 : 0));
const dateOptions = () => {
  for (;;) {
    const options = { ...pick(clocks) };
    const set = (name, list, probability) => {
      if (chance(probability)) options[name] = pick(list);
    };
    const [date, time] = pick([[1, 0], [0, 1], [1, 1]]);
    set("weekday", names, 0.4 * date);
    set("era", names, 0.12 * date);
    set("year", digits, 0.6 * date);
    set("month", [...digits, ...names], 0.7 * date);
    set("day", digits, 0.7 * date);
    set("dayPeriod", names, 0.15 * time);
    set("hour", digits, 0.85 * time);
    set("minute", digits, 0.8 * time);
    set("second", digits, 0.5 * time);
    set("fractionalSecondDigits", [1, 2, 3], 0.2 * time);
    set("timeZoneName", zoneStyles, 0.2);
    set("timeZone", zoneNames.filter((zone) => !changed.includes(zone)), 0.3);
    if (hasPattern(options)) return options;
  }
};
const dateGroups = [group("date.format", {}, instants)];
for (const dateStyle of [undefined, "full", "long", "medium", "short"]) {
  for (const timeStyle of [undefined, "full", "long", "medium", "short"]) {
    if (!dateStyle && !timeStyle) continue;
    const options = JSON.parse(JSON.stringify({ dateStyle, timeStyle, ...pick(clocks) }));
    dateGroups.push(group("date.format", options, sample(instants, 6)), group("date.resolve", options, []));
  }
}
for (const dayPeriod of names) {
  for (const clock of [{}, { minute: "numeric" }, { minute: "numeric", second: "numeric" }]) {
    dateGroups.push(group("date.format", { hour: "numeric", dayPeriod, ...clock }, ["43200000", "43200999", "43201000", "43260000"]));
  }
}
for (let hour = 0; hour < 24; hour++) {
  const options = { hour: "numeric", minute: "numeric", dayPeriod: names[hour % 3], ...pick(clocks) };
  dateGroups.push(group("date.format", options, [String(hour * 3_600_000), String(hour * 3_600_000 + 60_000)]));
}
for (let index = 0; index < 250 * amount; index++) {
  const options = dateOptions();
  dateGroups.push(group(chance(0.2) ? "date.parts" : "date.format", options, [...sample(instants, 3), randomInstant()]));
  if (chance(0.15)) dateGroups.push(group("date.resolve", options, []));
}
write("dates", dateGroups);

// Zones: each zone's offset and names in both seasons of several years.
const zoneGroups = zoneNames.filter((_, index) => index % 6 === 0 || amount > 1).map((timeZone, index) => {
  const options = { timeZone, dateStyle: "short", timeStyle: index % 3 === 0 ? "long" : "full" };
  const all = amount > 1 ? [1890, 1925, 1942, 1955, 1966, 1969, 1972, 1975, 1983, 1991, 1998, 2007, 2014, 2021, 2026, 2035, 2100, 9999, 10500] : [1972, 1991, 2026];
  const years = all.filter((year) => year < 2026 || !changed.includes(timeZone));
  return group("date.format", options, years.flatMap((year) => [String(Date.UTC(year, 0, 15)), String(Date.UTC(year, 6, 15, 12))]));
});
for (const timeZone of ["utc", "GMT", "etc/utc", "US/Pacific", "Asia/Kolkata", "europe/kiev", "EST", "Japan"]) {
  zoneGroups.push(group("date.resolve", { timeZone }, []));
}
write("zones", zoneGroups);

// Plurals, lists, relative times.
const phraseGroups = [
  ...[{}, { type: "ordinal" }, { minimumFractionDigits: 1 }, { maximumSignificantDigits: 1 }, { type: "ordinal", minimumFractionDigits: 2 }, { maximumFractionDigits: 0 }]
    .flatMap((options) => [
      group("plural.select", options, [..."0 1 2 3 4 10 11 12 13 21 22 23 101 111 112 113 1.5 1.0004 -1 NaN Infinity 0.5 1000000".split(" ")]),
      group("plural.resolve", options, []),
    ]),
];
for (const style of ["long", "short", "narrow"]) {
  for (const type of ["conjunction", "disjunction", "unit"]) {
    const lists = [[], ["a"], ["a", "b"], ["a", "b", "c"], ["a, b", "\"", "é", "and"]].map((list) => JSON.stringify(list));
    phraseGroups.push(group("list.format", { style, type }, lists), group("list.parts", { style, type }, lists.slice(1)));
    phraseGroups.push(group("list.resolve", { style, type }, []));
  }
  for (const numeric of ["always", "auto"]) {
    const values = ["second", "minutes", "hour", "day", "week", "months", "quarter", "years"].flatMap((unit) =>
      ["-1234.5", "-2", "-1", "-0", "0", "1", "2", "1.5", "1.004", "-0.996", "0.004", "0.0004", "1000000"].map((value) => `${value} ${unit}`));
    phraseGroups.push(group("relative.format", { style, numeric }, values), group("relative.parts", { style, numeric }, values.slice(0, 9)));
    phraseGroups.push(group("relative.resolve", { style, numeric }, []));
  }
}
write("phrases", phraseGroups);

// Errors: options that V8 refuses too, then those that only the sandbox refuses.
const refused = (operation, options, name = "RangeError") => ({ operation, options, cases: [["0", { throws: name }]] });
const errorGroups = [
  ...[
    { style: "currency" }, { style: "unit" }, { style: "x" }, { currency: "x" }, { unit: "foo" }, { style: "unit", unit: "meter-per-foo" },
    { maximumFractionDigits: 21 }, { maximumFractionDigits: -1 }, { minimumFractionDigits: 4, maximumFractionDigits: 2 },
    { minimumSignificantDigits: 5, maximumSignificantDigits: 3 }, { maximumSignificantDigits: 22 }, { minimumIntegerDigits: 0 },
    { roundingIncrement: 3 }, { roundingIncrement: 5, maximumSignificantDigits: 3 }, { roundingIncrement: 5, maximumFractionDigits: 2 },
    { roundingIncrement: 5, notation: "compact" }, { notation: "x" }, { signDisplay: "x" }, { useGrouping: "x" }, { roundingMode: "x" },
    { currencyDisplay: "x" }, { localeMatcher: "x" },
  ].map((options) => group("number.format", options, ["1"])),
  ...[
    { timeZone: "Foo/Bar" }, { timeZone: "+02:00" }, { timeZone: "" }, { dateStyle: "x" }, { dateStyle: "full", month: "long" },
    { timeStyle: "short", fractionalSecondDigits: 1 }, { fractionalSecondDigits: 4 }, { month: "x" }, { hourCycle: "x" }, { formatMatcher: "x" },
  ].map((options) => group("date.format", options, ["0"])),
  group("date.format", {}, ["NaN", "8640000000000001", "Infinity"]),
  ...[{ type: "x" }, { minimumIntegerDigits: 22 }].map((options) => group("plural.select", options, ["1"])),
  ...[{ type: "x" }, { style: "x" }].map((options) => group("list.format", options, ["[]"])),
  group("relative.format", {}, ["NaN day", "1 foo", "1 dayss", "Infinity day"]),
  refused("number.format", { locale: "de-DE" }),
  refused("number.format", { locale: "en-GB" }),
  refused("number.format", { locale: "en-US-u-nu-arab" }),
  refused("number.format", { numberingSystem: "arab" }),
  refused("date.format", { locale: "fr" }),
  refused("date.format", { calendar: "buddhist" }),
  refused("date.format", { timeZoneName: "shortGeneric" }),
  refused("date.format", { timeZoneName: "longGeneric" }),
  refused("date.format", { year: "numeric", day: "numeric" }),
  refused("date.format", { weekday: "long", month: "long" }),
  refused("date.format", { era: "short", day: "numeric" }),
  refused("date.format", { hour: "numeric", second: "numeric" }),
  refused("date.format", { dayPeriod: "short", minute: "numeric" }),
  refused("plural.select", { locale: "ja" }),
  refused("list.format", { locale: "es" }),
  refused("relative.format", { locale: "es" }),
  refused("number.nonsense", {}, "TypeError"),
];
write("errors", errorGroups);

// Expressions, for the guest's glue.
const codes = `
(1234567.891).toLocaleString() | (-0).toLocaleString() | (1234.5).toLocaleString("en-US", { style: "currency", currency: "USD" })
NaN.toLocaleString() | (0.256).toLocaleString("en", { style: "percent" }) | (12345678901234567890n).toLocaleString() | Number.prototype.toLocaleString.length
(5n).toLocaleString("en-US", { minimumFractionDigits: 2 }) | [1234.5, null, undefined, 5000n, "x", new Date(0)].toLocaleString() | [1234.5, 2].toLocaleString("en-US", { style: "currency", currency: "EUR" })
new Float64Array([1234.5, -1]).toLocaleString() | new Date(0).toLocaleString() | new Date(0).toLocaleDateString() | new Date(0).toLocaleTimeString()
new Date(NaN).toLocaleString() | new Date(NaN).toLocaleDateString("en-US", { month: "long" }) | new Date(0).toLocaleDateString("en-US", { weekday: "long", year: "numeric", month: "long", day: "numeric" })
new Date(0).toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit" }) | new Date(0).toLocaleTimeString("en-US", { timeZone: "America/New_York", timeZoneName: "short" }) | new Date(0).toLocaleDateString("en-US", { timeZoneName: "short" })
new Date(0).toLocaleString("en-US", { timeZone: "Asia/Tokyo" }) | new Date(0).toLocaleTimeString("en-US", { year: "numeric" }) | new Date(0).toLocaleDateString("en-US", { hour: "numeric" }) | new Date(0).toLocaleDateString("en-US", { timeStyle: "short" }) | new Date(0).toLocaleTimeString("en-US", { dateStyle: "short" })
new Date(0).toLocaleDateString("en-US", { dateStyle: "medium" }) | new Date(0).toLocaleString("en-US", { hour12: false }) | new Date(0).toLocaleString("en-US", { era: "short" }) | new Date(0).toLocaleString(undefined, { month: "short", day: "numeric" }) | new Date(0).toLocaleString([], { dateStyle: "short" })
Intl.NumberFormat().format(1e9) | new Intl.NumberFormat(["en-US", "de"]).format(1234.5) | new Intl.NumberFormat("EN-us").resolvedOptions().locale | Intl.NumberFormat("en") instanceof Intl.NumberFormat | typeof Intl.NumberFormat.prototype.format
[1, 1234.5].map(new Intl.NumberFormat("en-US", { minimumFractionDigits: 1 }).format).join(";") | ["2020-01-01"].map((d) => new Date(d)).map(new Intl.DateTimeFormat("en-US").format).join() | new Intl.NumberFormat().format("1234567890123456789012.5") | new Intl.NumberFormat().format("  0x10 ") | new Intl.NumberFormat().format("abc") | new Intl.NumberFormat().format("") | new Intl.NumberFormat().format("1e400") | new Intl.NumberFormat().format("-0")
new Intl.NumberFormat().format(null) | new Intl.NumberFormat().format() | new Intl.NumberFormat().format(true) | new Intl.NumberFormat().format([5]) | new Intl.NumberFormat().format({}) | new Intl.NumberFormat().format(new Date(5)) | new Intl.NumberFormat().format({ valueOf() { return 12n ** 20n; } }) | new Intl.NumberFormat().format(Symbol()) | new Intl.NumberFormat().format({ [Symbol.toPrimitive]: (hint) => hint.length })
JSON.stringify(new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).formatToParts(-1234.5)) | JSON.stringify(new Intl.NumberFormat().resolvedOptions()) | JSON.stringify(new Intl.NumberFormat("en-US", { notation: "compact", compactDisplay: "long" }).resolvedOptions())
JSON.stringify(new Intl.DateTimeFormat("en-US", { timeZone: "UTC" }).formatToParts(0)) | JSON.stringify(new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeStyle: "long", timeZone: "Europe/Paris" }).resolvedOptions()) | new Intl.DateTimeFormat().format(NaN) | new Intl.DateTimeFormat().format(null) | typeof new Intl.DateTimeFormat().format() | new Intl.DateTimeFormat().format("2020") | new Intl.DateTimeFormat().format(new Date(NaN)) | new Intl.DateTimeFormat().resolvedOptions().timeZone
Object.prototype.toString.call(Intl) | Object.prototype.toString.call(new Intl.NumberFormat()) | String(Object.getOwnPropertyDescriptor(Intl, "NumberFormat").enumerable) | Intl.NumberFormat.name + Intl.NumberFormat.length | Intl.DateTimeFormat.name + Intl.DateTimeFormat.length | Object.keys(Intl).length | Object.keys(new Intl.NumberFormat()).length | new Intl.NumberFormat().format.name.length | new Intl.NumberFormat().format.length | Date.prototype.toLocaleDateString.name
(() => { const f = new Intl.NumberFormat(); return f.format === f.format; })() | (() => { const f = new Intl.DateTimeFormat(); return f.format === f.format; })() | Intl.NumberFormat.prototype.formatToParts.call({}) | Intl.PluralRules() | Intl.DateTimeFormat().format(0) | Date.prototype.toLocaleString.call({}) | Number.prototype.toLocaleString.call("5") | BigInt.prototype.toLocaleString.call(5)
new Intl.PluralRules("en-US").select(1) | new Intl.PluralRules("en-US", { type: "ordinal" }).select(23) | new Intl.PluralRules("en-US").select(5n) | new Intl.PluralRules("en-US").select("1") | JSON.stringify(new Intl.PluralRules("en-US", { type: "ordinal" }).resolvedOptions()) | new Intl.PluralRules("en").selectRange(1, 2) | new Intl.PluralRules("en").selectRange(0, 1) | new Intl.PluralRules("en").selectRange(NaN, 1) | new Intl.PluralRules("en").selectRange(1)
new Intl.ListFormat("en-US").format(["a", "b", "c"]) | new Intl.ListFormat("en-US").format(new Set(["x", "y"])) | new Intl.ListFormat("en-US", { type: "disjunction" }).format(["a", "b"]) | new Intl.ListFormat("en").format([1]) | new Intl.ListFormat("en").format("abc") | JSON.stringify(new Intl.ListFormat("en").formatToParts(["a", "b"])) | JSON.stringify(new Intl.ListFormat("en-US", { style: "short", type: "unit" }).resolvedOptions()) | new Intl.ListFormat("en").format() | Intl.ListFormat() | new Intl.ListFormat("en", "x")
new Intl.RelativeTimeFormat("en-US").format(-3, "days") | new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(1, "day") | JSON.stringify(new Intl.RelativeTimeFormat("en-US").formatToParts(-1234.5, "hours")) | new Intl.RelativeTimeFormat("en-US").format(1, "fortnight") | new Intl.RelativeTimeFormat("en-US").format(NaN, "day") | new Intl.RelativeTimeFormat("en-US").format(-0, "day") | new Intl.RelativeTimeFormat("en-US", { style: "narrow" }).format("5", "months") | JSON.stringify(new Intl.RelativeTimeFormat("en-US").resolvedOptions())
Intl.getCanonicalLocales("EN-us").join() | Intl.getCanonicalLocales(["en-us", "en-US", "en"]).join() | Intl.getCanonicalLocales().length | Intl.NumberFormat.supportedLocalesOf(["en-US", "en"]).join() | Intl.getCanonicalLocales(null) | Intl.getCanonicalLocales([5]) | Intl.getCanonicalLocales("e") | new Intl.NumberFormat(null) | new Intl.NumberFormat("x") | new Intl.NumberFormat(5).format(5) | new Intl.NumberFormat([undefined]) | new Intl.NumberFormat("en", null) | new Intl.DateTimeFormat("en", null) | new Intl.PluralRules("en", null) | Intl.supportedValuesOf("unit").length | Intl.supportedValuesOf("foo") | Intl.supportedValuesOf("timeZone").includes("America/New_York")
["b", "a", "Z", "ä", "z", "A"].sort(new Intl.Collator("en-US").compare).join("") | ["a10", "a9", "a1"].sort(new Intl.Collator("en", { numeric: true }).compare).join() | new Intl.Collator("en").compare("a", "b") | new Intl.Collator("en").compare("a", "a") | ["résumé", "resume", "Resume"].sort(Intl.Collator().compare).join() | JSON.stringify(new Intl.Collator("en-US").resolvedOptions()) | ["b", "a", "B", "A"].sort((x, y) => x.localeCompare(y)).join("") | ["a10", "a9"].sort((x, y) => x.localeCompare(y, undefined, { numeric: true })).join() | "a".localeCompare("A") | "co-op".localeCompare("coop") | "a b".localeCompare("ab") | "_a".localeCompare("a")
new Intl.NumberFormat("en-US", { maximumFractionDigits: "2" }).format(1.239) | new Intl.NumberFormat("en-US", { maximumFractionDigits: NaN }) | new Intl.NumberFormat("en-US", { useGrouping: null }).format(12345) | new Intl.NumberFormat("en-US", { useGrouping: "" }).format(12345) | new Intl.NumberFormat("en-US", { useGrouping: "true" }).format(12345) | new Intl.NumberFormat("en-US", { useGrouping: 0 }).format(12345) | new Intl.NumberFormat("en-US", { style: { toString: () => "percent" } }).format(0.5) | new Intl.NumberFormat("en-US", { style: Symbol() }) | new Intl.NumberFormat("en-US", 5).format(1234.5) | (5).toLocaleString("en-US", "x") | (5).toLocaleString("en-US", null) | new Intl.NumberFormat("en-US", { style: null }) | new Intl.DateTimeFormat("en-US", { hour: "numeric", hour12: 0 }).format(0) | new Intl.DateTimeFormat("en-US", { hour: "numeric", hour12: "" }).format(0)
`.trim().split("\n").flatMap((line) => line.split(" | "));
const sandboxOnly = [
  ['new Intl.NumberFormat("de-DE")', "!RangeError"], ['(5).toLocaleString("en-GB")', "!RangeError"], ['new Date().toLocaleString("fr")', "!RangeError"],
  ['(5n).toLocaleString("de")', "!RangeError"], ['new Intl.DateTimeFormat("en-US", { calendar: "hebrew" })', "!RangeError"],
  ['new Intl.NumberFormat(["de", "en-US"])', "!RangeError"], ['new Intl.NumberFormat("en-US", { numberingSystem: "thai" })', "!RangeError"],
  ['new Intl.Segmenter("en")', "!TypeError"], ['new Intl.DisplayNames("en", { type: "region" })', "!TypeError"], ['new Intl.Locale("en-US")', "!TypeError"],
  ['new Intl.DurationFormat("en")', "!TypeError"], ["new Intl.NumberFormat().formatRange(1, 2)", "!TypeError"],
  ["new Intl.DateTimeFormat().formatRange(0, 1e12)", "!TypeError"], ['new Intl.Collator("de")', "!RangeError"], ['new Intl.Collator("en", { sensitivity: "base" })', "!RangeError"],
  ['"a".localeCompare("b", "sv")', "!RangeError"], ['Intl.NumberFormat.supportedLocalesOf(["de", "en-US"]).join()', "en-US"],
];
const evaluated = codes.map((code) => {
  const value = attempt(() => String((0, eval)(code)));
  return [code, value.throws ? `!${value.throws}` : value];
});
write("code", [...evaluated, ...sandboxOnly]);
