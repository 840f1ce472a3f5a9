const rows = [3, 1, 2];
return rows.sort(() => {
  for (;;) {}
});
