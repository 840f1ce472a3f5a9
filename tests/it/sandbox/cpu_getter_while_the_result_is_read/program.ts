return {
  before: 1,
  get endless() {
    for (;;) {}
  },
};
