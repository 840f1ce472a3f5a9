// Writes the en-US tables that src/sandbox/intl embeds, by asking V8 and its ICU for every entry.
//
//   TZ=UTC node tests/it/intl/tables.mjs ZONE_NAMES_FILE
//
// ZONE_NAMES_FILE holds one IANA time-zone name per line (jiff's bundled database: `jiff::tz::db().available()`).
// Out: src/sandbox/intl/currencies.txt, units.txt and zones.txt; the form of a line is explained where each is read.
// The tables in the repository come from node 20.20.2 (ICU 78.2, CLDR 48.0, tz 2025c).

import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../../../src/sandbox/intl/", import.meta.url);
const write = (name, lines) => writeFileSync(new URL(name, folder), lines.join("\n") + "\n");

// Currencies: every three-letter code that is not shown as the code itself with two digits.
const part = (options, value) =>
  new Intl.NumberFormat("en-US", { style: "currency", ...options }).formatToParts(value).find((p) => p.type === "currency").value;
const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const currencies = [];
for (const a of letters) for (const b of letters) for (const c of letters) {
  const currency = a + b + c;
  const digits = new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  const fields = [
    part({ currency }, 2),
    part({ currency, currencyDisplay: "narrowSymbol" }, 2),
    part({ currency, currencyDisplay: "name", maximumFractionDigits: 0, minimumFractionDigits: 0 }, 1),
    part({ currency, currencyDisplay: "name" }, 2),
    String(digits),
  ];
  if (fields.join() !== [currency, currency, currency, currency, "2"].join()) {
    currencies.push([currency, ...fields.map((f) => (f === currency ? "" : f))].join("|"));
  }
}
write("currencies.txt", currencies);

// Units: the suffixes with their leading space, and what each is called after "per".
const unit = (unit, unitDisplay, value) => {
  const parts = new Intl.NumberFormat("en-US", { style: "unit", unit, unitDisplay }).formatToParts(value);
  return parts.slice(1).map((p) => p.value).join("");
};
const units = Intl.supportedValuesOf("unit").map((name) => {
  const fields = [name];
  for (const display of ["short", "narrow", "long"]) {
    const per = unit(`acre-per-${name}`, display, 2).slice(unit("acre", display, 2).length);
    fields.push(unit(name, display, 1), unit(name, display, 2), per.replace(/^( per |\/)/, ""));
  }
  return fields.join("|");
});
// Compound units that are not made of the texts of their parts, such as "mph". A percentage is the reader's business.
const rows = new Map(units.map((line) => [line.split("|")[0], line.split("|")]));
for (const [above, a] of rows) for (const [below, b] of rows) {
  if (above === "percent") continue;
  const name = `${above}-per-${below}`;
  const fields = [name];
  let special = false;
  ["short", "narrow", "long"].forEach((display, index) => {
    const [one, many, per] = [1 + 3 * index, 2 + 3 * index, 3 + 3 * index];
    const composed = [one, many].map((column) => a[column] + (display === "long" ? " per " : "/") + b[per]);
    const actual = [unit(name, display, 1), unit(name, display, 2)];
    special ||= actual.join() !== composed.join();
    fields.push(...actual, "");
  });
  if (special) units.push(fields.join("|"));
}
write("units.txt", units);

// Zones. Names depend on the zone, the instant and whether summer time applies; the table keeps, per zone, periods in
// which the offset alone decides the names. A name that is only the offset ("GMT+2") is left out.
const names = readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean);
const aliases = new Map();
for (const name of names) {
  try {
    const canonical = new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
    if (!aliases.has(canonical)) aliases.set(canonical, []);
    if (canonical !== name) aliases.get(canonical).push(name);
  } catch {
    // V8 does not know this one: neither does the sandbox.
  }
}
const DAY = 86_400_000;
const pool = new Map();
const intern = (long, short) => {
  const key = `${long}|${short}`;
  if (!pool.has(key)) pool.set(key, pool.size);
  return pool.get(key);
};
const zones = [];
for (const [zone, others] of [...aliases].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const formats = ["longOffset", "long", "short", "shortOffset"].map(
    (timeZoneName) => new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName, year: "numeric" }),
  );
  const name = (format, time) => format.format(time).replace(/^\d+, /, "");
  const at = (time) => {
    const [offset, long, short, shortOffset] = formats.map((f) => name(f, time));
    return { offset, long: long === offset ? "" : long, short: short === shortOffset ? "" : short };
  };
  const same = (a, b) => a.offset === b.offset && a.long === b.long && a.short === b.short;
  const seconds = (offset) => {
    const [, sign, h, m, s = "0"] = /^GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(offset);
    return (sign === "-" ? -1 : 1) * (h * 3600 + m * 60 + +s);
  };
  const runs = [{ since: null, ...at(Date.UTC(1840, 0)) }];
  let before = Date.UTC(1840, 0);
  for (let time = before; time < Date.UTC(2050, 0); time += 9 * DAY) {
    const now = at(time);
    if (!same(now, runs.at(-1))) {
      let [low, high] = [before, time];
      while (high - low > 1000) {
        const middle = Math.floor((low + high) / 2000) * 1000;
        if (same(at(middle), runs.at(-1))) low = middle;
        else high = middle;
      }
      runs.push({ since: high / 1000, ...at(high) });
    }
    before = time;
  }
  const periods = [{ since: null, names: new Map() }];
  for (const run of runs) {
    const known = periods.at(-1).names.get(run.offset);
    const value = run.long || run.short ? intern(run.long, run.short) : -1;
    // Names shared by several zones begin in 1970: the first period keeps to those that are the zone's own.
    const isShared = run.since >= 0 && periods.length === 1 && value >= 0;
    if (isShared || (known !== undefined && known !== value)) periods.push({ since: run.since, names: new Map() });
    periods.at(-1).names.set(run.offset, value);
  }
  const text = periods.map(({ since, names }) => {
    const entries = [...names].filter(([, value]) => value >= 0).map(([offset, value]) => `${seconds(offset)}=${value}`);
    return `${since ?? ""}@${entries.join(",")}`;
  });
  zones.push([zone, others.join(" "), text.join(";")].join("|"));
}
write("zones.txt", [[...pool.keys()].map((key) => key.replace("|", "/")).join("|"), ...zones]);
