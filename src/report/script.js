"use strict";
// What the page does beyond being read: tables in another order, and a month's cost with other figures.
(() => {
  /** The cell of a row in a column, where cells may be several columns wide. */
  const cellAt = (row, column) => {
    let before = 0;
    for (const cell of row.cells) {
      if (before === column) return cell;
      before += cell.colSpan;
    }
  };

  /** Numbers before texts, and rows without a value last, in either direction. */
  const compare = (left, right, direction) => {
    if (!left || !right) return Number(!left) - Number(!right);
    const [a, b] = [left.dataset.value, right.dataset.value];
    if (a !== undefined && b !== undefined) return direction * (a - b);
    if (a !== b && (a === undefined || b === undefined)) return a === undefined ? 1 : -1;
    return direction * left.textContent.localeCompare(right.textContent, "en", { numeric: true });
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => {
        const descending = header.ariaSort === "ascending";
        for (const other of headers) other.removeAttribute("aria-sort");
        header.ariaSort = descending ? "descending" : "ascending";
        const direction = descending ? -1 : 1;
        const rows = [...body.rows];
        rows.sort((left, right) => compare(cellAt(left, column), cellAt(right, column), direction));
        body.append(...rows);
      });
    });
  }

  const controls = document.getElementById("controls");
  const months = [...document.querySelectorAll(".prices")];
  if (!controls || months.length === 0) return;
  const field = (id) => document.getElementById(id);
  const [volume, price, cached] = [field("volume"), field("price"), field("cached")];
  const grouped = (number) => Math.round(number).toLocaleString("en-US");
  const dollars = (amount) => {
    if (amount >= 99.5) return `$${grouped(amount)}`;
    if (amount <= 0) return "$0";
    return amount < 0.005 ? "under $0.01" : `$${amount.toFixed(2)}`;
  };
  const exact = (amount) => `$${Number.isInteger(amount * 100) ? amount.toFixed(2) : amount}`;
  const rounded = (number) => Number(number.toPrecision(2));
  const state = { month: months[0], volume: 0, price: 0 };

  const say = (month, name, text) => {
    const place = month.querySelector(`[data-says=${name}]`);
    if (place) place.textContent = text;
  };

  const show = () => {
    const { month } = state;
    const base = Number(month.dataset.input);
    const output = Number(month.dataset.output) * (state.price / base);
    const withCache = month.dataset.caching !== undefined && cached.checked;
    cached.disabled = month.dataset.caching === undefined;
    for (const other of months) other.hidden = other !== month;
    for (const cell of month.querySelectorAll("td[data-uncached]")) {
      const each = Number((withCache && cell.dataset.cached) || cell.dataset.uncached);
      if (cell.classList.contains("money")) {
        const amount = each * state.volume * (state.price / base);
        cell.dataset.value = amount;
        cell.textContent = dollars(amount);
      } else {
        cell.dataset.value = each;
        cell.textContent = (withCache && cell.dataset.cachedText) || cell.dataset.uncachedText;
        cell.classList.toggle("bad", each < 0);
      }
    }
    say(month, "volume", grouped(state.volume));
    say(month, "input", exact(state.price));
    say(month, "output", exact(Number(output.toPrecision(3))));
    say(month, "caching", withCache ? "With prompt caching." : "Without prompt caching.");
    field("volume-shown").textContent = grouped(state.volume);
    field("price-shown").textContent = exact(state.price);
    volume.setAttribute("aria-valuetext", `${grouped(state.volume)} workflows`);
    price.setAttribute("aria-valuetext", `${exact(state.price)} for a million tokens`);
  };

  const choose = (month) => {
    Object.assign(state, { month, volume: Number(month.dataset.volume), price: Number(month.dataset.input) });
    volume.value = Math.log10(state.volume);
    price.value = Math.log10(state.price);
    show();
  };

  controls.addEventListener("input", ({ target }) => {
    if (target.name === "prices") return choose(months[Number(target.value)]);
    if (target === volume) state.volume = rounded(10 ** volume.value);
    if (target === price) state.price = rounded(10 ** price.value);
    show();
  });
  // The form has its first values back only after the event.
  controls.addEventListener("reset", () => setTimeout(() => choose(months[0])));
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.hidden = false;
  controls.reset();
})();
