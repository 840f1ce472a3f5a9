// console.table: rows and columns in a frame of box-drawing characters.
((internals) => {
  "use strict";
  const { core, primordials, shared } = internals;
  const {
    ArrayIsArray,
    ArrayPrototypeIncludes,
    ArrayPrototypeJoin,
    ArrayPrototypePush,
    MapIteratorPrototypeNext,
    MapPrototypeEntries,
    ObjectKeys,
    ReflectGetOwnPropertyDescriptor,
    SetIteratorPrototypeNext,
    SetPrototypeValues,
    StringPrototypePadEnd,
    StringPrototypeRepeat,
  } = primordials;
  const { brandOf, inspect } = shared;
  const MAX_ROWS = 1000;
  const MAX_COLUMNS = 50;

  const isRecord = (value) => typeof value === "object" && value !== null && !core.isProxy(value);

  // The cell of a property, without running a getter.
  function cell(row, key) {
    const descriptor = ReflectGetOwnPropertyDescriptor(row, key);
    if (descriptor === undefined) return "";
    return descriptor.get !== undefined || descriptor.set !== undefined ? "[Getter]" : inspect(descriptor.value, 0);
  }

  function rowsOf(data) {
    const rows = [];
    const brand = ArrayIsArray(data) ? "Array" : brandOf(data);
    if (brand === "Map") {
      const iterator = MapPrototypeEntries(data);
      for (let step = MapIteratorPrototypeNext(iterator); !step.done; step = MapIteratorPrototypeNext(iterator)) {
        if (rows.length === MAX_ROWS) break;
        ArrayPrototypePush(rows, { index: inspect(step.value[0], 0), value: step.value[1] });
      }
      return { title: "(key)", rows };
    }
    if (brand === "Set") {
      const iterator = SetPrototypeValues(data);
      for (let step = SetIteratorPrototypeNext(iterator); !step.done; step = SetIteratorPrototypeNext(iterator)) {
        if (rows.length === MAX_ROWS) break;
        ArrayPrototypePush(rows, { index: `${rows.length}`, value: step.value });
      }
      return { title: "(iteration index)", rows };
    }
    const keys = ObjectKeys(data);
    for (let i = 0; i < keys.length && i < MAX_ROWS; i++) {
      const value = ReflectGetOwnPropertyDescriptor(data, keys[i])?.value;
      ArrayPrototypePush(rows, { index: keys[i], value });
    }
    return { title: "(index)", rows };
  }

  // Null where the value has no rows: it is then logged like any other.
  shared.table = (data, only) => {
    if (!isRecord(data)) return null;
    const { title, rows } = rowsOf(data);
    const columns = [];
    if (ArrayIsArray(only)) {
      for (let i = 0; i < only.length && i < MAX_COLUMNS; i++) ArrayPrototypePush(columns, `${only[i]}`);
    } else {
      for (let i = 0; i < rows.length; i++) {
        const keys = isRecord(rows[i].value) ? ObjectKeys(rows[i].value) : [];
        for (let k = 0; k < keys.length && columns.length < MAX_COLUMNS; k++) {
          if (!ArrayPrototypeIncludes(columns, keys[k])) ArrayPrototypePush(columns, keys[k]);
        }
      }
    }
    let hasValues = false;
    const lines = [];
    for (let i = 0; i < rows.length; i++) {
      const { index, value } = rows[i];
      const line = [index];
      for (let c = 0; c < columns.length; c++) ArrayPrototypePush(line, isRecord(value) ? cell(value, columns[c]) : "");
      if (!isRecord(value)) {
        hasValues = true;
        ArrayPrototypePush(line, inspect(value, 0));
      } else ArrayPrototypePush(line, "");
      ArrayPrototypePush(lines, line);
    }
    const head = [title];
    for (let c = 0; c < columns.length; c++) ArrayPrototypePush(head, columns[c]);
    if (hasValues) ArrayPrototypePush(head, "Values");
    return draw(head, lines);
  };

  function draw(head, lines) {
    const widths = [];
    for (let c = 0; c < head.length; c++) {
      let width = head[c].length;
      for (let i = 0; i < lines.length; i++) if (lines[i][c].length > width) width = lines[i][c].length;
      ArrayPrototypePush(widths, width + 2);
    }
    const out = [rule(widths, "\u250c", "\u252c", "\u2510"), row(widths, head)];
    ArrayPrototypePush(out, rule(widths, "\u251c", "\u253c", "\u2524"));
    for (let i = 0; i < lines.length; i++) ArrayPrototypePush(out, row(widths, lines[i]));
    ArrayPrototypePush(out, rule(widths, "\u2514", "\u2534", "\u2518"));
    return ArrayPrototypeJoin(out, "\n");
  }

  function rule(widths, left, middle, right) {
    const parts = [];
    for (let c = 0; c < widths.length; c++) ArrayPrototypePush(parts, StringPrototypeRepeat("\u2500", widths[c]));
    return left + ArrayPrototypeJoin(parts, middle) + right;
  }

  function row(widths, cells) {
    const parts = [];
    for (let c = 0; c < widths.length; c++) ArrayPrototypePush(parts, StringPrototypePadEnd(` ${cells[c]}`, widths[c]));
    return `\u2502${ArrayPrototypeJoin(parts, "\u2502")}\u2502`;
  }
})
